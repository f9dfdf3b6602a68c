package sluice.core.net.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * Reads of exactly so many bytes while a header is awaited, and of any size after it: nothing of
 * what follows the header leaves the socket, so it need not be kept for a protocol, TLS or a relay
 * that takes over. On the channel's loop.
 */
final class HeaderReads implements RecvByteBufAllocator {

  private static final int READS_IN_A_ROW = 16; // Netty's own default for TCP.

  private final RecvByteBufAllocator later =
      new AdaptiveRecvByteBufAllocator().maxMessagesPerRead(READS_IN_A_ROW);
  private int exactly;

  /** From here on a read brings at most so many bytes; 0 for any number. */
  void exactly(int bytes) {
    exactly = bytes;
  }

  @Override
  @SuppressWarnings("deprecation") // Netty's own allocators give this type, and demand it.
  public Handle newHandle() {
    return new Exact((ExtendedHandle) later.newHandle());
  }

  @SuppressWarnings("deprecation")
  private final class Exact extends DelegatingHandle implements ExtendedHandle {

    private final ExtendedHandle delegate;

    Exact(ExtendedHandle delegate) {
      super(delegate);
      this.delegate = delegate;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator alloc) {
      return exactly > 0 ? alloc.ioBuffer(exactly, exactly) : delegate.allocate(alloc);
    }

    @Override
    public int guess() {
      return exactly > 0 ? exactly : delegate.guess();
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
      return delegate.continueReading(maybeMoreData);
    }
  }
}
