package sluice.core.listener;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import sluice.api.Side;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.StreamProtocol;
import sluice.core.net.Addresses;
import sluice.core.net.Network;
import sluice.core.net.proxy.HeaderReader;
import sluice.core.net.proxy.ProxyHeader;
import sluice.core.session.Front;
import sluice.core.session.TcpSession;

/** Takes accepted connections, gives each an event loop and begins its session there. */
final class Acceptor extends ChannelInboundHandlerAdapter {

  private static final Logger LOG = LogManager.getLogger(Acceptor.class);
  private static final int PAUSE_SECONDS = 1;

  private final Listener listener;
  private final Network network;

  Acceptor(Listener listener, Network network) {
    this.listener = listener;
    this.network = network;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    SocketChannel client = (SocketChannel) msg;
    network.configure(client);
    EventLoop loop = network.nextLoop();
    try {
      loop.execute(() -> register(client, loop));
    } catch (RejectedExecutionException e) {
      client.unsafe().closeForcibly(); // The gateway is closing.
    }
  }

  /**
   * On the loop itself, so that the session begins before the loop looks at the socket: a client
   * that has ended its stream already would be read from, and closed, before anybody listens.
   */
  private void register(SocketChannel client, EventLoop loop) {
    loop.register(client)
        .addListener(
            (ChannelFutureListener)
                registered -> {
                  if (registered.isSuccess()) {
                    begin(client);
                  } else {
                    client.unsafe().closeForcibly();
                  }
                });
  }

  private void begin(SocketChannel client) {
    if (client.remoteAddress() == null || client.localAddress() == null) {
      // It has gone already; there is not even an address to tell.
      client.close();
      return;
    }
    Route route = listener.route();
    if (route.front().isEmpty()) {
      begin(route, client, client.remoteAddress(), client.localAddress(), session -> {});
      return;
    }
    FrontBalancers front = route.front().get();
    InetSocketAddress peer = Addresses.plain(client.remoteAddress());
    if (!front.trusts(peer.getAddress())) {
      client.close();
      route.scope().counters().strangerBeforeFront();
      front.refused(
          listener.name(),
          peer.getAddress(),
          "it is not one of the balancers that proxy-protocol accepts connections from");
      return;
    }
    if (front.afterTls()) {
      begin(
          route,
          client,
          peer,
          client.localAddress(),
          session -> session.awaitHeader(awaited(route, front, peer)));
      return;
    }
    HeaderReader.read(
        client,
        front.timeout(),
        new HeaderReader.Events() {
          @Override
          public void read(Optional<ProxyHeader> header) {
            if (client.localAddress() != null) {
              begin(
                  route,
                  client,
                  header.map(ProxyHeader::source).orElse(peer),
                  header.map(ProxyHeader::destination).orElse(client.localAddress()),
                  session -> header.map(ProxyHeader::facts).ifPresent(session::told));
            }
          }

          @Override
          public void failed(String reason) {
            refused(route, front, peer, reason);
          }
        });
  }

  private void refused(Route route, FrontBalancers front, InetSocketAddress peer, String reason) {
    route.scope().counters().badProxyHeader();
    front.refused(listener.name(), peer.getAddress(), reason);
  }

  private Front awaited(Route route, FrontBalancers front, InetSocketAddress peer) {
    return new Front() {
      @Override
      public Duration timeout() {
        return front.timeout();
      }

      @Override
      public void failed(String reason) {
        refused(route, front, peer, reason);
      }
    };
  }

  private void begin(
      Route route,
      SocketChannel client,
      InetSocketAddress from,
      InetSocketAddress dialled,
      Consumer<TcpSession> prepare) {
    TcpSession session = new TcpSession(route.scope(), client, from, dialled);
    prepare.accept(session);
    LOG.debug("{} from {}", session, client.remoteAddress());
    try {
      ((StreamProtocol) route.protocol()).accept(session);
    } catch (RuntimeException | LinkageError e) {
      LOG.error("{} protocol {} failed to accept", session, route.scope().protocol(), e);
      session.end(Outcome.failed(Side.CLIENT, "the protocol failed: " + e));
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // Mostly: no descriptor is left. Accepting pauses, so that the loop does not spin.
    LOG.error(
        "listener {} cannot accept and pauses for {} s: {}; raise the limit of open files if that"
            + " is it",
        listener.name(),
        PAUSE_SECONDS,
        cause.getMessage());
    ctx.channel().config().setAutoRead(false);
    ctx.executor()
        .schedule(() -> ctx.channel().config().setAutoRead(true), PAUSE_SECONDS, TimeUnit.SECONDS);
  }
}
