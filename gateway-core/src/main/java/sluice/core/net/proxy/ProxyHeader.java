package sluice.core.net.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Who connected to whom, as a PROXY protocol header tells it.
 *
 * @param source the client's address
 * @param destination the address that the client dialled
 * @param facts what else is known of the client; told in version 2 only
 */
public record ProxyHeader(
    InetSocketAddress source, InetSocketAddress destination, ClientFacts facts) {

  static final byte[] SIGNATURE = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};

  static final int FIXED_V2 = 16;
  static final int STREAM_V4 = 0x11;
  static final int STREAM_V6 = 0x21;
  private static final int ADDRESSES_V6 = 36;
  private static final int PROXY = 0x21;

  /**
   * @throws NullPointerException if an address is missing
   * @throws IllegalArgumentException if an address is not resolved
   */
  public ProxyHeader {
    Objects.requireNonNull(source.getAddress());
    Objects.requireNonNull(destination.getAddress());
    Objects.requireNonNull(facts);
  }

  /**
   * The header as it is sent.
   *
   * @param version 1 or 2
   */
  public ByteBuf encode(int version) {
    return version == 1 ? encode1() : encode2();
  }

  private ByteBuf encode1() {
    String text =
        "PROXY "
            + (plainV4() ? "TCP4 " : "TCP6 ")
            + text(source.getAddress())
            + ' '
            + text(destination.getAddress())
            + ' '
            + source.getPort()
            + ' '
            + destination.getPort()
            + "\r\n";
    return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
  }

  private ByteBuf encode2() {
    ByteBuf bytes = Unpooled.buffer(FIXED_V2 + ADDRESSES_V6 + 64);
    bytes.writeBytes(SIGNATURE);
    bytes.writeByte(PROXY);
    bytes.writeByte(plainV4() ? STREAM_V4 : STREAM_V6);
    bytes.writeShort(0);
    bytes.writeBytes(raw(source.getAddress()));
    bytes.writeBytes(raw(destination.getAddress()));
    bytes.writeShort(source.getPort());
    bytes.writeShort(destination.getPort());
    Tlvs.write(bytes, facts);
    bytes.setShort(FIXED_V2 - 2, bytes.writerIndex() - FIXED_V2);
    return bytes;
  }

  private boolean plainV4() {
    return source.getAddress() instanceof Inet4Address
        && destination.getAddress() instanceof Inet4Address;
  }

  /** Without a scope, which means nothing on another machine. */
  private String text(InetAddress address) {
    return plainV4() ? address.getHostAddress() : NetUtil.bytesToIpAddress(raw(address));
  }

  /** Four bytes or sixteen, the same for both addresses. */
  private byte[] raw(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (plainV4() || bytes.length == 16) {
      return bytes;
    }
    byte[] mapped = new byte[16];
    mapped[10] = -1;
    mapped[11] = -1;
    System.arraycopy(bytes, 0, mapped, 12, 4);
    return mapped;
  }
}
