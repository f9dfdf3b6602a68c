package sluice.core.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Something made from files, made anew when they change. What cannot be made anew stays as it was,
 * with one error in the log for each change. Read on any thread; watched on one.
 *
 * @param <T> what is made
 */
final class Reloaded<T> {

  interface Maker<T> {
    T make() throws TlsProblem;
  }

  private static final Logger LOG = LogManager.getLogger(Reloaded.class);

  private final List<Path> files;
  private final Maker<T> maker;
  private volatile T current;
  private String used;
  private String seen;

  Reloaded(List<Path> files, Maker<T> maker) throws TlsProblem {
    this.files = files;
    this.maker = maker;
    this.used = stamp();
    this.seen = used;
    this.current = maker.make();
  }

  T get() {
    return current;
  }

  /**
   * Called now and then. A change is taken up when it has stood still from one call to the next.
   */
  void look() {
    String now = stamp();
    boolean settled = now.equals(seen);
    seen = now;
    if (!settled || now.equals(used)) {
      return;
    }
    used = now;
    try {
      current = maker.make();
      LOG.info("TLS: {} changed and is in use for new connections", files);
    } catch (TlsProblem | RuntimeException e) {
      LOG.error(
          "TLS: {} changed, but cannot be used, so what was loaded before stays: {}",
          files,
          e.getMessage());
    }
  }

  private String stamp() {
    StringBuilder stamp = new StringBuilder();
    for (Path file : files) {
      try {
        stamp.append(Files.getLastModifiedTime(file)).append('/').append(Files.size(file));
      } catch (IOException e) {
        stamp.append("gone");
      }
      stamp.append(' ');
    }
    return stamp.toString();
  }
}
