package sluice.core.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import sluice.core.net.proxy.HeaderBytes;
import sluice.core.net.proxy.MalformedHeaderException;
import sluice.core.net.proxy.ProxyHeader;

/**
 * Reads the PROXY header that a stream within TLS begins with; what follows it goes on to the
 * protocol. On the channel's loop.
 */
final class HeaderWithin extends ChannelInboundHandlerAdapter {

  /** Told once. */
  interface Events {

    /** It has come; empty if it tells no addresses. What follows it is handed on after this. */
    void read(Optional<ProxyHeader> header);

    /** It did not come; the channel is closed. */
    void failed(String reason);
  }

  private final Duration timeout;
  private final Events events;
  private final HeaderBytes bytes = new HeaderBytes();
  private Future<?> timer;
  private boolean over;

  HeaderWithin(Duration timeout, Events events) {
    this.timeout = timeout;
    this.events = events;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    timer =
        ctx.executor()
            .schedule(
                () ->
                    fail(
                        ctx,
                        "no whole PROXY header within TLS within " + timeout.toMillis() + " ms"),
                timeout.toNanos(),
                TimeUnit.NANOSECONDS);
    readOn(ctx);
  }

  private void readOn(ChannelHandlerContext ctx) {
    if (!ctx.channel().config().isAutoRead()) {
      ctx.read();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (over) {
      ctx.fireChannelRead(message);
      return;
    }
    ByteBuf part = (ByteBuf) message;
    try {
      if (bytes.take(part)) {
        Optional<ProxyHeader> header = bytes.parse();
        over = true;
        events.read(header);
        if (part.isReadable()) {
          ctx.fireChannelRead(part.retain());
        }
        ctx.pipeline().remove(this);
      }
    } catch (MalformedHeaderException e) {
      fail(ctx, e.getMessage());
    } finally {
      part.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (over) {
      ctx.fireChannelReadComplete();
    } else {
      readOn(ctx);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    fail(ctx, "it closed the connection before its PROXY header within TLS was whole");
    ctx.fireChannelInactive();
  }

  private void fail(ChannelHandlerContext ctx, String reason) {
    if (!over) {
      over = true;
      ctx.close();
      events.failed(reason);
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    timer.cancel(false);
    bytes.release();
  }
}
