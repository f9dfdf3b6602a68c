package sluice.core.descriptor.bind;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import sluice.api.Secret;
import sluice.core.descriptor.notation.Environment;
import sluice.core.descriptor.notation.Scalar;

/** Reads scalar nodes: variables are filled in, secrets fetched. */
final class Scalars {

  private static final String FILE = "file:";

  private final Environment environment;

  Scalars(Environment environment) {
    this.environment = environment;
  }

  /**
   * @throws IllegalArgumentException if it cannot be read, with a message for operators
   */
  Scalar read(ScalarNode node) {
    // The parser tags a plain ${NAME} by itself.
    if (!node.getTag().getValue().startsWith(Tag.PREFIX) && !node.getTag().equals(Tag.ENV_TAG)) {
      throw new IllegalArgumentException(
          "this has a tag, which has no meaning here; remove it, or put text that begins with ! in"
              + " quotes");
    }
    if (!Environment.concerns(node.getValue())) {
      return new Scalar(node.getValue(), node.getTag(), false);
    }
    String text = environment.substitute(node.getValue());
    return Environment.refers(node.getValue())
        ? Scalar.substituted(text)
        : new Scalar(text, Tag.STR, false);
  }

  /** Whether a secret stands in the descriptor itself. */
  static boolean literal(ScalarNode node) {
    return !node.getValue().startsWith(FILE) && !Environment.refers(node.getValue());
  }

  /**
   * The secret that a scalar stands for. Messages never repeat what stands there, but for the name
   * of a file.
   *
   * @throws IllegalArgumentException if it cannot be had, with a message for operators
   */
  static Secret secret(Scalar scalar) {
    if (scalar.text().isEmpty() || scalar.isNull() && !scalar.substituted()) {
      throw new IllegalArgumentException(
          "expected a secret as file:/path or ${NAME}, but this is empty");
    }
    return Secret.of(
        scalar.text().startsWith(FILE)
            ? firstLine(scalar.text().substring(FILE.length()))
            : scalar.text());
  }

  private static String firstLine(String name) {
    String why;
    try {
      Path path = Path.of(name);
      if (!path.isAbsolute()) {
        throw new IllegalArgumentException(
            "expected an absolute path as in file:/etc/sluice/password, but this is \"file:"
                + name
                + "\"");
      }
      try (BufferedReader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
        String line = reader.readLine();
        if (line != null && !line.isEmpty()) {
          return line;
        }
        why = "its first line is empty; write the secret into its first line";
      }
    } catch (NoSuchFileException e) {
      why = "it does not exist; create it with the secret as its first line";
    } catch (AccessDeniedException e) {
      why = "permission denied; let the user that runs the gateway read it";
    } catch (InvalidPathException e) {
      why = "that is not a path; write file:/path";
    } catch (IOException e) {
      why = e.getMessage() + "; make it a readable text file with the secret as its first line";
    }
    throw new IllegalArgumentException("cannot read the secret from " + name + ": " + why);
  }
}
