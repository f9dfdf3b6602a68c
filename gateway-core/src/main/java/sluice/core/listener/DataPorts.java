package sluice.core.listener;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import sluice.api.PortRanges;
import sluice.api.protocol.StaticPorts;
import sluice.core.net.Addresses;
import sluice.core.net.Network;
import sluice.core.session.ListenerCounters;
import sluice.core.session.SessionRegistry;

/**
 * The open static data ports of backends. What arrives goes to the session that it belongs to, or
 * is closed. They stay open while a stopping gateway lets its transfers finish.
 */
public final class DataPorts implements AutoCloseable {

  private static final Logger LOG = LogManager.getLogger(DataPorts.class);
  private static final long COMPLAIN_EVERY = TimeUnit.SECONDS.toNanos(1);

  private final Network network;
  private final SessionRegistry registry;
  private final Map<String, StaticPorts> rules;
  private final List<Channel> sockets = new ArrayList<>();
  private final AtomicLong complainAt = new AtomicLong(System.nanoTime());
  private final AtomicLong complaintsHeld = new AtomicLong();

  /**
   * @param network gives the sockets
   * @param registry has the sessions
   * @param rules what each listener wants, by its name; listeners that want nothing are not in it
   */
  public DataPorts(Network network, SessionRegistry registry, Map<String, StaticPorts> rules) {
    this.network = network;
    this.registry = registry;
    this.rules = Map.copyOf(rules);
  }

  /**
   * Opens a backend's ports at an address; called on the main thread.
   *
   * @param backend {@code pool/name}, for messages
   * @param counters of the listener, for strangers that come
   * @throws IOException if one cannot be had; the message says what to do
   */
  public void open(InetAddress address, PortRanges ports, String backend, ListenerCounters counters)
      throws IOException {
    EventLoop loop = network.nextLoop();
    CompletableFuture<List<Channel>> opened = new CompletableFuture<>();
    loop.execute(() -> openAll(loop, address, ports, new Receiver(backend, counters), opened));
    try {
      sockets.addAll(opened.join());
    } catch (CompletionException e) {
      throw new IOException(
          "cannot listen on the data-ports "
              + ports
              + " of backend "
              + backend
              + ": "
              + e.getCause().getMessage(),
          e.getCause());
    }
    LOG.info(
        "data ports {} of backend {} are open on {}", ports, backend, address.getHostAddress());
  }

  private void openAll(
      EventLoop loop,
      InetAddress address,
      PortRanges ports,
      ChannelHandler receiver,
      CompletableFuture<List<Channel>> opened) {
    List<Channel> channels = new ArrayList<>(ports.size());
    InetSocketAddress next = null;
    try {
      for (int i = 0; i < ports.size(); i++) {
        next = new InetSocketAddress(address, ports.port(i));
        channels.add(network.listen(loop, next, receiver));
      }
      opened.complete(channels);
    } catch (IOException | RuntimeException e) {
      channels.forEach(Channel::close);
      opened.completeExceptionally(
          new IOException(Addresses.text(next) + ": " + Listener.reason(e, next), e));
    }
  }

  /** How many sockets are open. */
  public int size() {
    return sockets.size();
  }

  /** Closes all ports; data connections that have arrived go on. */
  @Override
  public void close() {
    sockets.forEach(Channel::close);
    sockets.forEach(socket -> socket.closeFuture().awaitUninterruptibly());
    sockets.clear();
  }

  /** Takes what arrives on one backend's ports at one address. */
  @ChannelHandler.Sharable
  private final class Receiver extends ChannelInboundHandlerAdapter {

    private final String backend;
    private final ListenerCounters counters;

    Receiver(String backend, ListenerCounters counters) {
      this.backend = backend;
      this.counters = counters;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      SocketChannel data = (SocketChannel) msg;
      if (data.remoteAddress() == null || data.localAddress() == null) {
        data.unsafe().closeForcibly(); // Gone already.
      } else if (!registry.forward(data, rules)) {
        counters.dataIntruder();
        complain(data);
        data.unsafe().closeForcibly();
      }
    }

    private void complain(SocketChannel data) {
      long now = System.nanoTime();
      long at = complainAt.get();
      if (now - at < 0 || !complainAt.compareAndSet(at, now + COMPLAIN_EVERY)) {
        complaintsHeld.incrementAndGet();
        return;
      }
      long held = complaintsHeld.getAndSet(0);
      LOG.warn(
          "{} came to data port {} of backend {}, but has no session there, or the backend is"
              + " down; it was closed{}",
          Addresses.text(Addresses.plain(data.remoteAddress())),
          data.localAddress().getPort(),
          backend,
          held == 0 ? "" : " (and " + held + " others before this)");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      // Mostly: no descriptor is left. Accepting pauses, so that the loop does not spin.
      LOG.error(
          "a data port of backend {} cannot accept and pauses for 1 s: {}; raise the limit of open"
              + " files if that is it",
          backend,
          cause.getMessage());
      ctx.channel().config().setAutoRead(false);
      ctx.executor().schedule(() -> ctx.channel().config().setAutoRead(true), 1, TimeUnit.SECONDS);
    }
  }
}
