package sluice.api.protocol;

import io.netty.channel.Channel;
import sluice.api.DoNotImplement;

/** A session over TCP. */
@DoNotImplement
public interface StreamSession extends Session {

  /** The connection from the client. */
  Channel client();

  /**
   * From here on nothing needs to be looked at: the gateway relays bytes between the client and the
   * backend in both directions, half-close carried over, and ends the session when they are done.
   *
   * <p>The protocol's handlers are removed from both channels before this returns; what they have
   * read so far they have written to the other side before.
   *
   * @throws IllegalStateException if no backend has answered
   */
  void passThrough();

  /**
   * TLS towards the client, of which the gateway is the server. Each call makes one of its own; the
   * protocol keeps it for as long as the session.
   *
   * @throws IllegalArgumentException if the files cannot be used; the gateway has reported that at
   *     the start already if the options have it
   */
  default SideTls tls(ServerTls spec) {
    throw new UnsupportedOperationException("there is no TLS here");
  }

  /**
   * Opens a connection for data, related to this session: counted as its activity and its backend's
   * load, and closed with it.
   *
   * @param plan what to do on either side
   * @param events told what happens
   */
  DataConnection open(DataPlan plan, DataEvents events);
}
