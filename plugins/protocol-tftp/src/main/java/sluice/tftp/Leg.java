package sluice.tftp;

import io.netty.buffer.ByteBuf;

/** The way to one side of a transfer. Used on the session's event loop. */
interface Leg {

  /** Sends a packet, at the latest with the next {@link #flush}; it is released then. */
  void send(ByteBuf packet);

  /** Sends what was held back to go out together. */
  void flush();
}
