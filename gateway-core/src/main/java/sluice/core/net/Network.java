package sluice.core.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.Errors;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import sluice.api.PortRanges;

/**
 * The one owner of event loops and maker of sockets.
 *
 * <p>Sockets are made, registered and bound in one go on the loop that will use them: the methods
 * that take a loop are called on it and give an open socket or an {@link IOException}.
 */
public final class Network implements AutoCloseable {

  private static final int BACKLOG = 4096;
  private static final int LARGEST_DATAGRAM = 65_536;
  private static final int LOOK_UP_THREADS = 8;
  private static final int LINUX_EADDRINUSE = 98;

  private final Transport transport;
  private final KeepAlive keepAlive;
  private final MultiThreadIoEventLoopGroup loops;

  /** A few threads for look-ups of names; a look-up that waits for one waits its turn. */
  private final ThreadPoolExecutor lookUps =
      new ThreadPoolExecutor(
          LOOK_UP_THREADS,
          LOOK_UP_THREADS,
          10,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          new DefaultThreadFactory("sluice-names", true));

  /**
   * Starts the event loops.
   *
   * @param transport what to use
   * @param eventLoops how many; 0 for one a processor
   * @param keepAlive for all relayed TCP connections
   */
  public Network(Transport transport, int eventLoops, KeepAlive keepAlive) {
    this.transport = transport;
    this.keepAlive = keepAlive;
    int count = eventLoops == 0 ? Runtime.getRuntime().availableProcessors() : eventLoops;
    this.loops =
        new MultiThreadIoEventLoopGroup(
            count, new DefaultThreadFactory("sluice-loop"), transport.ioHandlers());
    lookUps.allowCoreThreadTimeOut(true);
  }

  /** What is used. */
  public Transport transport() {
    return transport;
  }

  /** The next loop, in turn. */
  public EventLoop nextLoop() {
    return loops.next();
  }

  /**
   * Opens a listening socket that hands out accepted channels unregistered, {@code autoRead} off.
   *
   * @param loop the socket's loop; called on it
   * @param handler takes the accepted {@link SocketChannel}s as messages
   * @throws IOException if it cannot be bound
   */
  public Channel listen(EventLoop loop, InetSocketAddress address, ChannelHandler handler)
      throws IOException {
    ServerSocketChannel server = made(transport::serverSocket);
    server.config().setOption(ChannelOption.SO_REUSEADDR, true);
    server.config().setOption(ChannelOption.SO_BACKLOG, BACKLOG);
    return open(loop, server, handler, address);
  }

  /**
   * Opens a listening socket on a free port of the ranges.
   *
   * @throws IOException if no port is free; the message names the ranges
   */
  public Channel listen(EventLoop loop, InetAddress local, PortRanges ports, ChannelHandler handler)
      throws IOException {
    return onFreePort(local, ports, address -> listen(loop, address, handler));
  }

  /** Opens a datagram socket. */
  public DatagramChannel datagram(EventLoop loop, InetSocketAddress address, ChannelHandler handler)
      throws IOException {
    DatagramChannel channel = newDatagram();
    if (transport == Transport.EPOLL && address.getAddress().isAnyLocalAddress()) {
      // Tells the local address that each packet was sent to.
      channel.config().setOption(EpollChannelOption.IP_RECVORIGDSTADDR, true);
    }
    return (DatagramChannel) open(loop, channel, handler, address);
  }

  /**
   * Opens a datagram socket on one address and the port of an open socket that is bound to all
   * addresses. The system gives it the packets to that address from then on, and what it sends
   * leaves from there. Nobody else can share the port that way: both sockets allow it only for the
   * moment of the bind.
   */
  public DatagramChannel besides(
      EventLoop loop, DatagramChannel all, InetAddress local, ChannelHandler handler)
      throws IOException {
    DatagramChannel channel = newDatagram();
    all.config().setReuseAddress(true);
    channel.config().setReuseAddress(true);
    try {
      InetSocketAddress address = new InetSocketAddress(local, all.localAddress().getPort());
      open(loop, channel, handler, address);
      channel.config().setReuseAddress(false);
      return channel;
    } finally {
      all.config().setReuseAddress(false);
    }
  }

  /** Opens a datagram socket on any free port of an address to leave from. */
  public DatagramChannel datagram(EventLoop loop, LocalAddress source) throws IOException {
    DatagramChannel channel = newDatagram();
    source.prepare(channel.config());
    return (DatagramChannel) open(loop, channel, null, new InetSocketAddress(source.address(), 0));
  }

