package sluice.ftp.session;

import java.util.OptionalInt;

/**
 * The port from which active data connections to clients leave. RFC 959 (section 3.2, "L-1") has
 * the one below the control connection's; few clients mind, but some firewalls do.
 *
 * @param fixed 1 to 65535; 0 for any, -1 for the one below the listener's
 */
record ActiveSourcePort(int fixed) {

  static final String ANY = "any";
  private static final String BELOW = "control-minus-one";

  /**
   * Reads the descriptor's notation.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static ActiveSourcePort parse(String text) {
    if (text.equals(ANY)) {
      return new ActiveSourcePort(0);
    }
    if (text.equals(BELOW)) {
      return new ActiveSourcePort(-1);
    }
    if (text.matches("[1-9][0-9]{0,4}") && Integer.parseInt(text) <= 65535) {
      return new ActiveSourcePort(Integer.parseInt(text));
    }
    throw new IllegalArgumentException(
        "active-source-port is any, control-minus-one (the port below the listener's, as RFC 959"
            + " has it) or a port such as \"20\", but is "
            + text);
  }

  /**
   * The port for clients of a listener.
   *
   * @param listenerPort on which they have arrived
   */
  OptionalInt of(int listenerPort) {
    int port = fixed == -1 ? listenerPort - 1 : fixed;
    return port > 0 ? OptionalInt.of(port) : OptionalInt.empty();
  }
}
