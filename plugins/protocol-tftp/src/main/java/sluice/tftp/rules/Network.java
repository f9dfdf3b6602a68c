package sluice.tftp.rules;

import io.netty.util.NetUtil;
import java.net.InetAddress;

/**
 * Addresses that share their first bits. Immutable.
 *
 * @param text as written
 * @param first the address, 4 or 16 bytes; not changed
 * @param prefix how many bits count
 */
record Network(String text, byte[] first, int prefix) {

  /**
   * Reads {@code 10.0.0.7}, {@code 10.0.0.0/8} or {@code 2001:db8::/32}.
   *
   * @throws IllegalArgumentException if it is none of these, with a message for operators
   */
  static Network parse(String text) {
    int slash = text.indexOf('/');
    byte[] first =
        NetUtil.createByteArrayFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
    String bits = slash < 0 ? null : text.substring(slash + 1);
    if (first == null || bits != null && !bits.matches("[0-9]{1,3}")) {
      throw new IllegalArgumentException(
          "expected an address or a network such as 10.0.0.7, 10.0.0.0/8 or 2001:db8::/32, but"
              + " this is \""
              + text
              + "\"");
    }
    int prefix = bits == null ? first.length * 8 : Integer.parseInt(bits);
    if (prefix > first.length * 8) {
      throw new IllegalArgumentException(
          "the prefix of " + text + " is 0 to " + first.length * 8 + ", but is " + prefix);
    }
    for (int bit = prefix; bit < first.length * 8; bit++) {
      if ((first[bit / 8] >> 7 - bit % 8 & 1) == 1) {
        throw new IllegalArgumentException(
            text + " has bits set after its prefix; write the network's first address");
      }
    }
    return new Network(text, first, prefix);
  }

  boolean contains(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length != first.length) {
      return false;
    }
    for (int bit = 0; bit < prefix; bit += 8) {
      int mask = prefix - bit >= 8 ? 0xff : 0xff << 8 - (prefix - bit);
      if (((bytes[bit / 8] ^ first[bit / 8]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return text;
  }
}
