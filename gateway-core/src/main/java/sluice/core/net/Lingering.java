package sluice.core.net;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * Closes a TCP connection so that the peer gets what was written: flush, end our stream, throw away
 * what still comes, and close when the peer has ended its stream or after a short time. A plain
 * close with unread bytes in the socket would be a reset, and the peer would lose the last words.
 */
public final class Lingering extends ChannelInboundHandlerAdapter {

  private static final int LINGER_SECONDS = 2;
  private static final int FLUSH_SECONDS = 10;

  private Lingering() {}

  /** Begins to close; called on the channel's loop. Does nothing if it is closed already. */
  public static void close(Channel channel) {
    if (!channel.isActive() || !(channel instanceof DuplexChannel duplex)) {
      channel.close();
      return;
    }
    // First in the pipeline: handlers of the session see nothing any more.
    channel.pipeline().addFirst(new Lingering());
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    var flushLimit =
        channel.eventLoop().schedule(() -> channel.close(), FLUSH_SECONDS, TimeUnit.SECONDS);
    channel.closeFuture().addListener(closed -> flushLimit.cancel(false));
    channel
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(
            (ChannelFutureListener)
                flushed -> {
                  if (!flushed.isSuccess() || duplex.isInputShutdown()) {
                    channel.close();
                    return;
                  }
                  endOutput(duplex);
                  channel.config().setAutoRead(true);
                  var lingerLimit =
                      channel
                          .eventLoop()
                          .schedule(() -> channel.close(), LINGER_SECONDS, TimeUnit.SECONDS);
                  channel.closeFuture().addListener(closed -> lingerLimit.cancel(false));
                });
  }

  private static void endOutput(DuplexChannel channel) {
    Secured secured = Secured.of(channel);
    if (secured == null) {
      channel.shutdownOutput();
    } else {
      secured.endOutput().addListener(ended -> channel.shutdownOutput());
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    ReferenceCountUtil.release(msg);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    // Swallowed: nothing was read.
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      ctx.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
