package sluice.core.session;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramChannel;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sluice.api.PortRanges;
import sluice.api.protocol.DatagramSession;
import sluice.core.net.LocalAddress;

/** A session over UDP. On its event loop. */
public final class UdpSession extends LiveSession implements DatagramSession {

  private final List<Channel> clientSide = new ArrayList<>(1);

  /**
   * Begins a session; called on the loop.
   *
   * @param scope of the listener, as it is now
   * @param loop of the listening socket
   * @param client who sent the first packet
   * @param dialled the local address that it was sent to
   */
  public UdpSession(
      SessionScope scope, EventLoop loop, InetSocketAddress client, InetSocketAddress dialled) {
    super(scope, loop, client, dialled);
  }

  @Override
  public Channel bindClientSide(PortRanges ports, ChannelHandler handler) throws IOException {
    Channel channel =
        scope().network().datagram(eventLoop(), dialledAddress().getAddress(), ports, handler);
    clientSide.add(channel);
    return channel;
  }

  @Override
  ChannelFuture dial(InetSocketAddress address, Optional<LocalAddress> source, Duration timeout)
      throws IOException {
    LocalAddress local =
        source.isPresent() ? source.get() : LocalAddress.own(anyOf(address.getAddress()));
    DatagramChannel channel = scope().network().datagram(eventLoop(), local);
    channel.config().setAutoRead(false);
    return channel.newSucceededFuture();
  }

  private static InetAddress anyOf(InetAddress peer) throws UnknownHostException {
    return peer instanceof Inet6Address
        ? Inet6Address.getByAddress(new byte[16])
        : Inet4Address.getByAddress(new byte[4]);
  }

  @Override
  void closeChannels() {
    clientSide.forEach(Channel::close);
    if (backend() != null) {
      close(backend());
    }
  }

  @Override
  void close(Attempt served) {
    served.channel().close();
  }
}
