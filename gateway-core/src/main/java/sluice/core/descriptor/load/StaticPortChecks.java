package sluice.core.descriptor.load;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sluice.api.PoolRef;
import sluice.api.PortRanges;
import sluice.api.protocol.ProtocolFactory;
import sluice.api.protocol.StaticPorts;
import sluice.core.descriptor.BindAddresses;
import sluice.core.descriptor.HostPort;
import sluice.core.descriptor.bind.Findings;
import sluice.core.descriptor.bind.Findings.Bound;
import sluice.core.descriptor.bind.Place;
import sluice.core.plugins.Extensions;
import sluice.core.plugins.Installed;

/** That every static data port leads to one server, and is taken by nothing else. */
final class StaticPortChecks {

  /** The ports of a backend, and where they are opened. */
  private record Opened(
      String backend, String host, PortRanges ports, Place place, List<InetAddress> addresses) {}

  /** Something else that has TCP ports at these addresses. */
  private record Other(String what, Place place, PortRanges ports, List<InetAddress> addresses) {}

  private final Extensions extensions;
  private final Findings findings;
  private final Map<String, Place> listeners;
  private final Map<String, Place> pools;
  private final List<Opened> all = new ArrayList<>();

  StaticPortChecks(
      Extensions extensions,
      Findings findings,
      Map<String, Place> listeners,
      Map<String, Place> pools) {
    this.extensions = extensions;
    this.findings = findings;
    this.listeners = listeners;
    this.pools = pools;
  }

  void check() {
    listeners.forEach(this::wanted);
    pools.forEach(this::backends);
    for (int i = 0; i < all.size(); i++) {
      apart(all.get(i), all.subList(0, i));
    }
    List<Other> others = others();
    all.forEach(opened -> free(opened, others));
  }

  /** Every backend behind a listener that wants static ports has some. */
  private void wanted(String name, Place listener) {
    Optional<StaticPorts> wanted = staticPorts(listener);
    Optional<PoolRef> pool = findings.value(listener, "pool", PoolRef.class);
    if (wanted.isEmpty() || pool.isEmpty() || !pools.containsKey(pool.get().name())) {
      return;
    }
    findings
        .map(pools.get(pool.get().name()).child("backends"))
        .orElse(Map.of())
        .forEach(
            (backend, place) -> {
              if (!findings.has(place.child("data-ports"))) {
                findings.problem(
                    place,
                    "listener \""
                        + name
                        + "\" has "
                        + wanted.get().cause()
                        + ", which needs data-ports of every backend, but this one has none; add"
                        + " data-ports, for example 20000-20009: the passive ports that the server"
                        + " itself is set to, other ones for each backend");
              }
            });
  }

  private Optional<StaticPorts> staticPorts(Place listener) {
    return installed(listener)
        .flatMap(found -> staticPorts((ProtocolFactory<?>) found.factory(), listener));
  }

  private <O extends Record> Optional<StaticPorts> staticPorts(
      ProtocolFactory<O> factory, Place listener) {
    return findings.value(listener, "options", factory.optionsType()).flatMap(factory::staticPorts);
  }

  private Optional<Installed<?>> installed(Place listener) {
    return findings
        .value(listener, "protocol", String.class)
        .flatMap(name -> extensions.find(Extensions.Kind.PROTOCOL, name));
  }

  private void backends(String pool, Place place) {
    List<InetAddress> addresses = addresses(pool);
    findings
        .map(place.child("backends"))
        .orElse(Map.of())
        .forEach((name, backend) -> backend(pool + "/" + name, backend, addresses));
  }

  private void backend(String name, Place backend, List<InetAddress> addresses) {
    Optional<Bound> ports = findings.at(backend, "data-ports", PortRanges.class);
    Optional<HostPort> address = findings.value(backend, "address", HostPort.class);
    if (ports.isEmpty() || address.isEmpty()) {
      return;
    }
    PortRanges ranges = (PortRanges) ports.get().value();
    if (ranges.any()) {
      findings.problem(
          ports.get().place(),
          "port 0 is no port of a server; name the passive ports that it is set to, for example"
              + " 20000-20009");
      return;
    }
    if (addresses.isEmpty()) {
      findings.warning(
          ports.get().place(),
          "no listener of this pool asks for data-ports (ftp does with control: passthrough), so"
              + " that nothing opens them");
    }
    all.add(new Opened(name, address.get().host(), ranges, ports.get().place(), addresses));
  }

