package sluice.tftp;

import java.time.Duration;
import java.util.List;
import sluice.api.Default;
import sluice.api.Doc;
import sluice.api.PortRanges;
import sluice.api.Range;
import sluice.tftp.rules.AccessRule;
import sluice.tftp.rules.PoolRoute;
import sluice.tftp.storm.BootStorm;

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
        Duration maxDuration,
    @Doc(
            "The largest block that a client's request may ask for (RFC 2348), 8 to 65464 bytes; a"
                + " larger number in a request is replaced by this one. 0 for no limit.")
        @Default("0")
        @Range(min = 0, max = 65464)
        int maxBlksize,
    @Doc(
            "Keep blocks so small that no packet is cut in pieces on the link that the client came"
                + " by: at an MTU of 1500, 1468 bytes with IPv4 and 1448 with IPv6. A max-blksize"
                + " that is smaller counts.")
        @Default("false")
        boolean blksizeByMtu,
    @Doc(
            "The largest window that a client's request may ask for (RFC 7440), in blocks; 0 for no"
                + " limit.")
        @Default("0")
        @Range(min = 0, max = 65535)
        int maxWindowsize,
    @Doc("Requests in the mode mail, which is obsolete: pass them on, or refuse them.")
        @Default("pass")
        Mail mail,
    @Doc("Refuse all uploads.") @Default("false") boolean readOnly,
    @Doc(
            "Who may have which files; the first rule that fits decides, and what none fits is"
                + " allowed.")
        List<AccessRule> rules,
    @Doc(
            "Which files come from which pool; the first that fits decides, and what none fits goes"
                + " to the listener's pool.")
        List<PoolRoute> routes,
    @Doc("What happens when a great many clients come at once.") BootStorm bootStorm) {

  /** What becomes of requests in the mode mail. */
  public enum Mail {
    /** It is the backend's to decide. */
    PASS,
    /** The client gets an ERROR. */
    REFUSE
  }

  /** What a listener without options has. */
  public static final TftpOptions DEFAULT =
      new TftpOptions(
          PortRanges.ANY, false, Duration.ofSeconds(3), Duration.ofSeconds(30), Duration.ZERO);

  TftpOptions(
      PortRanges transferPorts,
      boolean singlePort,
      Duration dally,
      Duration idleTimeout,
      Duration maxDuration) {
    this(
        transferPorts,
        singlePort,
        dally,
        idleTimeout,
        maxDuration,
        0,
        false,
        0,
        Mail.PASS,
        false,
        List.of(),
        List.of(),
        BootStorm.OFF);
  }

  /**
   * @throws IllegalArgumentException if the options do not fit together
   */
  public TftpOptions {
    if (maxBlksize > 0 && maxBlksize < Limits.LEAST_BLKSIZE) {
      throw new IllegalArgumentException(
          "max-blksize is 8 to 65464, or 0 for no limit, but is " + maxBlksize);
    }
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
