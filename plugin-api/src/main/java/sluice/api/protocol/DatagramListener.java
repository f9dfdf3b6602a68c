package sluice.api.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import sluice.api.DoNotImplement;

/** One listening UDP socket. Used on its event loop only. */
@DoNotImplement
public interface DatagramListener {

  /** The listener's name. */
  String name();

  /** The loop of the socket and of all sessions opened here. */
  EventLoop eventLoop();

  /** The address that the socket is bound to. */
  InetSocketAddress localAddress();

  /**
   * Opens a session for a client's first packet. A session over a limit is opened too, and refused
   * at {@link Session#connect}.
   *
   * @param client the sender of the packet
   * @param dialled the local address it was sent to
   */
  DatagramSession open(InetSocketAddress client, InetSocketAddress dialled);

  /**
   * Sends a packet from this socket, which also serves single-port operation.
   *
   * @param from the local address to send from: the address that the client dialled
   * @param to the receiver
   * @param packet released when it was sent
   */
  void send(InetSocketAddress from, InetSocketAddress to, ByteBuf packet);
}
