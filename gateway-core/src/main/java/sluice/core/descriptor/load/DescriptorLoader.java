package sluice.core.descriptor.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.schema.CoreSchema;
import sluice.core.descriptor.Descriptor;
import sluice.core.descriptor.Loaded;
import sluice.core.descriptor.Problem;
import sluice.core.descriptor.bind.Binder;
import sluice.core.descriptor.bind.Findings;
import sluice.core.descriptor.bind.Place;
import sluice.core.descriptor.notation.Environment;
import sluice.core.plugins.Extensions;

/**
 * Loads descriptors: from YAML 1.2 text to a checked {@link Descriptor}, or to all problems at
 * once. Starting and checking use this same code. Immutable; a load may block to read files.
 */
public final class DescriptorLoader {

  private final Extensions extensions;
  private final Function<String, String> variables;
  private final boolean anyPort;
  private final Path home;

  /** A loader with this process's environment. */
  public DescriptorLoader(Extensions extensions) {
    this(extensions, System::getenv, false, Path.of(""));
  }

  private DescriptorLoader(
      Extensions extensions, Function<String, String> variables, boolean anyPort, Path home) {
    this.extensions = extensions;
    this.variables = variables;
    this.anyPort = anyPort;
    this.home = home;
  }

  /** A loader for tests: listeners may have port 0, any free port that the system gives. */
  public static DescriptorLoader forTests(Extensions extensions) {
    return new DescriptorLoader(extensions, System::getenv, true, Path.of(""));
  }

  /**
   * The same with other environment variables.
   *
   * @param variables from a name to a value, or null if the variable is unset
   */
  public DescriptorLoader withEnvironment(Function<String, String> variables) {
    return new DescriptorLoader(extensions, variables, anyPort, home);
  }

  /**
   * The same with a folder that relative paths in descriptors are taken from.
   *
   * @param folder the gateway's home; without it, the folder that this process runs in
   */
  public DescriptorLoader withHome(Path folder) {
    return new DescriptorLoader(extensions, variables, anyPort, folder);
  }

  /** Loads a file. That it cannot be read is a problem like any other; nothing is thrown. */
  public Loaded load(Path file) {
    String name = file.toString();
    try {
      byte[] bytes = Files.readAllBytes(file);
      return load(
          name, StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return unreadable(name, "the file is not UTF-8 text; save it as UTF-8");
    } catch (NoSuchFileException e) {
      return unreadable(name, "the file does not exist; name the descriptor to load");
    } catch (AccessDeniedException e) {
      return unreadable(name, "permission denied; let the user that runs the gateway read it");
    } catch (IOException e) {
      return unreadable(name, "the file cannot be read: " + e.getMessage());
    }
  }

  /**
   * Loads a file and makes every extension that it names once, as a start would, and closes it
   * again; what an extension refuses is a problem at its options. Nothing is thrown.
   */
  public Loaded check(Path file) {
    return tried(load(file));
  }

  /** The same for text. */
  public Loaded check(String file, String text) {
    return tried(load(file, text));
  }

  private Loaded tried(Loaded loaded) {
    if (!loaded.ok()) {
      return loaded;
    }
    List<Problem> refused = Trial.of(extensions, loaded);
    return refused.isEmpty()
        ? loaded
        : new Loaded(Optional.empty(), refused, loaded.warnings(), loaded.positions());
  }

  private static Loaded unreadable(String name, String message) {
    Findings findings = new Findings(name);
    findings.problem(Place.DOCUMENT, message);
    return loaded(Optional.empty(), findings);
  }

  /**
   * Loads text. Nothing is thrown.
   *
   * @param file the name that problems show
   * @param text YAML 1.2
   */
  public Loaded load(String file, String text) {
    Findings findings = new Findings(file);
    Optional<Descriptor> descriptor = Optional.empty();
    try {
      LoadSettings settings =
          LoadSettings.builder()
              .setLabel(file)
              .setSchema(new CoreSchema())
              .setUseMarks(true)
              .build();
      Optional<Node> root = new Compose(settings).composeString(text);
      descriptor =
          new Binder(extensions, new Environment(variables), anyPort, home, findings)
              .bind(Descriptor.class, Place.DOCUMENT, root.orElse(null));
      if (root.isPresent()) {
        new CrossChecks(extensions, findings).check();
      } else {
        findings.problem(
            Place.DOCUMENT, "the descriptor is empty; expected the keys listeners and pools");
      }
    } catch (MarkedYamlEngineException e) {
      findings.problem(YamlProblem.place(e), YamlProblem.message(e, text));
    } catch (YamlEngineException e) {
      findings.problem(Place.DOCUMENT, "this is not YAML: " + e.getMessage());
    } catch (StackOverflowError e) {
      // The composer recurses into what it reads, so that only depth can cause this.
      findings.problem(Place.DOCUMENT, "lists or keys are nested too deeply to be a descriptor");
    }
    return loaded(descriptor, findings);
  }

  private static Loaded loaded(Optional<Descriptor> descriptor, Findings findings) {
    return new Loaded(
        findings.problems().isEmpty() ? descriptor : Optional.empty(),
        findings.problems(),
        findings.warnings(),
        findings.positions());
  }
}
