package sluice.tftp;

import io.netty.buffer.ByteBuf;
import sluice.tftp.packet.Packets;

/**
 * How far a transfer has come, seen from the middle: which bytes are new, and where it ends. Block
 * numbers are compared modulo 65536, so a transfer may have any length, and a sender may go on with
 * 0 or with 1 after 65535.
 */
final class Progress {

  private int blksize = Packets.DEFAULT_BLKSIZE;
  private int windowsize = 1;
  private boolean begun;
  private int highest;
  private int last = -1;
  private int lastLength;

  /** Options that the backend grants; they count until data comes. */
  void granted(ByteBuf oack) {
    if (!begun) {
      blksize = Packets.option(oack, "blksize", Packets.DEFAULT_BLKSIZE);
      windowsize = Packets.option(oack, "windowsize", 1);
    }
  }

  /**
   * A block went from the sender to the receiver.
   *
   * @return how many bytes of it are new: repetitions count 0, and so do blocks after a gap, for
   *     the receiver does not take them either
   */
  int sent(int block, int length) {
    begun = true;
    if (length < blksize) {
      last = block;
      lastLength = length;
    }
    boolean next = block == (highest + 1 & 0xffff);
    boolean wrappedToOne = highest == 0xffff && block == 1 && windowsize == 1;
    if (!next && !wrappedToOne) {
      return 0;
    }
    highest = block;
    return length;
  }

  /**
   * The receiver acknowledged a block.
   *
   * @return how many bytes it must have received beyond those counted: not 0 if blocks took another
   *     order than the one seen here
   */
  int acknowledged(int block) {
    int ahead = block - highest & 0xffff;
    if (!begun || ahead == 0 || ahead > windowsize) {
      return 0;
    }
    highest = block;
    return (ahead - 1) * blksize + (block == last ? lastLength : blksize);
  }

  /** Whether that block is the last one: a block that was not full. */
  boolean isLast(int block) {
    return block == last;
  }
}
