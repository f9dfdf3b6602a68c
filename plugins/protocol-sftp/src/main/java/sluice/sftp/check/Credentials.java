package sluice.sftp.check;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.util.io.resource.PathResource;
import org.apache.sshd.common.util.security.SecurityUtils;
import sluice.api.Secret;

/**
 * What a check logs in with.
 *
 * @param password tried after the keys
 * @param keys private keys
 */
record Credentials(Optional<Secret> password, List<KeyPair> keys) {

  /**
   * @throws IllegalArgumentException if the private key cannot be read
   */
  static Credentials of(SshCheckOptions options) {
    List<KeyPair> keys =
        options.privateKey().map(file -> load(file, options.passphrase())).orElse(List.of());
    return new Credentials(options.password(), keys);
  }

  private static List<KeyPair> load(Path file, Optional<Secret> passphrase) {
    SshClients.prepare();
    FilePasswordProvider unlock =
        passphrase
            .map(secret -> FilePasswordProvider.of(secret.reveal()))
            .orElse(FilePasswordProvider.EMPTY);
    List<KeyPair> keys = new ArrayList<>();
    try (InputStream in = Files.newInputStream(file)) {
      Iterable<KeyPair> found =
          SecurityUtils.loadKeyPairIdentities(null, new PathResource(file), in, unlock);
      if (found != null) {
        found.forEach(keys::add);
      }
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      throw new IllegalArgumentException(
          "private-key "
              + file
              + " cannot be read: "
              + Reasons.of(e)
              + "; expected a private key as ssh-keygen makes it, and its passphrase if it has one",
          e);
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException(
          "private-key " + file + " holds no private key; expected one as ssh-keygen makes it");
    }
    return keys;
  }

  void addTo(ClientSession session) {
    keys.forEach(session::addPublicKeyIdentity);
    password.ifPresent(secret -> session.addPasswordIdentity(secret.reveal()));
  }
}
