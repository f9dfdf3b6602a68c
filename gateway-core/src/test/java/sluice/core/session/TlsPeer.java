package sluice.core.session;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslProvider;
import io.netty.internal.tcnative.SSL;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A peer of a test that speaks TLS and can do so badly: client or server, used by one thread. */
final class TlsPeer implements AutoCloseable {

  /** What peers use, so that they resume sessions; the gateway under test has its own. */
  static final SslProvider PROVIDER = OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;

  private static final byte[] END_OF_TLS = {1};
  private static final byte[] END_OF_SOCKET = {2};
  private static final byte[] BROKEN = {3};

  private final MultiThreadIoEventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final BlockingQueue<Connection> accepted = new LinkedBlockingQueue<>();
  private volatile boolean reluctant;

  /** Listens; every connection is TLS unless there is no context. */
  InetSocketAddress listen(SslContext context) throws Exception {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerSocketChannel.class)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    if (reluctant) {
                      channel.config().setAutoRead(false);
                      channel
                          .config()
                          .setRecvByteBufAllocator(
                              new FixedRecvByteBufAllocator(2048).maxMessagesPerRead(1));
                      channel.pipeline().addLast(new Reluctance());
                    }
                    SslHandler tls = context == null ? null : context.newHandler(channel.alloc());
                    accepted.add(new Connection(channel, tls));
                  }
                });
    return (InetSocketAddress)
        bootstrap.bind(InetAddress.getLoopbackAddress(), 0).sync().channel().localAddress();
  }

  /** Those that connect from now on are read once, and then not before {@link Connection#read}. */
  void readOnlyOnce() {
    reluctant = true;
  }

  /** Below TLS, which would read by itself until its handshake is done. */
  private static final class Reluctance extends ChannelDuplexHandler {
    private boolean over;

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      ctx.fireChannelActive();
      ctx.read();
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
      if (over) {
        ctx.read();
      }
    }
  }

  /** The next that has connected. */
  Connection accept() throws Exception {
    Connection next = accepted.poll(10, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nobody connected within 10 s");
    }
    return next;
  }

  /**
   * Connects.
   *
   * @param context null for clear text
   * @param name of the server
   * @param port by which sessions are resumed
   */
  Connection connect(InetSocketAddress address, SslContext context, String name, int port)
      throws Exception {
    Connection[] made = new Connection[1];
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .handler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    SslHandler tls =
                        context == null ? null : context.newHandler(channel.alloc(), name, port);
                    made[0] = new Connection(channel, tls);
                  }
                });
    bootstrap.connect(address).sync();
    return made[0];
  }

  @Override
  public void close() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }

  /** A connection. */
  static final class Connection extends ChannelInboundHandlerAdapter {

    private final SocketChannel channel;
    private final SslHandler tls;
    private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    private volatile boolean resumed;
    private final StringBuilder line = new StringBuilder();

    Connection(SocketChannel channel, SslHandler tls) {
      this.channel = channel;
      this.tls = tls;
      if (tls != null) {
        channel.pipeline().addLast(tls);
      }
      channel.pipeline().addLast(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ByteBuf bytes = (ByteBuf) msg;
      byte[] copy = new byte[bytes.readableBytes()];
      bytes.readBytes(copy);
      bytes.release();
      if (copy.length > 0) {
        received.add(copy);
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof SslHandshakeCompletionEvent done && done.isSuccess()) {
        resumed =
            tls.engine() instanceof ReferenceCountedOpenSslEngine engine
                && SSL.isSessionReused(engine.sslPointer());
      } else if (event instanceof SslCloseCompletionEvent end && end.isSuccess()) {
        received.add(END_OF_TLS);
      } else if (event instanceof ChannelInputShutdownEvent) {
        received.add(END_OF_SOCKET);
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      received.add(BROKEN);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      received.add(BROKEN);
    }

    /** Reads once more, 2048 bytes at most. */
    void readOnce() {
      channel.eventLoop().execute(() -> channel.pipeline().context(Reluctance.class).read());
    }

    /** Reads on. */
    void read() {
      channel
          .eventLoop()
          .execute(
              () -> {
                channel.pipeline().get(Reluctance.class).over = true;
                channel.config().setAutoRead(true);
              });
    }

    /** Waits for the handshake. */
    Connection secured() throws Exception {
      if (!tls.handshakeFuture().await(10, TimeUnit.SECONDS)) {
        throw new AssertionError("no handshake within 10 s");
      }
      tls.handshakeFuture().sync();
      return this;
    }

    /** Whether it resumed a session; only with OpenSSL. */
    boolean resumed() {
      return resumed;
    }

    /** Name of the certificate that the other side showed. */
    String shown() throws Exception {
      secured();
      return tls.engine().getSession().getPeerPrincipal().getName();
    }

    void write(byte[] bytes) throws Exception {
      ready();
      channel.writeAndFlush(Unpooled.wrappedBuffer(bytes));
    }

    private void ready() throws Exception {
      if (tls != null) {
        secured();
      }
    }

    void write(String text) throws Exception {
      write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Ends the stream as it should be: close_notify, and then the socket's output. */
    void end() throws Exception {
      ready();
      if (tls != null) {
        tls.closeOutbound().sync();
      }
      channel.shutdownOutput().sync();
    }

    /** Ends TLS and leaves the socket open. */
    void endTls() throws Exception {
      ready();
      tls.closeOutbound().sync();
    }

    /** Ends the socket's output without a word, as an attacker or a crash would. */
    void cut() throws Exception {
      ready();
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).sync();
      channel.shutdownOutput().sync();
    }

    /** Takes TLS away, to speak clear text. */
    void plain() throws Exception {
      channel.eventLoop().submit(() -> channel.pipeline().remove(tls)).sync();
      received.remove(END_OF_TLS);
    }

    private byte[] next() throws Exception {
      byte[] next = received.poll(10, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("nothing came within 10 s");
      }
      return next;
    }

    /** The next line, without its end. */
    String line() throws Exception {
      while (line.indexOf("\n") < 0) {
        byte[] next = next();
        if (next == BROKEN || next == END_OF_SOCKET || next == END_OF_TLS) {
          received.add(next);
          return "(" + how(next) + ")";
        }
        line.append(new String(next, StandardCharsets.US_ASCII));
      }
      String first = line.substring(0, line.indexOf("\n"));
      line.delete(0, line.indexOf("\n") + 1);
      return first;
    }

    /** What came until its end, and how that was. */
    Received all() throws Exception {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      while (true) {
        byte[] next = next();
        if (next == BROKEN || next == END_OF_SOCKET || next == END_OF_TLS) {
          return new Received(all.toByteArray(), how(next));
        }
        all.writeBytes(next);
      }
    }

    private static String how(byte[] end) {
      return end == BROKEN ? "broken" : end == END_OF_TLS ? "close_notify" : "end of socket";
    }

    /** Whether nothing comes for a while, neither bytes nor an end. */
    boolean quiet() throws Exception {
      return received.poll(300, TimeUnit.MILLISECONDS) == null;
    }

    /** The next end of something, whatever else comes. */
    String ending() throws Exception {
      return all().end();
    }

    Channel channel() {
      return channel;
    }

    void close() {
      channel.close().awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
  }

  /** What came. */
  record Received(byte[] bytes, String end) {}
}
