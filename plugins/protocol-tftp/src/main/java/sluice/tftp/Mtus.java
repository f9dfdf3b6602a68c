package sluice.tftp;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Block sizes that fit a link's packets; looked up once a minute for each address. Thread-safe. */
final class Mtus {

  private static final long FRESH = Duration.ofMinutes(1).toNanos();
  private static final int MOST_ADDRESSES = 1000;
  private static final int IPV4_HEADER = 20;
  private static final int IPV6_HEADER = 40;
  private static final int UDP_HEADER = 8;

  private record Found(int blksize, long at) {}

  private final Map<InetAddress, Found> known = new ConcurrentHashMap<>();

  /**
   * The largest block that goes over the link of a local address in one piece.
   *
   * @return 0 if that is not known
   */
  int blksize(InetAddress local) {
    long now = System.nanoTime();
    Found found = known.get(local);
    if (found == null || now - found.at() > FRESH) {
      if (known.size() >= MOST_ADDRESSES) {
        known.clear();
      }
      found = new Found(look(local), now);
      known.put(local, found);
    }
    return found.blksize();
  }

  private static int look(InetAddress local) {
    try {
      NetworkInterface link = NetworkInterface.getByInetAddress(local);
      if (link == null && local.isLoopbackAddress()) {
        link = NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress());
      }
      if (link == null) {
        return 0;
      }
      int ip = local instanceof Inet6Address ? IPV6_HEADER : IPV4_HEADER;
      return Limits.within(link.getMTU() - ip - UDP_HEADER - Limits.HEADER);
    } catch (SocketException e) {
      return 0;
    }
  }
}
