package sluice.core.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Where the verbs find the gateway. They look at nothing but {@code control.socket}, so that a
 * descriptor which is being changed, and may have problems, does not keep anyone from asking for
 * the status or from a stop.
 */
final class ControlSocket {

  private static final Path DEFAULT = Path.of("run/gateway.sock");
  private static final Pattern VARIABLE =
      Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?}");

  private ControlSocket() {}

  /** The path as it is written; the default if none is, or nothing can be read. */
  static Path namedIn(Path descriptor) {
    try {
      Object root =
          new Load(LoadSettings.builder().build()).loadFromString(Files.readString(descriptor));
      if (root instanceof Map<?, ?> keys
          && keys.get("control") instanceof Map<?, ?> control
          && control.get("socket") instanceof String socket) {
        return Path.of(VARIABLE.matcher(socket).replaceAll(ControlSocket::value));
      }
    } catch (IOException | YamlEngineException | IllegalArgumentException e) {
      // Then the gateway, if one runs, was started with what used to be there: most likely this.
      return DEFAULT;
    }
    return DEFAULT;
  }

  private static String value(java.util.regex.MatchResult variable) {
    String value = System.getenv(variable.group(1));
    String otherwise = variable.group(2) == null ? "" : variable.group(2);
    return Matcher.quoteReplacement(value == null || value.isEmpty() ? otherwise : value);
  }
}
