package sluice.sftp;

import java.time.Duration;
import sluice.api.ByteSize;

/** Options of listeners. */
final class Limits {

  private static final SftpOptions.Startups FREE = startups(0, 30, 0, 0);

  private Limits() {}

  /** The defaults. */
  static SftpOptions none() {
    return new SftpOptions(Duration.ofSeconds(10), Duration.ofSeconds(1), FREE);
  }

  static SftpOptions times(Duration handshakeTimeout, Duration waitForClient) {
    return new SftpOptions(handshakeTimeout, waitForClient, FREE);
  }

  static SftpOptions.Startups startups(int start, int rate, int full, int perClient) {
    return new SftpOptions.Startups(
        start, rate, full, perClient, 32, 64, Duration.ofMinutes(2), new ByteSize(1000));
  }
}
