package sluice.sftp;

import java.time.Duration;
import sluice.api.ByteSize;
import sluice.api.Default;
import sluice.api.Doc;
import sluice.api.Range;

/**
 * The options of an SFTP listener.
 *
 * @param handshakeTimeout from accept to the client's identification
 * @param waitForClient from accept to the connection to a server, if the client says nothing
 * @param startups limits of sessions that have not logged in yet
 */
public record SftpOptions(
    @Doc(
            "A client that has not sent its SSH identification this long after it connected is"
                + " closed.")
        @Default("10s")
        Duration handshakeTimeout,
    @Doc(
            "A server is connected to as soon as the client has sent its identification; or after"
                + " this time, for the few clients that wait for the server's first, such as"
                + " ssh-keyscan. If it is not shorter than handshake-timeout, a client that says"
                + " nothing never takes a server's connection, and those few are not served.")
        @Default("1s")
        Duration waitForClient,
    @Doc(
            "Limits of sessions that have not logged in yet, as sshd's MaxStartups; there are none"
                + " unless they are set.")
        Startups startups) {

  /**
   * @throws IllegalArgumentException if a time is missing
   */
  public SftpOptions {
    if (handshakeTimeout.isZero()) {
      throw new IllegalArgumentException(
          "handshake-timeout must be more than 0s: without an end, clients that say nothing would"
              + " pile up");
    }
  }

  /** Whether a client that says nothing is given a server for its identification. */
  boolean servesSilent() {
    return waitForClient.compareTo(handshakeTimeout) < 0;
  }

  /**
   * Limits of sessions that have not logged in yet.
   *
   * @param start from how many on some are refused; 0 for {@code full}
   * @param rate percent that are refused at {@code start}
   * @param full from how many on all are refused; 0 for no limit
   * @param perClient how many one client's network may have; 0 for no limit
   * @param ipv4Prefix what one client is
   * @param ipv6Prefix what one client is
   * @param loginTime after which a session counts as logged in
   * @param loginBytes after which a session counts as logged in
   */
  public record Startups(
      @Doc("From so many on, new ones are refused at random, rate percent of them; 0 takes full.")
          @Default("0")
          @Range(min = 0, max = 1_000_000)
          int start,
      @Doc(
              "How many percent of the new ones are refused when there are as many as start; it"
                  + " rises to 100 at full.")
          @Default("30")
          @Range(min = 1, max = 100)
          int rate,
      @Doc("From so many on, every new one is refused; 0 for no limit.")
          @Default("0")
          @Range(min = 0, max = 1_000_000)
          int full,
      @Doc("How many may come from one client's network at a time; 0 for no limit.")
          @Default("0")
          @Range(min = 0, max = 1_000_000)
          int perClient,
      @Doc("The bits of an IPv4 address that make one client's network.")
          @Default("32")
          @Range(min = 1, max = 32)
          int ipv4Prefix,
      @Doc("The bits of an IPv6 address that make one client's network.")
          @Default("64")
          @Range(min = 1, max = 128)
          int ipv6Prefix,
      @Doc(
              "A session that is this old counts as logged in; at least the servers'"
                  + " LoginGraceTime, which ends all that have not logged in by then.")
          @Default("2m")
          Duration loginTime,
      @Doc(
              "A session in which the server has sent so much counts as logged in; more than it"
                  + " sends until then.")
          @Default("16KiB")
          ByteSize loginBytes) {

    /**
     * @throws IllegalArgumentException if the parts do not fit each other
     */
    public Startups {
      if (start > 0 && full == 0) {
        throw new IllegalArgumentException(
            "start is "
                + start
                + ", but full is not set: from how many on is every client refused?");
      }
      if (start > full) {
        throw new IllegalArgumentException(
            "start (" + start + ") is more than full (" + full + "); it is where refusing begins");
      }
      if (loginTime.isZero()) {
        throw new IllegalArgumentException(
            "login-time must be more than 0s, or nothing would count");
      }
      if (start == 0) {
        start = full;
      }
    }

    /** Whether there is any limit. */
    boolean limited() {
      return full > 0 || perClient > 0;
    }
  }
}
