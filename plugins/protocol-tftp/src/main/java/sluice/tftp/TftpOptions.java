package sluice.tftp;

import java.time.Duration;
import sluice.api.Default;
import sluice.api.Doc;
import sluice.api.PortRanges;

/** The options of a TFTP listener. */
public record TftpOptions(
    @Doc(
            "The ports that transfers use towards clients, one each, as in \"50000-50999\"; 0 for"
                + " any free port.")
        @Default("0")
        PortRanges transferPorts,
    @Doc(
            "Answer from the listening port instead of a port of the transfer's own, for clients"
                + " behind firewalls that know one port only.")
        @Default("false")
        boolean singlePort,
    @Doc(
            "How long a transfer that has ended keeps its ports, to repeat its last packet if that"
                + " was lost; 0s not at all.")
        @Default("3s")
        Duration dally,
    @Doc("A transfer in which nothing has come from either side for this long is ended.")
        @Default("30s")
        Duration idleTimeout,
    @Doc("The longest that a transfer may take; 0s for no limit.") @Default("0s")
        Duration maxDuration) {

  /** What a listener without options has. */
  public static final TftpOptions DEFAULT =
      new TftpOptions(
          PortRanges.ANY, false, Duration.ofSeconds(3), Duration.ofSeconds(30), Duration.ZERO);

  /**
   * @throws IllegalArgumentException if the options do not fit together
   */
  public TftpOptions {
    if (singlePort && !transferPorts.any()) {
      throw new IllegalArgumentException(
          "transfer-ports ("
              + transferPorts
              + ") has no meaning with single-port: true; remove one of them");
    }
    if (dally.isNegative() || dally.compareTo(Duration.ofMinutes(5)) > 0) {
      throw new IllegalArgumentException("dally is 0s to 5m, but is " + seconds(dally));
    }
    if (idleTimeout.isNegative() || idleTimeout.isZero()) {
      throw new IllegalArgumentException(
          "idle-timeout is longer than 0s, but is " + seconds(idleTimeout));
    }
    if (maxDuration.isNegative()) {
      throw new IllegalArgumentException(
          "max-duration is 0s or longer, but is " + seconds(maxDuration));
    }
  }

  private static String seconds(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + "s"
        : duration.toMillis() + "ms";
  }
}
