package sluice.core.session;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.function.Predicate;

/**
 * How many sessions one client may have at a time.
 *
 * @param maxSessions the most
 * @param ipv6Prefix the bits of an IPv6 address that tell clients apart; an IPv4 address is one
 *     client
 * @param exempt whether an address has no limit
 */
public record ClientLimit(int maxSessions, int ipv6Prefix, Predicate<InetAddress> exempt) {

  /** What an address is counted under: itself, or its network. */
  Object key(InetAddress client) {
    byte[] bytes = client.getAddress();
    return bytes.length == 4
        ? client
        : new BigInteger(1, bytes).shiftRight(8 * bytes.length - ipv6Prefix);
  }
}
