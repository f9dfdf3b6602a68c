package sluice.ftp.session;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What was read from a client and not cut into lines yet, because enough lines wait already. A read
 * may bring thousands of lines; each would cost far more memory than its bytes do.
 */
final class HeldBytes {

  private final Deque<ByteBuf> held = new ArrayDeque<>(1);
  private boolean cutting;
  private boolean dropped;

  /** Takes over a buffer. */
  void add(ByteBuf bytes) {
    held.add(bytes);
  }

  boolean isEmpty() {
    return held.isEmpty();
  }

  /**
   * Gives out what is held, as long as there is room for it. Does nothing if called out of itself.
   *
   * @param cutter reads of a buffer as much as there is room for
   */
  void cut(BooleanSupplier room, Consumer<ByteBuf> cutter) {
    if (cutting) {
      return;
    }
    cutting = true;
    try {
      while (!held.isEmpty() && room.getAsBoolean()) {
        ByteBuf first = held.peek();
        cutter.accept(first);
        if (!first.isReadable()) {
          held.remove().release();
        }
      }
    } finally {
      cutting = false;
      if (dropped) {
        release();
      }
    }
  }

  /** Throws away what is held; what is being cut, as soon as that is left alone. */
  void release() {
    dropped = cutting;
    if (cutting) {
      return;
    }
    held.forEach(ByteBuf::release);
    held.clear();
  }
}
