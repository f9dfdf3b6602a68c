package sluice.core.pool;

import java.net.InetAddress;

/**
 * The local address that a connection to a backend leaves from.
 *
 * @param address of the backend's family
 * @param kind whose it is
 */
public record Source(InetAddress address, Kind kind) {

  /** Whose the address is. */
  public enum Kind {
    /** One of this machine's. */
    OWN,
    /** One of a network that is routed to this machine. */
    MAPPED,
    /** The client's. */
    CLIENT
  }
}
