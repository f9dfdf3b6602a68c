package sluice.core.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;

/**
 * Sees to it that a PROXY header is the first that a backend is told: within TLS if the connection
 * begins with TLS, and else before whatever the protocol says first. On the channel's loop.
 */
final class HeaderFirst extends ChannelDuplexHandler {

  private ByteBuf header;
  private ChannelHandlerContext context;

  private HeaderFirst(ByteBuf header) {
    this.header = header;
  }

  /** On a channel that has no handlers of a protocol yet. */
  static HeaderFirst on(Channel channel, ByteBuf header) {
    HeaderFirst first = new HeaderFirst(header);
    channel.pipeline().addFirst(first);
    return first;
  }

  /** Sends the header now, unless it was sent before. */
  void send() {
    if (header != null && !context.isRemoved()) {
      ByteBuf told = header;
      header = null;
      context.writeAndFlush(told);
      context.pipeline().remove(this);
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    ReferenceCountUtil.release(header);
    header = null;
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    send();
    ctx.write(message, promise);
  }
}
