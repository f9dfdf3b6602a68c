package sluice.sftp.check;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import sluice.api.Default;
import sluice.api.Doc;
import sluice.api.Secret;

/**
 * How far the ssh check goes. Each key that needs a deeper stage switches it on.
 *
 * @param keyExchange whether the server must complete a key exchange
 * @param hostKey fingerprints of which the server's host key must be one; empty for any
 * @param compare which host keys are looked at
 * @param user whom to log in as
 * @param password of the user
 * @param privateKey file with the user's private key
 * @param passphrase of the private key
 * @param file what to look for after the login
 * @param missing what a missing file means
 */
public record SshCheckOptions(
    @Doc(
            "Also complete a key exchange, so that a server that can no longer sign is down. Implied"
                + " by host-key and user.")
        @Default("false")
        boolean keyExchange,
    @Doc(
            "Fingerprints, as ssh-keygen -l prints them (SHA256:...), of which the server's host key"
                + " must be one. The key looked at is the one that OpenSSH clients prefer: Ed25519,"
                + " then ECDSA, then RSA. Without it any key is taken.")
        List<String> hostKey,
    @Doc(
            "With a key exchange, which host keys are compared over the pool: all of the server's, by"
                + " a connection for each type; or only the preferred one.")
        @Default("all")
        Compare compare,
    @Doc("Also log in as this user, with password or private-key.") Optional<String> user,
    @Doc("The user's password. Give host-key too, so that it is sent to no other server.")
        Optional<Secret> password,
    @Doc("A file with the user's private key (OpenSSH or PEM); read at start and reload.")
        Optional<Path> privateKey,
    @Doc("The passphrase of the private key, if it has one.") Optional<Secret> passphrase,
    @Doc("Also ask for this file's attributes over SFTP after the login.") Optional<String> file,
    @Doc("What it means when the file is not there: down, or drain for a way to take a server out.")
        @Default("down")
        Missing missing) {

  /** Which host keys are looked at. */
  public enum Compare {
    /** One of each type that the server has. */
    ALL,
    /** The one that OpenSSH clients prefer. */
    PREFERRED
  }

  /** What a missing file means. */
  public enum Missing {
    /** The server does not serve. */
    DOWN,
    /** The server is to get no new sessions. */
    DRAIN
  }

  /** Base64 of 32 bytes, without padding. */
  private static final Pattern FINGERPRINT = Pattern.compile("SHA256:[A-Za-z0-9+/]{43}=?");

  /**
   * @throws IllegalArgumentException if the parts do not fit each other
   */
  public SshCheckOptions {
    hostKey = List.copyOf(hostKey);
    for (String pin : hostKey) {
      if (!FINGERPRINT.matcher(pin).matches()) {
        throw new IllegalArgumentException(
            "host-key is a fingerprint such as ssh-keygen -lf ssh_host_ed25519_key.pub prints:"
                + " SHA256: and 43 characters, but is \""
                + pin
                + "\"");
      }
    }
    if (user.isEmpty() && (password.isPresent() || privateKey.isPresent())) {
      throw new IllegalArgumentException("password and private-key need a user to log in as");
    }
    if (user.isPresent() && password.isEmpty() && privateKey.isEmpty()) {
      throw new IllegalArgumentException("user needs password or private-key to log in with");
    }
    if (passphrase.isPresent() && privateKey.isEmpty()) {
      throw new IllegalArgumentException("passphrase is for a private-key, but none is given");
    }
    if (file.isPresent() && user.isEmpty()) {
      throw new IllegalArgumentException("file is looked for after a login, so it needs a user");
    }
  }

  /** Whether the identification is not enough. */
  boolean exchangesKeys() {
    return keyExchange || !hostKey.isEmpty() || user.isPresent();
  }
}
