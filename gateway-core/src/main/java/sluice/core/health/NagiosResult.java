package sluice.core.health;

import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import sluice.api.health.Health;
import sluice.core.descriptor.HostPort;

/**
 * What a check found, in the form that Nagios and its kin read.
 *
 * @param status the word and the exit code
 * @param line one line, with performance data after {@code |} if there was a probe
 */
public record NagiosResult(Status status, String line) {

  /** The four results; the ordinal is the exit code. */
  public enum Status {
    /** It serves. */
    OK,
    /** It serves, with a warning; or it asks for no new sessions. */
    WARNING,
    /** It does not serve. */
    CRITICAL,
    /** Nothing could be found out. */
    UNKNOWN
  }

  /**
   * @throws NullPointerException if a part is missing
   */
  public NagiosResult {
    Objects.requireNonNull(status);
    Objects.requireNonNull(line);
  }

  /** 0, 1, 2 or 3. */
  public int exitCode() {
    return status.ordinal();
  }

  static NagiosResult of(
      String check, HostPort where, Health found, Duration took, Duration timeout) {
    String detail = plain(found.detail());
    String on = "on " + where.host() + " port " + where.port();
    double seconds = took.toNanos() / 1e9;
    String response = String.format(Locale.ROOT, "%.3f second response time %s", seconds, on);
    String bracketed = detail.isEmpty() ? "" : " [" + detail + "]";
    Status status;
    String text;
    switch (found.state()) {
      case UP -> {
        status = found.warning() ? Status.WARNING : Status.OK;
        text = response + bracketed;
      }
      case DRAIN -> {
        status = Status.WARNING;
        text = "asks for no new sessions, " + response + bracketed;
      }
      default -> {
        status = Status.CRITICAL;
        text = on.substring(3) + ": " + detail;
      }
    }
    String performance =
        String.format(Locale.ROOT, "|time=%.6fs;;;0.000000;%.6f", seconds, timeout.toNanos() / 1e9);
    return new NagiosResult(
        status, check.toUpperCase(Locale.ROOT) + " " + status + " - " + text + performance);
  }

  static NagiosResult unknown(String check, String why) {
    return new NagiosResult(
        Status.UNKNOWN, check.toUpperCase(Locale.ROOT) + " UNKNOWN - " + plain(why));
  }

  /** A bar would begin the performance data. */
  private static String plain(String text) {
    return Phrases.oneLine(text).replace('|', '/');
  }
}
