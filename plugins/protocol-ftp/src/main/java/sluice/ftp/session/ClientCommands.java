package sluice.ftp.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sluice.ftp.codec.CommandDecoder;

/** Reads the client's control connection. */
final class ClientCommands extends ChannelInboundHandlerAdapter {

  private static final Logger LOG = LoggerFactory.getLogger(ClientCommands.class);

  private final FtpSession ftp;
  private final CommandDecoder decoder;
  private final HeldBytes held = new HeldBytes();

  ClientCommands(FtpSession ftp, int maxLine) {
    this.ftp = ftp;
    this.decoder = new CommandDecoder(maxLine);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    ftp.session().touch();
    held.add((ByteBuf) msg);
    resume();
    ftp.regulate();
  }

  /** Goes on with what was read before, as far as there is room. */
  void resume() {
    held.cut(ftp::hasRoom, bytes -> decoder.feed(bytes, ftp::received, ftp::hasRoom));
    if (ftp.session().ended()) {
      held.release();
    }
  }

  /** Whether something was read that is not looked at yet. */
  boolean holds() {
    return !held.isEmpty();
  }

  /** Whether part of a line has come. */
  boolean midLine() {
    return decoder.midLine();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      ftp.clientEnded();
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    ftp.pump();
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    held.release();
    ftp.clientGone();
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      LOG.debug("{} the client's control connection broke", ftp, cause);
    } else {
      LOG.error("{} failed on what the client sent, and ends", ftp, cause);
    }
    ctx.close();
  }
}
