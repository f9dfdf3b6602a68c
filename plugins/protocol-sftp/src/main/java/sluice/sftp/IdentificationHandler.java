package sluice.sftp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import sluice.api.protocol.BackendLink;
import sluice.api.protocol.StreamSession;
import sluice.sftp.wire.Identification;

/**
 * Waits on a backend's channel for its identification line. When it is there, the backend has
 * answered: all that it said goes to the client, and from there on nothing is looked at. When
 * something else comes, or the end, the backend is given up before the client has seen a byte of
 * it.
 */
final class IdentificationHandler extends ChannelInboundHandlerAdapter {

  private final StreamSession session;
  private final BackendLink link;
  private final Identification identification = new Identification();

  /** What the backend has said so far; at most the bounds and one read more. Null when done. */
  private CompositeByteBuf said;

  private boolean done;

  IdentificationHandler(StreamSession session, BackendLink link) {
    this.session = session;
    this.link = link;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    said = ctx.alloc().compositeBuffer();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (done) {
      ctx.fireChannelRead(message);
      return;
    }
    ByteBuf bytes = (ByteBuf) message;
    bytes.forEachByte(next -> identification.feed(next) == Identification.State.INCOMPLETE);
    said.addComponent(true, bytes);
    switch (identification.state()) {
      case FOUND -> answered(ctx);
      case NOT_SSH -> reject("");
      default -> {}
    }
  }

  private void answered(ChannelHandlerContext ctx) {
    done = true;
    // The relay decides itself when to read on.
    ctx.channel().config().setAutoRead(false);
    ByteBuf first = said;
    said = null;
    link.answered();
    session.client().writeAndFlush(first);
    session.passThrough();
  }

  private void reject(String ending) {
    if (!done) {
      done = true;
      release();
      link.reject("expected an SSH identification line, but it " + identification.problem(ending));
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE && !done) {
      reject("closed the connection");
    } else {
      ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (!done) {
      reject("closed the connection");
    }
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (done) {
      ctx.fireExceptionCaught(cause);
    } else {
      reject("broke the connection (" + cause.getMessage() + ")");
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    release();
  }

  private void release() {
    if (said != null) {
      said.release();
      said = null;
    }
  }
}
