package sluice.core.net.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Reads the PROXY header that a connection begins with, and not a byte more. On the channel's loop.
 */
public final class HeaderReader extends ChannelInboundHandlerAdapter {

  /** Told once how it went. */
  public interface Events {

    /**
     * The header has come; {@code autoRead} is off again and the channel is as it was accepted.
     *
     * @param header empty if it tells no addresses, as for the balancer's own checks
     */
    void read(Optional<ProxyHeader> header);

    /** No header came; the channel is closed. */
    void failed(String reason);
  }

  private final Events events;
  private final HeaderReads reads;
  private final ByteBuf bytes;
  private Future<?> timer;
  private boolean over;

  private HeaderReader(SocketChannel channel, Events events) {
    this.events = events;
    this.reads = new HeaderReads();
    this.bytes = channel.alloc().buffer(HeaderParser.LONGEST_V1, HeaderParser.LONGEST);
  }

  /**
   * Begins to read.
   *
   * @param channel registered, {@code autoRead} off, nothing read yet; on its loop
   * @param timeout for the whole header
   */
  public static void read(SocketChannel channel, Duration timeout, Events events) {
    HeaderReader reader = new HeaderReader(channel, events);
    channel.config().setRecvByteBufAllocator(reader.reads);
    reader.timer =
        channel
            .eventLoop()
            .schedule(
                () ->
                    reader.fail(
                        channel, "no whole PROXY header within " + timeout.toMillis() + " ms"),
                timeout.toNanos(),
                TimeUnit.NANOSECONDS);
    channel.pipeline().addLast(reader);
    try {
      reader.reads.exactly(HeaderParser.missing(reader.bytes));
    } catch (MalformedHeaderException e) {
      throw new IllegalStateException("nothing was read", e);
    }
    channel.config().setAutoRead(true);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    ByteBuf part = (ByteBuf) msg;
    try {
      if (over) {
        return;
      }
      bytes.writeBytes(part);
      int missing = HeaderParser.missing(bytes);
      reads.exactly(missing);
      if (missing == 0) {
        Optional<ProxyHeader> header = HeaderParser.parse(bytes);
        over = true;
        ctx.channel().config().setAutoRead(false);
        ctx.pipeline().remove(this);
        events.read(header);
      }
    } catch (MalformedHeaderException e) {
      fail(ctx.channel(), e.getMessage());
    } finally {
      part.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    // Swallowed: nothing was read for those behind.
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    fail(ctx.channel(), "it closed the connection before its PROXY header was whole");
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(ctx.channel(), String.valueOf(cause.getMessage()));
  }

  private void fail(Channel channel, String reason) {
    if (!over) {
      over = true;
      channel.close();
      events.failed(reason);
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    timer.cancel(false);
    bytes.release();
  }
}
