package sluice.tftp.check;

import java.util.Optional;
import sluice.api.ByteSize;
import sluice.api.Default;
import sluice.api.Doc;

/** The options of the check {@code tftp}. */
public record TftpCheckOptions(
    @Doc("The file that is read, small and on every backend, for example canary.txt.") String file,
    @Doc("How long the file must be, as in \"12B\"; without it any length will do.")
        Optional<ByteSize> size,
    @Doc("Text that the file must contain; without it any content will do.")
        Optional<String> contains,
    @Doc(
            "What a missing file means: down, or drain, so that an operator can take a server out"
                + " of service softly by removing the file.")
        @Default("down")
        Missing missing) {

  /** What a missing file means. */
  public enum Missing {
    /** The backend does not serve. */
    DOWN,
    /** The backend takes no new sessions. */
    DRAIN
  }

  private static final int LONGEST_NAME = 400;

  /**
   * @throws IllegalArgumentException if the file's name cannot stand in a request
   */
  public TftpCheckOptions {
    if (file.isEmpty() || file.indexOf('\0') >= 0 || file.length() > LONGEST_NAME) {
      throw new IllegalArgumentException(
          "file is a name of 1 to " + LONGEST_NAME + " characters, but has " + file.length());
    }
  }
}