  private DatagramChannel newDatagram() throws IOException {
    DatagramChannel channel = made(transport::datagram);
    channel.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(LARGEST_DATAGRAM));
    return channel;
  }

  /** Opens a datagram socket on a free port of the ranges. */
  public DatagramChannel datagram(
      EventLoop loop, InetAddress local, PortRanges ports, ChannelHandler handler)
      throws IOException {
    return (DatagramChannel) onFreePort(local, ports, address -> datagram(loop, address, handler));
  }

  /**
   * Connects; called on the loop. The channel has {@code autoRead} off and no handlers.
   *
   * @param remote resolved
   * @param source the address to leave from, or null for the system's choice
   * @param timeout for the connect
   * @throws ChannelException if no socket can be opened, as when no descriptor is left
   */
  public ChannelFuture dial(
      EventLoop loop, InetSocketAddress remote, LocalAddress source, Duration timeout) {
    return dial(loop, remote, source, 0, timeout);
  }

  /**
   * The same from one port, which connections to many peers may share.
   *
   * @param port of the source, which is not null then; 0 for any
   */
  public ChannelFuture dial(
      EventLoop loop, InetSocketAddress remote, LocalAddress source, int port, Duration timeout) {
    SocketChannel channel = transport.socket();
    configure(channel);
    int millis = (int) Math.max(1, Math.min(Integer.MAX_VALUE, timeout.toMillis()));
    channel.config().setConnectTimeoutMillis(millis);
    ChannelFuture registered = loop.register(channel);
    if (registered.cause() != null) {
      return registered;
    }
    if (source == null) {
      return channel.connect(remote);
    }
    try {
      source.prepare(channel.config());
    } catch (IOException e) {
      channel.close();
      return channel.newFailedFuture(e);
    }
    if (port != 0) {
      channel.config().setReuseAddress(true);
    } else if (transport == Transport.EPOLL) {
      // The port is chosen at connect, so that the ports of one source serve every destination.
      channel.config().setOption(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true);
    }
    return channel.connect(remote, new InetSocketAddress(source.address(), port));
  }

  /** Whether a connection failed because it cannot leave from the one port that was asked for. */
  public static boolean portUnusable(Throwable cause) {
    // EADDRNOTAVAIL: the same two ends are in use, or were a moment ago; EADDRINUSE.
    String text = String.valueOf(cause.getMessage());
    return cause instanceof IOException
        && (text.contains("assign requested address") || text.contains("in use"));
  }

  /**
   * Finds an address and tells it on the loop: at once for a literal, else off the loop, as a name
   * may take its time.
   *
   * @param host a name or a literal
   * @param lookUp gives the address; may block unless the host is a literal
   * @param result takes the address, or what was wrong
   */
  public void resolve(
      EventLoop loop,
      String host,
      Callable<InetSocketAddress> lookUp,
      BiConsumer<InetSocketAddress, Exception> result) {
    if (NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host)) {
      lookUpAndTell(lookUp, result);
      return;
    }
    lookUps.execute(
        () ->
            lookUpAndTell(
                lookUp, (address, problem) -> loop.execute(() -> result.accept(address, problem))));
  }

  private static void lookUpAndTell(
      Callable<InetSocketAddress> lookUp, BiConsumer<InetSocketAddress, Exception> result) {
    InetSocketAddress address;
    try {
      address = lookUp.call();
    } catch (Exception e) {
      result.accept(null, e);
      return;
    }
    result.accept(address, null);
  }

  /** The options that all relayed TCP connections have; {@code autoRead} is off. */
  public void configure(SocketChannel channel) {
    channel.config().setTcpNoDelay(true);
    keepAlive.set(channel, transport);
    channel.config().setAutoRead(false);
  }

  /** Holds what comes, and its end, until the connection is relayed. */
  public static void hold(SocketChannel channel) {
    HeldInput.hold(channel);
  }

  /** Sends what is held through handlers that were added below, such as those of TLS. */
  public static void holdAgain(SocketChannel channel) {
    HeldInput.again(channel);
  }

  /** Stops the loops; their channels are closed. Waits a few seconds at the most. */
  @Override
  public void close() {
    lookUps.shutdownNow();
    Future<?> done = loops.shutdownGracefully(0, 2, TimeUnit.SECONDS);
    done.awaitUninterruptibly(5, TimeUnit.SECONDS);
  }

  /** Whether a failure to bind means that the port is taken. */
  public static boolean inUse(Throwable cause) {
    // The JDK's transport throws a BindException, the native one an exception of its own.
    return cause instanceof IOException && String.valueOf(cause.getMessage()).contains("in use");
  }

  /** Netty's constructors throw what nobody has to catch; mostly, no descriptor is left. */
  private static <C extends Channel> C made(Supplier<C> maker) throws IOException {
    try {
      return maker.get();
    } catch (ChannelException e) {
      throw new IOException(problem(e), e);
    }
  }

  /** What kept a socket from being made, and what to do. */
  public static String problem(ChannelException cause) {
    Throwable root = cause.getCause() == null ? cause : cause.getCause();
    return "no socket can be opened: "
        + root.getMessage()
        + "; raise the limit of open files if that is it";
  }

  private interface Opener {
    Channel open(InetSocketAddress address) throws IOException;
  }

  private static Channel onFreePort(InetAddress local, PortRanges ports, Opener opener)
      throws IOException {
    if (ports.any()) {
      return opener.open(new InetSocketAddress(local, 0));
    }
    int size = ports.size();
    int start = ThreadLocalRandom.current().nextInt(size);
    IOException last = null;
    for (int i = 0; i < size; i++) {
      int port = ports.port((start + i) % size);
      try {
        return opener.open(new InetSocketAddress(local, port));
      } catch (IOException e) {
        if (!inUse(e)) {
          throw e;
        }
        last = e;
      }
    }
    throw new IOException("no port of " + ports + " is free on " + local.getHostAddress(), last);
  }

  /** NIO and epoll say it in different words. */
  private static boolean inUse(IOException e) {
    return e instanceof BindException
        || e instanceof Errors.NativeIoException failure
            && failure.expectedErr() == -LINUX_EADDRINUSE;
  }

  private static Channel open(
      EventLoop loop, Channel channel, ChannelHandler handler, InetSocketAddress address)
      throws IOException {
    ChannelFuture registered = loop.register(channel);
    ChannelFuture bound = registered.isSuccess() ? channel.bind(address) : registered;
    if (bound.isSuccess()) {
      // Only now, as a handler may be added to one channel only, and another port may be tried.
      // Nothing is read before this returns to the loop.
      if (handler != null) {
        channel.pipeline().addLast(handler);
      }
      return channel;
    }
    channel.close();
    Throwable cause = bound.cause();
    if (cause instanceof IOException e) {
      throw e;
    }
    throw new IOException("cannot open a socket on " + Addresses.text(address), cause);
  }
}
