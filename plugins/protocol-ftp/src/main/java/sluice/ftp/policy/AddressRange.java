package sluice.ftp.policy;

import io.netty.util.NetUtil;
import java.math.BigInteger;
import java.net.InetAddress;

/** Addresses that share their first bits. */
record AddressRange(int length, BigInteger first, int prefix) {

  /**
   * @throws IllegalArgumentException if it is neither an address nor a network, with a message for
   *     operators
   */
  static AddressRange parse(String text) {
    int slash = text.indexOf('/');
    byte[] bytes =
        NetUtil.createByteArrayFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
    String bits = slash < 0 ? "" : text.substring(slash + 1);
    if (bytes == null || slash >= 0 && !bits.matches("[0-9]{1,3}")) {
      throw new IllegalArgumentException(
          "expected an address or a network such as 10.0.0.7, 10.0.0.0/8 or 2001:db8::/32, but this"
              + " is \""
              + text
              + "\"");
    }
    int prefix = slash < 0 ? 8 * bytes.length : Integer.parseInt(bits);
    if (prefix > 8 * bytes.length) {
      throw new IllegalArgumentException(
          "the prefix of " + text + " is more than " + 8 * bytes.length);
    }
    return new AddressRange(bytes.length, head(bytes, prefix), prefix);
  }

  boolean contains(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == length && head(bytes, prefix).equals(first);
  }

  /** The first bits, as a number. */
  static BigInteger head(byte[] bytes, int prefix) {
    return new BigInteger(1, bytes).shiftRight(8 * bytes.length - prefix);
  }
}
