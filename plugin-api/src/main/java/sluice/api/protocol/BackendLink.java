package sluice.api.protocol;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import sluice.api.Backend;
import sluice.api.DoNotImplement;

/** One attempt to serve a session by one backend; after its answer, the session's backend. */
@DoNotImplement
public interface BackendLink {

  /** The backend. */
  Backend backend();

  /** The connection to it (TCP), or the socket towards it (UDP). */
  Channel channel();

  /** The backend's address as it was dialled, resolved. */
  InetSocketAddress address();

  /**
   * TLS towards this backend, of which the gateway is the client. Each call makes one of its own.
   *
   * @throws IllegalArgumentException if the files cannot be used; the gateway has reported that at
   *     the start already if the options have it
   */
  default SideTls tls(ClientTls spec) {
    throw new UnsupportedOperationException("there is no TLS here");
  }

  /**
   * The backend has given its first usable answer: it keeps the session, and from here on the
   * protocol sees to what happens on the channel. Calls after the first do nothing.
   */
  void answered();

  /**
   * The backend answered that it will not serve, for example with FTP 421: the next candidate is
   * tried. The channel is closed. Does nothing once the attempt is over.
   *
   * @param reason one line for the log
   * @throws IllegalStateException if the backend has answered already
   */
  void reject(String reason);
}
