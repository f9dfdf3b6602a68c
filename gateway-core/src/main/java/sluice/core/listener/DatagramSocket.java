package sluice.core.listener;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import sluice.api.protocol.DatagramListener;
import sluice.api.protocol.DatagramProtocol;
import sluice.api.protocol.DatagramSession;
import sluice.core.net.Addresses;
import sluice.core.net.Network;
import sluice.core.session.UdpSession;

/**
 * One listening UDP socket and its receiver. On its event loop.
 *
 * <p>The receiver is the one of the route at the time the socket was opened, and is opened anew
 * when a reload has swapped the protocol, so that its sessions end with what they began with.
 */
@ChannelHandler.Sharable // Also of the sockets for single addresses, all on one loop.
final class DatagramSocket extends SimpleChannelInboundHandler<DatagramPacket>
    implements DatagramListener {

  private static final Logger LOG = LogManager.getLogger(DatagramSocket.class);

  private final Listener listener;
  private final EventLoop loop;
  private DatagramChannel channel;
  private OwnAddresses own;
  private DatagramProtocol protocol;
  private DatagramProtocol.Receiver receiver;

  private DatagramSocket(Listener listener, EventLoop loop) {
    this.listener = listener;
    this.loop = loop;
  }

  static Channel open(Listener listener, Network network, EventLoop loop, InetSocketAddress address)
      throws IOException {
    DatagramSocket socket = new DatagramSocket(listener, loop);
    socket.channel = network.datagram(loop, address, socket);
    socket.own = new OwnAddresses(socket.channel, network, socket);
    return socket.channel;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
    Route route = listener.route();
    if (route.protocol() != protocol) {
      protocol = (DatagramProtocol) route.protocol();
      receiver = protocol.open(this);
    }
    InetSocketAddress client = Addresses.plain(packet.sender());
    try {
      receiver.received(client, Addresses.plain(packet.recipient()), packet.content());
    } catch (RuntimeException | LinkageError e) {
      LOG.error(
          "listener {} protocol {} failed on a packet from {}",
          listener.name(),
          route.scope().protocol(),
          Addresses.text(client),
          e);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // An ICMP error for a packet that was sent; the socket goes on.
    LOG.debug("listener {}: {}", listener.name(), cause.getMessage());
  }

  @Override
  public String name() {
    return listener.name();
  }

  @Override
  public EventLoop eventLoop() {
    return loop;
  }

  @Override
  public InetSocketAddress localAddress() {
    return Addresses.plain(channel.localAddress());
  }

  @Override
  public DatagramSession open(InetSocketAddress client, InetSocketAddress dialled) {
    return new UdpSession(listener.route().scope(), loop, client, dialled);
  }

  @Override
  public void send(InetSocketAddress from, InetSocketAddress to, ByteBuf packet) {
    DatagramChannel leaving = own.leavingFrom(from);
    leaving.writeAndFlush(new DatagramPacket(packet, to), leaving.voidPromise());
  }
}
