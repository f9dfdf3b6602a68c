package sluice.tftp.hot;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import sluice.tftp.packet.Packets;
import sluice.tftp.packet.TftpRequest;

/**
 * What a client gets of the options that it asked for.
 *
 * @param request as it came
 * @param blksize bytes
 * @param windowsize blocks
 * @param timeout seconds; 0 if it did not ask
 */
public record Agreed(TftpRequest request, int blksize, int windowsize, int timeout) {

  private static final int LEAST_BLKSIZE = 8;
  private static final int MOST_BLKSIZE = 65464;
  private static final int MOST_WINDOWSIZE = 64;
  private static final int MOST_TIMEOUT = 255;

  /**
   * The answer to a request.
   *
   * @param blksize the most; 0 for any
   * @param windowsize the most; 0 for as much as is granted at all, 64
   */
  public static Agreed on(TftpRequest request, int blksize, int windowsize) {
    long block = request.option("blksize");
    long window = request.option("windowsize");
    long timeout = request.option("timeout");
    return new Agreed(
        request,
        block < LEAST_BLKSIZE
            ? Packets.DEFAULT_BLKSIZE
            : (int) Math.min(block, blksize == 0 ? MOST_BLKSIZE : blksize),
        window < 1
            ? 1
            : (int)
                Math.min(
                    window,
                    windowsize == 0 ? MOST_WINDOWSIZE : Math.min(windowsize, MOST_WINDOWSIZE)),
        timeout < 1 || timeout > MOST_TIMEOUT ? 0 : (int) timeout);
  }

  /** Whether there is anything to agree on: otherwise the first block is the answer. */
  boolean any() {
    return request.option("blksize") >= LEAST_BLKSIZE
        || request.option("windowsize") >= 1
        || timeout > 0
        || request.option("tsize") >= 0;
  }

  /** The answer. */
  ByteBuf oack(long size) {
    ByteBuf oack = Unpooled.buffer(64).writeShort(Packets.OACK);
    if (request.option("blksize") >= LEAST_BLKSIZE) {
      put(oack, "blksize", blksize);
    }
    if (request.option("windowsize") >= 1) {
      put(oack, "windowsize", windowsize);
    }
    if (timeout > 0) {
      put(oack, "timeout", timeout);
    }
    if (request.option("tsize") >= 0) {
      put(oack, "tsize", size);
    }
    return oack;
  }

  private static void put(ByteBuf oack, String name, long value) {
    oack.writeCharSequence(name, StandardCharsets.US_ASCII);
    oack.writeByte(0);
    oack.writeCharSequence(Long.toString(value), StandardCharsets.US_ASCII);
    oack.writeByte(0);
  }
}
