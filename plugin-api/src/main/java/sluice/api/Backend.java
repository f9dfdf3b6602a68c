package sluice.api;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * One configured server of a pool. Immutable, and the same object as long as the descriptor does
 * not change, so that it may be a key of a map.
 */
@DoNotImplement
public interface Backend {

  /** The pool's name. */
  String pool();

  /** The backend's name in its pool. */
  String name();

  /** A host name or an address literal (IPv6 without brackets), as configured. */
  String host();

  /**
   * 1 to 65535. 0 for a backend without a port of its own, which is spoken to on the port that the
   * client dialled; never 0 for a backend that is probed.
   */
  int port();

  /**
   * The address to connect to; its port is {@link #port()}.
   *
   * <p>Looks the name up each time, unless the host is a literal, so it may block: not for event
   * loops.
   *
   * @throws java.net.UnknownHostException if the name has no address
   */
  InetSocketAddress address() throws IOException;

  /** The local address that connections to this backend leave from, if one is configured. */
  Optional<InetAddress> source();
}
