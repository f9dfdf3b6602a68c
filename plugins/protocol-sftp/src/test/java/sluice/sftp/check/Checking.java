package sluice.sftp.check;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import sluice.api.Secret;

/** Options of the ssh check, as tests vary them. */
final class Checking {

  static final SshCheckOptions IDENTIFICATION = options(false, List.of());
  static final SshCheckOptions KEY_EXCHANGE = options(true, List.of());

  private Checking() {}

  static SshCheckOptions pinned(List<String> hostKeys) {
    return options(false, hostKeys);
  }

  static SshCheckOptions login(String user, String password) {
    return new SshCheckOptions(
        false,
        List.of(),
        SshCheckOptions.Compare.ALL,
        Optional.of(user),
        Optional.of(Secret.of(password)),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        SshCheckOptions.Missing.DOWN);
  }

  static SshCheckOptions file(
      String user, String password, String file, SshCheckOptions.Missing missing) {
    return new SshCheckOptions(
        false,
        List.of(),
        SshCheckOptions.Compare.ALL,
        Optional.of(user),
        Optional.of(Secret.of(password)),
        Optional.empty(),
        Optional.empty(),
        Optional.of(file),
        missing);
  }

  static SshCheckOptions key(String user, Path key, String file) {
    return new SshCheckOptions(
        false,
        List.of(),
        SshCheckOptions.Compare.ALL,
        Optional.of(user),
        Optional.empty(),
        Optional.of(key),
        Optional.empty(),
        Optional.ofNullable(file),
        SshCheckOptions.Missing.DOWN);
  }

  private static SshCheckOptions options(boolean keyExchange, List<String> hostKeys) {
    return new SshCheckOptions(
        keyExchange,
        hostKeys,
        SshCheckOptions.Compare.ALL,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        SshCheckOptions.Missing.DOWN);
  }
}
