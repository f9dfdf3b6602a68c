package sluice.ftp.check;

import java.util.Optional;
import sluice.api.Default;
import sluice.api.Doc;
import sluice.api.Secret;

/**
 * How far the ftp check goes: the greeting, and each key that is given switches on a deeper stage.
 */
public record FtpCheckOptions(
    @Doc("Also log in as this user.") Optional<String> user,
    @Doc("The user's password.") Optional<Secret> password,
    @Doc(
            "Also look for this file after the login: its SIZE is asked, and where a server does not"
                + " know that, the file is fetched.")
        Optional<String> file,
    @Doc("What it means when the file is not there: drain, a way to take a server out, or down.")
        @Default("drain")
        Missing missing,
    @Doc("TLS with the server; without it the check is in clear text.") Optional<FtpCheckTls> tls) {

  /** What a missing file means. */
  public enum Missing {
    /** The server is to get no new sessions. */
    DRAIN,
    /** The server does not serve. */
    DOWN
  }

  /**
   * @throws IllegalArgumentException if the parts do not fit each other
   */
  public FtpCheckOptions {
    if (user.isEmpty() && password.isPresent()) {
      throw new IllegalArgumentException("password needs a user to log in as");
    }
    if (user.isEmpty() && file.isPresent()) {
      throw new IllegalArgumentException("file is looked for after a login, so it needs a user");
    }
    oneLine("user", user);
    oneLine("file", file);
    oneLine("password", password.map(Secret::reveal));
  }

  private static void oneLine(String name, Optional<String> value) {
    if (value.isPresent() && value.get().chars().anyMatch(c -> c < ' ')) {
      throw new IllegalArgumentException(
          name + " is sent in one line, so it has no control characters; remove them");
    }
  }
}
