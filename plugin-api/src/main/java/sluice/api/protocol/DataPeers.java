package sluice.api.protocol;

import java.net.InetAddress;
import java.util.Arrays;

/** From where a session's data connections may come. */
public enum DataPeers {
  /** From the address of the control connection only. */
  STRICT,
  /** From its network: the same first 24 bits of IPv4 or 64 bits of IPv6. */
  SUBNET,
  /** From any address. */
  ANY;

  private static final int IPV4_BYTES = 3;
  private static final int IPV6_BYTES = 8;

  /**
   * Whether a data connection may come from an address.
   *
   * @param rightful the address of the control connection
   * @param came the address that the data connection comes from; of the same family under {@link
   *     #SUBNET}
   */
  public boolean admits(InetAddress rightful, InetAddress came) {
    if (this == ANY || came.equals(rightful)) {
      return true;
    }
    byte[] first = rightful.getAddress();
    byte[] second = came.getAddress();
    int bytes = first.length == 4 ? IPV4_BYTES : IPV6_BYTES;
    return this == SUBNET
        && first.length == second.length
        && Arrays.equals(first, 0, bytes, second, 0, bytes);
  }
}
