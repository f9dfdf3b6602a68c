package sluice.core.net.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Optional;

/** A header in the making, in whatever pieces it comes. Not thread-safe. */
public final class HeaderBytes {

  private final ByteBuf bytes = Unpooled.buffer(HeaderParser.LONGEST_V1, HeaderParser.LONGEST);

  /**
   * Takes what belongs to the header from a buffer, and not a byte more.
   *
   * @return whether it is whole
   * @throws MalformedHeaderException if this is no header
   */
  public boolean take(ByteBuf from) throws MalformedHeaderException {
    int missing = HeaderParser.missing(bytes);
    while (missing > 0 && from.isReadable()) {
      bytes.writeBytes(from, Math.min(missing, from.readableBytes()));
      missing = HeaderParser.missing(bytes);
    }
    return missing == 0;
  }

  /**
   * Reads it when it is whole.
   *
   * @return empty if it tells no addresses
   */
  public Optional<ProxyHeader> parse() throws MalformedHeaderException {
    return HeaderParser.parse(bytes);
  }

  /** Gives the memory back. */
  public void release() {
    bytes.release();
  }
}
