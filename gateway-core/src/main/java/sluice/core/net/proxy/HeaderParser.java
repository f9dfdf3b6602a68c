package sluice.core.net.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads a PROXY protocol header of either version, strictly. Stateless: it looks at the bytes from
 * the connection's first one on, and says how many more it needs.
 */
final class HeaderParser {

  /** The longest header that is read: 536 bytes have to be taken, and certificates need more. */
  static final int LONGEST = 4096;

  /** The longest of version 1, its line end included. */
  static final int LONGEST_V1 = 107;

  private static final byte[] V1 = "PROXY ".getBytes(StandardCharsets.US_ASCII);

  /** {@code PROXY UNKNOWN} with its line end; nothing shorter is a header. */
  private static final int SHORTEST = 15;

  private static final int LOCAL = 0x20;
  private static final int PROXY = 0x21;

  private HeaderParser() {}

  /**
   * How many more bytes belong to the header at least.
   *
   * @return 0 if it is whole
   * @throws MalformedHeaderException as soon as it can be seen that this is no header
   */
  static int missing(ByteBuf bytes) throws MalformedHeaderException {
    int have = bytes.writerIndex();
    if (have == 0) {
      return SHORTEST;
    }
    boolean second = bytes.getByte(0) == ProxyHeader.SIGNATURE[0];
    byte[] start = second ? ProxyHeader.SIGNATURE : V1;
    for (int i = 0; i < Math.min(have, start.length); i++) {
      if (bytes.getByte(i) != start[i]) {
        throw new MalformedHeaderException("it does not begin with a PROXY header");
      }
    }
    return second ? missing2(bytes, have) : missing1(bytes, have);
  }

  private static int missing1(ByteBuf bytes, int have) throws MalformedHeaderException {
    int end = bytes.indexOf(0, have, (byte) '\n');
    if (end >= 0 && end < SHORTEST - 1) {
      throw new MalformedHeaderException("its line ends early");
    }
    if (end >= 0) {
      return 0;
    }
    if (have >= LONGEST_V1) {
      throw new MalformedHeaderException(
          "its line is longer than the " + LONGEST_V1 + " bytes that version 1 allows");
    }
    return Math.max(1, SHORTEST - have);
  }

  private static int missing2(ByteBuf bytes, int have) throws MalformedHeaderException {
    if (have < ProxyHeader.FIXED_V2) {
      return ProxyHeader.FIXED_V2 - have;
    }
    int command = bytes.getUnsignedByte(12);
    if (command != PROXY && command != LOCAL) {
      throw new MalformedHeaderException(
          "its version and command are " + Integer.toHexString(command) + ", not 20 or 21");
    }
    int whole = ProxyHeader.FIXED_V2 + bytes.getUnsignedShort(14);
    if (whole > LONGEST) {
      throw new MalformedHeaderException(
          "it is " + whole + " bytes long; at most " + LONGEST + " are taken");
    }
    return whole - have;
  }

  /**
   * Reads a whole header.
   *
   * @return empty if it tells no addresses: the connection's own hold
   */
  static Optional<ProxyHeader> parse(ByteBuf bytes) throws MalformedHeaderException {
    return bytes.getByte(0) == 'P' ? parse1(bytes) : parse2(bytes);
  }

  private static Optional<ProxyHeader> parse1(ByteBuf bytes) throws MalformedHeaderException {
    String line = bytes.toString(0, bytes.writerIndex(), StandardCharsets.US_ASCII);
    if (!line.endsWith("\r\n")) {
      throw new MalformedHeaderException("its line does not end with CR LF");
    }
    line = line.substring(0, line.length() - 2);
    if (line.equals("PROXY UNKNOWN") || line.startsWith("PROXY UNKNOWN ")) {
      return Optional.empty();
    }
    String[] words = line.split(" ", -1);
    if (words.length != 6 || !words[1].equals("TCP4") && !words[1].equals("TCP6")) {
      throw new MalformedHeaderException(
          "expected PROXY TCP4 or TCP6 with two addresses and two ports");
    }
    boolean v6 = words[1].equals("TCP6");
    return Optional.of(
        new ProxyHeader(
            new InetSocketAddress(address(words[2], v6), port(words[4])),
            new InetSocketAddress(address(words[3], v6), port(words[5])),
            ClientFacts.NONE));
  }

  private static InetAddress address(String text, boolean v6) throws MalformedHeaderException {
    boolean valid =
        v6
            ? text.matches("[0-9A-Fa-f:.]+") && NetUtil.isValidIpV6Address(text)
            : NetUtil.isValidIpV4Address(text);
    if (!valid) {
      throw new MalformedHeaderException("an address in it is none");
    }
    return address(NetUtil.createByteArrayFromIpAddressString(text));
  }

  private static InetAddress address(byte[] bytes) throws MalformedHeaderException {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new MalformedHeaderException("an address in it is none");
    }
  }

  private static int port(String text) throws MalformedHeaderException {
    if (!text.matches("0|[1-9][0-9]{0,4}") || Integer.parseInt(text) > 65535) {
      throw new MalformedHeaderException("a port in it is none");
    }
    return Integer.parseInt(text);
  }

  private static Optional<ProxyHeader> parse2(ByteBuf bytes) throws MalformedHeaderException {
    int family = bytes.getUnsignedByte(13);
    if (bytes.getUnsignedByte(12) == LOCAL || family == 0) {
      return Optional.empty();
    }
    if (family != ProxyHeader.STREAM_V4 && family != ProxyHeader.STREAM_V6) {
      throw new MalformedHeaderException(
          "it tells of a connection that is not TCP over IPv4 or IPv6");
    }
    int size = family == ProxyHeader.STREAM_V4 ? 4 : 16;
    if (bytes.getUnsignedShort(14) < 2 * size + 4) {
      throw new MalformedHeaderException("it is too short for its addresses");
    }
    byte[] source = new byte[size];
    byte[] destination = new byte[size];
    bytes.getBytes(ProxyHeader.FIXED_V2, source);
    bytes.getBytes(ProxyHeader.FIXED_V2 + size, destination);
    int ports = ProxyHeader.FIXED_V2 + 2 * size;
    return Optional.of(
        new ProxyHeader(
            new InetSocketAddress(address(source), bytes.getUnsignedShort(ports)),
            new InetSocketAddress(address(destination), bytes.getUnsignedShort(ports + 2)),
            Tlvs.read(bytes, ports + 4)));
  }
}