  /** The addresses of the listeners that open the ports of a pool. */
  private List<InetAddress> addresses(String pool) {
    List<InetAddress> found = new ArrayList<>();
    for (Place listener : listeners.values()) {
      Optional<PoolRef> own = findings.value(listener, "pool", PoolRef.class);
      if (own.isPresent() && own.get().name().equals(pool) && staticPorts(listener).isPresent()) {
        found.addAll(hosts(listener));
      }
    }
    return found;
  }

  private List<InetAddress> hosts(Place listener) {
    return findings
        .value(listener, "bind", BindAddresses.class)
        .map(b -> b.addresses().stream().map(InetSocketAddress::getAddress).distinct().toList())
        .orElse(List.of());
  }

  /** One server may stand in several pools with the same ports; else a port has one backend. */
  private void apart(Opened later, List<Opened> before) {
    for (Opened first : before) {
      boolean shared = first.host().equals(later.host()) && first.ports().equals(later.ports());
      boolean meet = samePool(first, later) || overlap(first.addresses(), later.addresses());
      Optional<Integer> port = shared || !meet ? Optional.empty() : common(first, later.ports());
      if (port.isPresent()) {
        findings.problem(
            later.place(),
            "the data-ports "
                + later.ports()
                + " take in "
                + port.get()
                + ", which backend \""
                + first.backend()
                + "\" has in line "
                + first.place().line()
                + " ("
                + first.ports()
                + "); give each backend ports of its own, here and in the settings of its server");
        return;
      }
    }
  }

  private static boolean samePool(Opened one, Opened other) {
    return one.backend()
        .substring(0, one.backend().indexOf('/'))
        .equals(other.backend().substring(0, other.backend().indexOf('/')));
  }

  private static Optional<Integer> common(Opened opened, PortRanges ports) {
    for (int i = 0; i < ports.size(); i++) {
      if (opened.ports().contains(ports.port(i))) {
        return Optional.of(ports.port(i));
      }
    }
    return Optional.empty();
  }

  private List<Other> others() {
    List<Other> others = new ArrayList<>();
    listeners.forEach(
        (name, listener) -> {
          boolean streams =
              installed(listener)
                  .map(found -> ((ProtocolFactory<?>) found.factory()).transport())
                  .filter(ProtocolFactory.Transport.STREAM::equals)
                  .isPresent();
          Optional<Bound> bind = findings.at(listener, "bind", BindAddresses.class);
          if (!streams || bind.isEmpty()) {
            return;
          }
          for (InetSocketAddress address : ((BindAddresses) bind.get().value()).addresses()) {
            if (address.getPort() != 0) {
              PortRanges.Range port = new PortRanges.Range(address.getPort(), address.getPort());
              others.add(
                  new Other(
                      "on which listener \"" + name + "\" listens",
                      bind.get().place(),
                      new PortRanges(List.of(port)),
                      List.of(address.getAddress())));
            }
          }
          for (Bound ports : findings.under(listener.child("options"), PortRanges.class)) {
            if (!((PortRanges) ports.value()).any()) {
              String path = ports.place().path();
              others.add(
                  new Other(
                      "which listener \""
                          + name
                          + "\" opens as "
                          + path.substring(path.lastIndexOf('.') + 1),
                      ports.place(),
                      (PortRanges) ports.value(),
                      hosts(listener)));
            }
          }
        });
    return others;
  }

  private void free(Opened opened, List<Other> others) {
    for (Other other : others) {
      if (overlap(opened.addresses(), other.addresses())) {
        Optional<Integer> port = common(opened, other.ports());
        if (port.isPresent()) {
          findings.problem(
              opened.place(),
              "the data-ports "
                  + opened.ports()
                  + " take in "
                  + port.get()
                  + ", "
                  + other.what()
                  + " (line "
                  + other.place().line()
                  + "); choose ports that nothing else has");
          return;
        }
      }
    }
  }

  private static boolean overlap(List<InetAddress> some, List<InetAddress> others) {
    return some.stream()
        .anyMatch(one -> others.stream().anyMatch(other -> BindAddresses.overlap(one, other)));
  }
}
