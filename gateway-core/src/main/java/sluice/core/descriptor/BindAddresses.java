package sluice.core.descriptor;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * Where a listener listens, ranges and lists expanded.
 *
 * @param addresses resolved, in the order written; not empty, no duplicates
 */
public record BindAddresses(List<InetSocketAddress> addresses) {

  /**
   * @throws IllegalArgumentException if there is no address
   */
  public BindAddresses {
    addresses = List.copyOf(addresses);
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("at least one address is expected");
    }
  }
}
