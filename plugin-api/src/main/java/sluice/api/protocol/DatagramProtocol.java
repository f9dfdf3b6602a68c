package sluice.api.protocol;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;

/** A protocol over UDP. */
@FunctionalInterface
public non-sealed interface DatagramProtocol extends Protocol {

  /**
   * Called once for each socket that the listener binds, on that socket's event loop, before it
   * reads.
   *
   * @param listener the socket
   * @return the receiver of that socket's packets, used on that event loop only
   */
  Receiver open(DatagramListener listener);

  /** Takes the packets of one listening socket. */
  @FunctionalInterface
  interface Receiver {

    /**
     * Takes one packet.
     *
     * @param client the sender
     * @param dialled the local address it was sent to; where the system does not tell, the address
     *     that the socket is bound to
     * @param packet the payload; released by the caller when this returns, so retain it to keep it
     */
    void received(InetSocketAddress client, InetSocketAddress dialled, ByteBuf packet);
  }
}
