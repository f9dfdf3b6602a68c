package sluice.core.tls;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Below TLS that is being ended: some peers (curl with {@code --ftp-ssl-ccc-mode passive}) go on in
 * clear text without a close_notify of their own. What begins where a record would, and cannot be
 * one (RFC 8446, section 5.1), is that.
 */
final class EndOfRecords extends ChannelInboundHandlerAdapter {

  private static final int FIRST_TYPE = 20;
  private static final int LAST_TYPE = 23;
  private static final int HEADER = 5;

  private final Runnable onClearText;
  private int ofHeader;
  private int length;
  private int ofBody;

  /**
   * @param onClearText takes TLS away, and this with it
   */
  EndOfRecords(Runnable onClearText) {
    this.onClearText = onClearText;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    ByteBuf bytes = (ByteBuf) msg;
    int records = records(bytes);
    if (records == bytes.readableBytes()) {
      ctx.fireChannelRead(bytes);
      return;
    }
    if (records > 0) {
      ctx.fireChannelRead(bytes.readRetainedSlice(records));
    }
    onClearText.run();
    ctx.pipeline().fireChannelRead(bytes);
  }

  /** How many bytes belong to records. */
  private int records(ByteBuf bytes) {
    int at = bytes.readerIndex();
    while (at < bytes.writerIndex()) {
      if (ofBody > 0) {
        int some = Math.min(ofBody, bytes.writerIndex() - at);
        ofBody -= some;
        at += some;
        continue;
      }
      int octet = bytes.getUnsignedByte(at);
      if (ofHeader == 0 && (octet < FIRST_TYPE || octet > LAST_TYPE)) {
        break;
      }
      ofHeader++;
      at++;
      length = length << 8 & 0xff00 | octet;
      if (ofHeader == HEADER) {
        ofHeader = 0;
        ofBody = length;
      }
    }
    return at - bytes.readerIndex();
  }
}
