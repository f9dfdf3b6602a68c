package sluice.core.pool;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import sluice.api.SessionInfo;
import sluice.core.descriptor.SourceAddresses;
import sluice.core.descriptor.Subnet;

/** The source addresses of a pool's connections. Thread-safe. */
final class Sources {

  private final Optional<SourceAddresses> configured;
  private final AtomicInteger turn = new AtomicInteger();

  Sources(Optional<SourceAddresses> configured) {
    this.configured = configured;
  }

  /** The address for checks: the first of the fixed ones; none if it depends on the client. */
  static Optional<InetAddress> forChecks(Optional<SourceAddresses> configured) {
    return configured
        .filter(sources -> !sources.client() && !sources.mapped())
        .map(sources -> sources.addresses().get(0).address());
  }

  /**
   * The address for one connection.
   *
   * @param session its client
   * @param remote the backend
   * @return empty if the system is to choose
   * @throws IOException if there is no address of the backend's family
   */
  Optional<Source> next(SessionInfo session, InetAddress remote) throws IOException {
    if (configured.isEmpty()) {
      return Optional.empty();
    }
    SourceAddresses sources = configured.get();
    InetAddress client = session.clientAddress().getAddress();
    Source source;
    if (sources.client()) {
      source = new Source(client, Source.Kind.CLIENT);
    } else if (sources.mapped()) {
      source = new Source(sources.addresses().get(0).map(client), Source.Kind.MAPPED);
    } else {
      source = new Source(inTurn(sources.addresses(), remote), Source.Kind.OWN);
    }
    if (source.address().getClass() != remote.getClass()) {
      throw new IOException(
          "the pool's source ("
              + sources
              + ") has no address of the family of "
              + remote.getHostAddress());
    }
    return Optional.of(source);
  }

  private InetAddress inTurn(List<Subnet> all, InetAddress remote) {
    List<Subnet> fitting =
        all.stream().filter(each -> each.address().getClass() == remote.getClass()).toList();
    return fitting.isEmpty()
        ? all.get(0).address()
        : fitting.get(Math.floorMod(turn.getAndIncrement(), fitting.size())).address();
  }
}
