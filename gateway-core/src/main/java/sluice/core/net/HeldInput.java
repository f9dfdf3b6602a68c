package sluice.core.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Holds what a connection brings before it is relayed. Nothing is read while {@code autoRead} is
 * off, with one exception: when the peer has ended its stream, epoll channels read what is left at
 * once, at most a socket buffer full. A short upload is not to be lost by that.
 */
final class HeldInput extends ChannelInboundHandlerAdapter {

  /** Bytes, and events that say that they have ended. */
  private final Queue<Object> held = new ArrayDeque<>(1);

  private HeldInput() {}

  /** Begins to hold; the end of the peer's stream no longer closes the channel. */
  static void hold(SocketChannel channel) {
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    channel.pipeline().addLast(new HeldInput());
  }

  /** Hands what was held to the handlers behind, if the channel holds anything, and goes. */
  static void release(SocketChannel channel) {
    ChannelPipeline pipeline = channel.pipeline();
    HeldInput input = pipeline.get(HeldInput.class);
    if (input == null) {
      return;
    }
    ChannelHandlerContext ctx = pipeline.context(input);
    boolean read = false;
    while (!input.held.isEmpty()) {
      Object next = input.held.poll();
      if (next instanceof ByteBuf) {
        ctx.fireChannelRead(next);
        read = true;
      } else {
        read = complete(read, ctx::fireChannelReadComplete);
        ctx.fireUserEventTriggered(next);
      }
    }
    complete(read, ctx::fireChannelReadComplete);
    pipeline.remove(input);
  }

  /** Sends what was held through handlers that were added before. */
  static void again(SocketChannel channel) {
    ChannelPipeline pipeline = channel.pipeline();
    HeldInput input = pipeline.get(HeldInput.class);
    Queue<Object> raw = new ArrayDeque<>(input.held);
    input.held.clear();
    boolean read = false;
    for (Object next : raw) {
      if (next instanceof ByteBuf) {
        pipeline.fireChannelRead(next);
        read = true;
      } else {
        read = complete(read, pipeline::fireChannelReadComplete);
        pipeline.fireUserEventTriggered(next);
      }
    }
    complete(read, pipeline::fireChannelReadComplete);
  }

  private static boolean complete(boolean read, Runnable complete) {
    if (read) {
      complete.run();
    }
    return false;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    held.add(msg);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    Secured secured = Secured.of(ctx.channel());
    if (event instanceof ChannelInputShutdownEvent || secured != null && secured.isEnd(event)) {
      held.add(event);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    held.forEach(ReferenceCountUtil::release);
    held.clear();
  }
}
