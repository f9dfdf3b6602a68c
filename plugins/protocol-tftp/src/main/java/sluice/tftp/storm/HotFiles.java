package sluice.tftp.storm;

import java.time.Duration;
import java.util.List;
import sluice.api.Default;
import sluice.api.Doc;
import sluice.tftp.rules.FileSet;

/** Some files that are served from memory, as the descriptor has it. */
public record HotFiles(
    @Doc("Patterns such as \"*.img\" or \"grub/**\".") List<String> files,
    @Doc(
            "How long what is in memory is served; then the file is read from a backend again. A"
                + " change on the backends is seen after this time at the latest.")
        @Default("5m")
        Duration maxAge,
    @Doc(
            "What happens when max-age is over: none, the file is read again; tsize, a backend is"
                + " asked for its size first, and if that is as it was, the file in memory is"
                + " served for another max-age.")
        @Default("none")
        Revalidate revalidate) {

  /** What happens when the age is over. */
  public enum Revalidate {
    /** The file is read again. */
    NONE,
    /** It is read again if its size has changed. */
    TSIZE
  }

  /**
   * @throws IllegalArgumentException if a pattern is wrong or there is none
   */
  public HotFiles {
    if (files.isEmpty()) {
      throw new IllegalArgumentException(
          "files has at least one pattern, such as \"*.img\"; for all files write \"**\"");
    }
    new FileSet(files);
    if (maxAge.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException(
          "max-age is 1s or longer, but is " + maxAge.toMillis() + "ms");
    }
  }
}
