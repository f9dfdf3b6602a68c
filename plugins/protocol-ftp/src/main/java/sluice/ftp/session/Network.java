package sluice.ftp.session;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.Arrays;

/**
 * The addresses that begin with the same bits.
 *
 * @param address its first one
 * @param prefix how many bits
 */
record Network(InetAddress address, int prefix) {

  /**
   * Reads {@code 10.0.0.0/8}, {@code 10.0.0.1} or the like of IPv6.
   *
   * @param where the option, for the message
   * @throws IllegalArgumentException if it is no network
   */
  static Network parse(String where, String text) {
    int slash = text.indexOf('/');
    String literal = slash < 0 ? text : text.substring(0, slash);
    boolean v4 = NetUtil.isValidIpV4Address(literal);
    if (!v4 && (!NetUtil.isValidIpV6Address(literal) || literal.contains("%"))) {
      throw wrong(where, text, "");
    }
    InetAddress address = NetUtil.createInetAddressFromIpAddressString(literal);
    int bits = address.getAddress().length * 8;
    int prefix = bits;
    if (slash >= 0) {
      String digits = text.substring(slash + 1);
      if (!digits.matches("[0-9]{1,3}") || Integer.parseInt(digits) > bits) {
        throw wrong(where, text, ", whose prefix is not 0 to " + bits);
      }
      prefix = Integer.parseInt(digits);
    }
    Network network = new Network(address, prefix);
    byte[] first = address.getAddress();
    for (int i = prefix; i < bits; i++) {
      if ((first[i / 8] >> 7 - i % 8 & 1) != 0) {
        throw wrong(where, text, ", which has bits set after its prefix");
      }
    }
    return network;
  }

  private static IllegalArgumentException wrong(String where, String text, String why) {
    return new IllegalArgumentException(
        where + ": expected a network such as 10.0.0.0/8, but this is \"" + text + "\"" + why);
  }

  boolean v4() {
    return address.getAddress().length == 4;
  }

  /** Whether an address is one of the network's. */
  boolean contains(InetAddress candidate) {
    byte[] first = address.getAddress();
    byte[] bytes = candidate.getAddress();
    int whole = prefix / 8;
    if (first.length != bytes.length || !Arrays.equals(first, 0, whole, bytes, 0, whole)) {
      return false;
    }
    int shift = 8 - prefix % 8;
    return shift == 8 || (first[whole] & 0xFF) >> shift == (bytes[whole] & 0xFF) >> shift;
  }
}
