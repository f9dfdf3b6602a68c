package sluice.sftp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import sluice.api.protocol.BackendLink;
import sluice.sftp.wire.Identification;

/**
 * Waits on a backend's channel for its identification line. When it is there, the backend has
 * answered, and what it said goes to the client. When something else comes, or the end, the backend
 * is given up before the client has seen a byte of it.
 */
final class BackendHandler extends ChannelInboundHandlerAdapter {

  private final Handshake handshake;
  private final BackendLink link;
  private final Identification identification = Identification.ofServer();

  /** What the backend has said and nobody has taken; at most the bounds and one read more. */
  private CompositeByteBuf said;

  private boolean over;

  BackendHandler(Handshake handshake, BackendLink link) {
    this.handshake = handshake;
    this.link = link;
  }

  private boolean identified() {
    return identification.state() == Identification.State.FOUND;
  }

  /** All that was said since the last call; the caller's. */
  ByteBuf take() {
    ByteBuf taken = said == null ? Unpooled.EMPTY_BUFFER : said;
    said = null;
    return taken;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    if (over) {
      bytes.release();
      return;
    }
    boolean before = identified();
    bytes.forEachByte(next -> identification.feed(next) == Identification.State.INCOMPLETE);
    if (said == null) {
      said = ctx.alloc().compositeBuffer();
    }
    said.addComponent(true, bytes);
    if (!before && identified()) {
      handshake.backendIdentified(link);
    } else if (identification.state() == Identification.State.NOT_SSH) {
      ended("");
    }
  }

  private void ended(String ending) {
    if (over) {
      return;
    }
    over = true;
    if (identified()) {
      handshake.backendLeft("it " + ending);
    } else {
      take().release();
      link.reject("expected an SSH identification line, but it " + identification.problem(ending));
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    // Once it has identified itself, the relay finds the end by itself.
    if (event == ChannelInputShutdownEvent.INSTANCE && !identified()) {
      ended("closed the connection");
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    ended("closed the connection");
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ended("broke the connection (" + cause.getMessage() + ")");
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    over = true;
    take().release();
  }
}
