package sluice.sftp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import sluice.sftp.wire.Identification;

/**
 * Waits for the client's identification line, and keeps what it says until a backend can take it:
 * one read, and what a socket holds if the client has ended its stream already.
 */
final class ClientHandler extends ChannelInboundHandlerAdapter {

  private final Handshake handshake;
  private final Identification identification = Identification.ofClient();
  private CompositeByteBuf said;
  private boolean over;

  ClientHandler(Handshake handshake) {
    this.handshake = handshake;
  }

  /** Whether the identification line has come. */
  boolean identified() {
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
      handshake.clientIdentified(identification.line());
    } else if (identification.state() == Identification.State.NOT_SSH) {
      over = true;
      handshake.clientRejected(identification.problem(""));
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    // Afterwards the relay finds the end by itself.
    if (event == ChannelInputShutdownEvent.INSTANCE && !over && !identified()) {
      over = true;
      handshake.clientLeft();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    over = true;
    take().release();
  }
}
