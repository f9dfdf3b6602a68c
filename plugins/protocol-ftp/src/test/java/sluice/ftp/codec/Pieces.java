package sluice.ftp.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;

/** The ways in which a network may cut the same bytes. */
final class Pieces {

  private Pieces() {}

  static void whole(byte[] bytes, Consumer<ByteBuf> to) {
    to.accept(Unpooled.wrappedBuffer(bytes));
  }

  static void single(byte[] bytes, Consumer<ByteBuf> to) {
    for (int i = 0; i < bytes.length; i++) {
      to.accept(Unpooled.wrappedBuffer(bytes, i, 1));
    }
  }

  /** Cut anywhere, the same for the same bytes. */
  static void anywhere(byte[] bytes, Consumer<ByteBuf> to) {
    Random random = new Random(Arrays.hashCode(bytes));
    int longest = 1 + random.nextInt(Math.max(1, bytes.length));
    int at = 0;
    while (at < bytes.length) {
      int length = Math.min(bytes.length - at, random.nextInt(longest + 1));
      to.accept(Unpooled.wrappedBuffer(bytes, at, length));
      at += length;
    }
  }
}
