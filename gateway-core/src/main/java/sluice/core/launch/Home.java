package sluice.core.launch;

import java.nio.file.Path;

/**
 * The unpacked distribution.
 *
 * @param root where {@code gateway.sh} is, absolute
 * @param logs where the logs go, absolute
 */
public record Home(Path root, Path logs) {

  /** As {@code gateway.sh} says. */
  public static Home ofSystem() {
    Path root = Path.of(System.getProperty("sluice.home", ".")).toAbsolutePath().normalize();
    String logs = System.getProperty("sluice.logs", "");
    return new Home(root, logs.isEmpty() ? root.resolve("logs") : Path.of(logs).toAbsolutePath());
  }

  /** The descriptor that is used when none is named. */
  public Path descriptor() {
    return root.resolve("conf/gateway.yaml");
  }

  /** Where the plugins are. */
  public Path plugins() {
    return root.resolve("plugins");
  }

  /** A path of the descriptor: a relative one is taken from the home. */
  public Path resolve(Path path) {
    return root.resolve(path).normalize();
  }
}
