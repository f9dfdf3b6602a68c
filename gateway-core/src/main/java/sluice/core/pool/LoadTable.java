package sluice.core.pool;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import sluice.core.descriptor.HostPort;

/**
 * The load of every backend address. It belongs to the gateway and not to a pool, so that pools
 * share it and it outlives them. Thread-safe.
 */
public final class LoadTable {

  private final ConcurrentMap<HostPort, Load> loads = new ConcurrentHashMap<>();

  /** The load of an address; the same object each time. */
  public Load of(HostPort address) {
    return loads.computeIfAbsent(address, any -> new Load());
  }
}
