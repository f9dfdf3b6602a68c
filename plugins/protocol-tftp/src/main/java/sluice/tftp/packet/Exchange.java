package sluice.tftp.packet;

import io.netty.buffer.ByteBuf;

/** What became of a client's request, seen from the listening port. On the socket's event loop. */
public interface Exchange {

  /**
   * The client's port sent a request while this is there.
   *
   * @return whether it was this one's request once more, and is dealt with; otherwise the client
   *     wants something new
   */
  boolean joins(ByteBuf packet);

  /** The client's port has begun something new. */
  void replaced();

  /** A packet from the client's port, which is no request. */
  void fromClient(ByteBuf packet);

  /** Sends what was held back. */
  void flush();
}
