package sluice.ftp.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import sluice.api.Side;
import sluice.api.protocol.BackendConnector;
import sluice.api.protocol.BackendLink;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.Refusal;
import sluice.api.protocol.StreamSession;

/**
 * A control connection under implicit TLS that is passed through. Here the client speaks first, so
 * the server is chosen when its first bytes are there; a client that says nothing costs no server
 * anything and is not taken for a server's silence. The bytes are kept and told to each server that
 * is tried, until one has answered them: a connection that is accepted proves nothing, as a
 * firewall or a hung process accepts too. On the session's event loop.
 */
final class PassthroughTls extends ChannelInboundHandlerAdapter implements BackendConnector {

  private final StreamSession session;
  private ByteBuf hello = Unpooled.EMPTY_BUFFER;
  private boolean asked;

  PassthroughTls(StreamSession session) {
    this.session = session;
  }

  void begin() {
    session.client().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    session.client().pipeline().addLast(this);
    session.onEnd(this::forget);
    session.client().config().setAutoRead(true);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    // What comes after the first read waits in the client's socket.
    ctx.channel().config().setAutoRead(false);
    hello = Unpooled.wrappedBuffer(hello, (ByteBuf) message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (!asked && hello.isReadable()) {
      asked = true;
      session.connect(this);
    }
    ctx.fireChannelReadComplete();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      session.end(Outcome.aborted(Side.CLIENT, "left before a server had answered"));
    } else {
      ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }

  @Override
  public void connected(BackendLink link) {
    link.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    link.channel().pipeline().addLast(new Answer(link));
    link.channel().writeAndFlush(hello.retainedDuplicate());
    link.channel().config().setAutoRead(true);
  }

  /** There are no words for it that a client would read before TLS. */
  @Override
  public void refused(Refusal refusal) {
    session.end(Outcome.refused(refusal));
  }

  private void forget() {
    hello.release();
    hello = Unpooled.EMPTY_BUFFER;
  }

  /** Waits for the backend's first bytes, passes them on, and then everything. */
  private final class Answer extends ChannelInboundHandlerAdapter {

    private final BackendLink link;
    private boolean done;

    Answer(BackendLink link) {
      this.link = link;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (done) {
        ctx.fireChannelRead(message);
        return;
      }
      done = true;
      // The relay decides itself when to read on.
      ctx.channel().config().setAutoRead(false);
      link.answered();
      forget();
      session.client().writeAndFlush(message);
      session.passThrough();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event == ChannelInputShutdownEvent.INSTANCE && !done) {
        done = true;
        link.reject("it closed the connection before it had answered");
      } else {
        ctx.fireUserEventTriggered(event);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      if (!done) {
        done = true;
        link.reject("it broke the connection (" + cause.getMessage() + ")");
      }
    }
  }
}
