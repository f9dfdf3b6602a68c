package sluice.core.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Holds what a connection brings before it is relayed. Nothing is read while {@code autoRead} is
 * off, with one exception: when the peer has ended its stream, epoll channels read what is left at
 * once, at most a socket buffer full. A short upload is not to be lost by that.
 */
final class HeldInput extends ChannelInboundHandlerAdapter {

  private final Queue<ByteBuf> held = new ArrayDeque<>(1);
  private boolean ended;

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
    boolean any = !input.held.isEmpty();
    while (!input.held.isEmpty()) {
      ctx.fireChannelRead(input.held.poll());
    }
    if (any) {
      ctx.fireChannelReadComplete();
    }
    if (input.ended) {
      ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    }
    pipeline.remove(input);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    held.add((ByteBuf) msg);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    ended |= event instanceof ChannelInputShutdownEvent;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    held.forEach(ByteBuf::release);
    held.clear();
  }
}
