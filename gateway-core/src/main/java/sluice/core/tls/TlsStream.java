package sluice.core.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import sluice.core.net.Secured;

/** TLS on one connection, below the handlers that it has. On the connection's loop. */
final class TlsStream extends ChannelInboundHandlerAdapter implements Secured {

  private static final int STOP_SECONDS = 10;

  private final Channel channel;
  private final boolean control;
  private final boolean strict;
  private final Promise<SSLEngine> handshake;
  private final long begun = System.currentTimeMillis();
  private String serverName;
  private ChannelFuture outputEnd;
  private boolean inputEnd;
  private Promise<Void> stopped;

  private TlsStream(Channel channel, boolean control, boolean strict) {
    this.channel = channel;
    this.control = control;
    this.strict = strict;
    this.handshake = channel.eventLoop().newPromise();
  }

  /**
   * Begins as the server on a control connection.
   *
   * @param choose from the server name that the client asks for, or null, to the context
   * @param handshakeMillis the most that a handshake may take
   */
  static TlsStream accept(
      Channel channel, Function<String, SslContext> choose, long handshakeMillis) {
    TlsStream stream = new TlsStream(channel, true, true);
    stream.install(
        new SniHandler(
            (io.netty.util.Mapping<String, SslContext>)
                name -> {
                  stream.serverName = name;
                  return choose.apply(name);
                },
            handshakeMillis) {
          @Override
          protected SslHandler newSslHandler(SslContext context, ByteBufAllocator allocator) {
            SslHandler handler = super.newSslHandler(context, allocator);
            handler.setHandshakeTimeoutMillis(handshakeTimeoutMillis);
            return handler;
          }
        });
    return stream;
  }

  /** Begins as the server on a data connection; whoever joins it watches the time. */
  static TlsStream accept(Channel channel, SslContext context, boolean strict) {
    SslHandler handler = context.newHandler(channel.alloc());
    handler.setHandshakeTimeoutMillis(0);
    TlsStream stream = new TlsStream(channel, false, strict);
    stream.install(handler);
    return stream;
  }

  /**
   * Begins as the client.
   *
   * @param host the server's name, to be verified
   * @param port sessions are resumed among connections of the same host and port; need not be real
   * @param handshakeMillis the most that a handshake may take; 0 if somebody else watches
   * @param last what may be resumed when the provider has nothing; null where it always has
   */
  static TlsStream connect(
      Channel channel,
      boolean control,
      SslContext context,
      String host,
      int port,
      boolean strict,
      long handshakeMillis,
      LastSession last) {
    SslHandler handler = context.newHandler(channel.alloc(), host, port);
    handler.setHandshakeTimeoutMillis(handshakeMillis);
    TlsStream stream = new TlsStream(channel, control, strict);
    stream.serverName = host;
    if (last != null) {
      last.offer(handler.engine());
    }
    stream.install(handler); // On an active channel that begins the handshake.
    if (last != null) {
      last.keep(handler.engine());
    }
    return stream;
  }

  private void install(io.netty.channel.ChannelHandler tls) {
    channel.attr(KEY).set(this);
    channel.closeFuture().addListener(closed -> fail(new ClosedChannelException()));
    channel.pipeline().addFirst(this).addFirst(tls);
    if (!channel.config().isAutoRead()) {
      channel.read(); // The handlers of TLS go on by themselves, until the handshake is done.
    }
  }

  /** Done with the handshake; fails with a message for people. */
  Future<SSLEngine> handshake() {
    return handshake;
  }

  /** When it was begun, in milliseconds of the system's clock. */
  long begun() {
    return begun;
  }

  /** The name that the client asked for; null if it did not. */
  String serverName() {
    return serverName;
  }

  /** Exchanges close_notify and takes TLS from the connection. */
  Future<Void> stop() {
    stopped = channel.eventLoop().newPromise();
    channel.pipeline().addFirst(new EndOfRecords(this::plain));
    endOutput();
    var limit =
        channel
            .eventLoop()
            .schedule(
                () -> {
                  if (stopped.tryFailure(
                      new SSLException("it did not end TLS within " + STOP_SECONDS + " s"))) {
                    channel.close();
                  }
                },
                STOP_SECONDS,
                TimeUnit.SECONDS);
    stopped.addListener(done -> limit.cancel(false));
    channel
        .closeFuture()
        .addListener(closed -> stopped.tryFailure(new SSLException("it closed the connection")));
    return stopped;
  }

  @Override
  public ChannelFuture endOutput() {
    if (outputEnd == null) {
      SslHandler handler = channel.pipeline().get(SslHandler.class);
      outputEnd = handler == null ? channel.newSucceededFuture() : handler.closeOutbound();
    }
    return outputEnd;
  }

  @Override
  public boolean isEnd(Object event) {
    boolean may =
        event instanceof SslCloseCompletionEvent end && end.isSuccess()
            || event instanceof ChannelInputShutdownEvent;
    // When we have said our last word, the native engine calls it an end whatever comes next, a
    // ticket or a part of one: to close at once would reset what is still on its way to the peer.
    return may && endCame();
  }

  private boolean endCame() {
    SslHandler handler = channel.pipeline().get(SslHandler.class);
    return handler != null && handler.engine().isInboundDone();
  }

  @Override
  public boolean strict() {
    return strict;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent done) {
      if (done.isSuccess()) {
        handshake.trySuccess(ctx.pipeline().get(SslHandler.class).engine());
      } else {
        fail(done.cause());
      }
    } else if (event instanceof ChannelInputShutdownEvent && !handshake.isDone()) {
      fail(new ClosedChannelException());
      ctx.close();
    } else if (isEnd(event) && stopped != null) {
      plain();
    } else if (isEnd(event) && control) {
      inputEnd = true;
      ctx.close();
    } else {
      ctx.fireUserEventTriggered(event);
    }
  }

  private void plain() {
    if (channel.pipeline().get(SslHandler.class) == null) {
      return; // The end of TLS and clear text may have come together.
    }
    channel.attr(KEY).set(null);
    channel.pipeline().remove(EndOfRecords.class);
    // What has come behind the end of TLS is handed on by its removal.
    channel.pipeline().remove(SslHandler.class);
    channel.pipeline().remove(this);
    stopped.trySuccess(null);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (handshake.isSuccess()) {
      if (!inputEnd) {
        ctx.fireExceptionCaught(cause);
      }
    } else {
      fail(cause);
      ctx.close();
    }
  }

  private void fail(Throwable cause) {
    if (!handshake.isDone()) {
      handshake.tryFailure(TlsFailure.of(cause));
    }
  }
}
