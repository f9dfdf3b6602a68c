package sluice.tftp.hot;

import io.netty.buffer.ByteBuf;

/** A file's bytes, as far as they have come. In pieces, so that no large array is needed. */
final class Content {

  private static final int PIECE = 1 << 16;

  private final long size;
  private final byte[][] pieces;
  private long filled;

  /**
   * @param size in bytes
   */
  Content(long size) {
    this.size = size;
    this.pieces = new byte[(int) ((size + PIECE - 1) / PIECE)][];
  }

  long size() {
    return size;
  }

  /** How many bytes have come. */
  long filled() {
    return filled;
  }

  /** Appends bytes; the caller has seen to it that there are not too many. */
  void append(ByteBuf from, int index, int length) {
    int done = 0;
    while (done < length) {
      int piece = (int) (filled / PIECE);
      int offset = (int) (filled % PIECE);
      if (pieces[piece] == null) {
        pieces[piece] = new byte[(int) Math.min(PIECE, size - (long) piece * PIECE)];
      }
      int step = Math.min(length - done, pieces[piece].length - offset);
      from.getBytes(index + done, pieces[piece], offset, step);
      filled += step;
      done += step;
    }
  }

  /** Whether bytes that came before are the same. */
  boolean same(long position, ByteBuf other, int index, int length) {
    for (int i = 0; i < length; i++) {
      long at = position + i;
      if (pieces[(int) (at / PIECE)][(int) (at % PIECE)] != other.getByte(index + i)) {
        return false;
      }
    }
    return true;
  }

  /** Copies bytes that have come. */
  void copy(long position, int length, ByteBuf into) {
    int done = 0;
    while (done < length) {
      int piece = (int) ((position + done) / PIECE);
      int offset = (int) ((position + done) % PIECE);
      int step = Math.min(length - done, pieces[piece].length - offset);
      into.writeBytes(pieces[piece], offset, step);
      done += step;
    }
  }
}
