package sluice.core.descriptor;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * A network of addresses that share their first bits, as in {@code 10.0.0.0/8} or {@code
 * 2001:db8::/32}. An address alone is the network of just that address.
 *
 * @param address the first address: all bits after the prefix are zero
 * @param prefix the number of shared bits
 */
public record Subnet(InetAddress address, int prefix) {

  /** What the notation looks like, for messages. */
  public static final String EXPECTED =
      "an address or a network such as 10.0.0.7, 10.0.0.0/8 or 2001:db8::/32";

  /**
   * @throws IllegalArgumentException if the prefix does not fit the address
   */
  public Subnet {
    int bits = address.getAddress().length * 8;
    if (prefix < 0 || prefix > bits) {
      throw new IllegalArgumentException(
          "the prefix of "
              + address.getHostAddress()
              + " is 0 to "
              + bits
              + ", but this is "
              + prefix);
    }
    BigInteger rest = BigInteger.ONE.shiftLeft(bits - prefix).subtract(BigInteger.ONE);
    if (new BigInteger(1, address.getAddress()).and(rest).signum() != 0) {
      throw new IllegalArgumentException(
          address.getHostAddress()
              + "/"
              + prefix
              + " has bits set after its prefix; the network is written as "
              + joined(address, prefix, new byte[bits / 8]).getHostAddress()
              + "/"
              + prefix);
    }
  }

  /**
   * Reads the descriptor's notation.
   *
   * @throws IllegalArgumentException if the text is not of that form, with a message for operators
   */
  public static Subnet parse(String text) {
    int slash = text.indexOf('/');
    String literal = slash < 0 ? text : text.substring(0, slash);
    InetAddress address =
        HostPort.address(literal)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "expected " + EXPECTED + ", but this is \"" + text + "\""));
    if (slash < 0) {
      return new Subnet(address, address.getAddress().length * 8);
    }
    String prefix = text.substring(slash + 1);
    if (!prefix.matches("[0-9]{1,3}")) {
      throw new IllegalArgumentException("expected " + EXPECTED + ", but this is \"" + text + "\"");
    }
    return new Subnet(address, Integer.parseInt(prefix));
  }

  /** Whether the address is one of the network's. */
  public boolean contains(InetAddress candidate) {
    byte[] bytes = candidate.getAddress();
    return bytes.length == address.getAddress().length
        && Arrays.equals(
            joined(address, prefix, new byte[bytes.length]).getAddress(),
            joined(candidate, prefix, new byte[bytes.length]).getAddress());
  }

  /**
   * The network's address for a client, always the same one. The client's last bits stand after the
   * prefix, so that it can be recognised; an IPv6 client in an IPv4 network is spread by a hash.
   */
  public InetAddress map(InetAddress client) {
    byte[] wanted = new byte[address.getAddress().length];
    byte[] from = client.getAddress();
    if (from.length > wanted.length) {
      int hash = Arrays.hashCode(from) * 0x9E3779B1;
      from = BigInteger.valueOf(hash & 0xFFFFFFFFL | 1L << 32).toByteArray();
      from = Arrays.copyOfRange(from, from.length - 4, from.length);
    }
    System.arraycopy(from, 0, wanted, wanted.length - from.length, from.length);
    return joined(address, prefix, wanted);
  }

  /** The first bits of one address and the other bits of another. */
  private static InetAddress joined(InetAddress first, int bits, byte[] rest) {
    byte[] bytes = first.getAddress();
    for (int i = 0; i < bytes.length; i++) {
      int kept = Math.max(0, Math.min(8, bits - 8 * i));
      int mask = 0xFF << (8 - kept) & 0xFF;
      bytes[i] = (byte) (bytes[i] & mask | rest[i] & ~mask);
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 bytes", e);
    }
  }

  /** Whether it is one address only. */
  public boolean single() {
    return prefix == address.getAddress().length * 8;
  }

  /** The descriptor's notation. */
  @Override
  public String toString() {
    return address.getHostAddress() + (single() ? "" : "/" + prefix);
  }
}
