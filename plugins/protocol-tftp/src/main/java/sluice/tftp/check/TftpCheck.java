package sluice.tftp.check;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import sluice.api.Backend;
import sluice.api.health.Health;
import sluice.api.health.HealthCheck;

/**
 * Reads the canary file in octet mode without options, which every server understands, and looks at
 * what came.
 */
final class TftpCheck implements HealthCheck {

  private static final int FILE_NOT_FOUND = 1;

  private final TftpCheckOptions options;

  TftpCheck(TftpCheckOptions options) {
    this.options = options;
  }

  @Override
  public Health probe(Backend backend, Duration timeout) throws IOException {
    CanaryRead.Canary canary;
    try (CanaryRead read = new CanaryRead(backend, timeout)) {
      canary = read.read(options.file());
    } catch (CanaryRead.ErrorException e) {
      return e.code() == FILE_NOT_FOUND ? missing(e.getMessage()) : refused(e.getMessage());
    } catch (SocketTimeoutException e) {
      return Health.down(e.getMessage());
    }
    return judge(canary).withLatency(canary.latency());
  }

  private Health missing(String error) {
    String detail = options.file() + " is missing (" + error + ")";
    return options.missing() == TftpCheckOptions.Missing.DRAIN
        ? Health.drain(detail)
        : Health.down(detail);
  }

  private Health refused(String error) {
    return Health.down("the request for " + options.file() + " was answered with " + error);
  }

  private Health judge(CanaryRead.Canary canary) {
    String seen = canary.complete() ? canary.content().length + " bytes" : "more than 64 KiB";
    if (options.size().isPresent()) {
      long expected = options.size().get().bytes();
      // Of a longer file the rest is not read, so its length is not known.
      boolean right =
          canary.complete() ? canary.content().length == expected : expected > CanaryRead.LONGEST;
      if (!right) {
        return Health.down(options.file() + " has " + seen + ", expected " + expected + " bytes");
      }
    }
    if (options.contains().isPresent()) {
      String content = new String(canary.content(), StandardCharsets.UTF_8);
      if (!content.contains(options.contains().get())) {
        return Health.down(
            options.file()
                + " ("
                + seen
                + ") does not contain \""
                + options.contains().get()
                + "\"");
      }
    }
    return Health.up("Received " + options.file() + ", " + seen);
  }
}
