package sluice.core.net.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import sluice.api.protocol.TlsFacts;

/** Whatever a connection begins with, however it is cut. */
public final class ProxyFuzz {

  private ProxyFuzz() {}

  /** Run by Jazzer, and on the seeds by {@link ProxyHeaderTest}. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    Read whole = read(bytes, bytes.length);
    assertEquals(whole, read(bytes, 1));
    assertEquals(whole, read(bytes, 1 + new Random(Arrays.hashCode(bytes)).nextInt(64)));
    assertTrue(whole.taken() <= Math.min(bytes.length, HeaderParser.LONGEST), "too much was read");
    if (whole.refused() != null || !whole.complete()) {
      return;
    }
    if (bytes[0] == 'P') {
      assertTrue(
          whole.taken() <= HeaderParser.LONGEST_V1
              && bytes[whole.taken() - 2] == '\r'
              && bytes[whole.taken() - 1] == '\n');
    } else {
      int length = (bytes[14] & 0xFF) << 8 | bytes[15] & 0xFF;
      assertEquals(ProxyHeader.FIXED_V2 + length, whole.taken());
    }
    whole.header().ifPresent(header -> told(header, Arrays.copyOf(bytes, whole.taken())));
  }

  /**
   * What became of some bytes.
   *
   * @param taken how many were taken from the connection, if it was not refused
   * @param refused why, or null
   */
  private record Read(boolean complete, Optional<ProxyHeader> header, int taken, String refused) {}

  private static Read read(byte[] bytes, int piece) {
    HeaderBytes header = new HeaderBytes();
    int at = 0;
    try {
      while (at < bytes.length) {
        ByteBuf part = Unpooled.wrappedBuffer(bytes, at, Math.min(piece, bytes.length - at));
        boolean complete;
        try {
          complete = header.take(part);
        } finally {
          at += part.readerIndex();
        }
        if (complete) {
          return new Read(true, header.parse(), at, null);
        }
      }
      return new Read(false, Optional.empty(), at, null);
    } catch (MalformedHeaderException e) {
      return new Read(false, Optional.empty(), 0, e.getMessage());
    } finally {
      header.release();
    }
  }

  /** What was understood is told so that it is understood again, and as others understand it. */
  private static void told(ProxyHeader header, byte[] bytes) {
    byte[] second = bytes(header.encode(2));
    Read again = read(second, second.length);
    assertEquals(new Read(true, Optional.of(header), second.length, null), again);
    byte[] first = bytes(header.encode(1));
    ProxyHeader addresses =
        new ProxyHeader(header.source(), header.destination(), ClientFacts.NONE);
    assertEquals(
        new Read(true, Optional.of(addresses), first.length, null), read(first, first.length));
    fit(header.facts());
    asNetty(header, second);
    if (bytes[0] != 'P') {
      asNetty(header, bytes);
    }
  }

  private static void fit(ClientFacts facts) {
    facts.serverName().ifPresent(ProxyFuzz::fit);
    facts.uniqueId().ifPresent(ProxyFuzz::fit);
    facts.tls().map(TlsFacts::toString).ifPresent(ProxyFuzz::fit);
    facts.tls().flatMap(TlsFacts::subject).ifPresent(ProxyFuzz::fit);
  }

  /** Fit for a line of a log. */
  private static void fit(String text) {
    assertTrue(text.chars().noneMatch(Character::isISOControl) && text.length() < 1024, text);
  }

  private static byte[] bytes(ByteBuf buffer) {
    byte[] bytes = new byte[buffer.readableBytes()];
    buffer.readBytes(bytes);
    buffer.release();
    return bytes;
  }

  private static void asNetty(ProxyHeader header, byte[] bytes) {
    EmbeddedChannel channel = new EmbeddedChannel(new HAProxyMessageDecoder());
    try {
      channel.writeInbound(Unpooled.wrappedBuffer(bytes));
      HAProxyMessage message = channel.readInbound();
      assertEquals(header.source(), address(message.sourceAddress(), message.sourcePort()));
      assertEquals(
          header.destination(), address(message.destinationAddress(), message.destinationPort()));
      message.release();
    } catch (DecoderException | IndexOutOfBoundsException e) {
      // It wants to understand what we skip.
    } finally {
      channel.finishAndReleaseAll();
    }
  }

  private static InetSocketAddress address(String text, int port) {
    return new InetSocketAddress(NetUtil.createInetAddressFromIpAddressString(text), port);
  }
}
