package sluice.core;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sluice.api.PortRanges;
import sluice.api.protocol.ProtocolFactory;
import sluice.api.protocol.StaticPorts;
import sluice.core.descriptor.BindAddresses;
import sluice.core.descriptor.Descriptor;
import sluice.core.descriptor.ListenerDescriptor;
import sluice.core.listener.DataPorts;
import sluice.core.listener.Listener;
import sluice.core.net.Network;
import sluice.core.plugins.Extensions;
import sluice.core.session.SessionRegistry;

/** Which static data ports of backends are opened where, by the descriptor. On the main thread. */
final class StaticRanges {

  /** The ports of one backend at one address. */
  private record Opening(
      Listener listener, InetAddress address, String backend, String host, PortRanges ports) {

    /** Whether another opening opens these already: two pools or listeners share a server. */
    boolean coveredBy(Opening other) {
      return ports.equals(other.ports)
          && host.equals(other.host)
          && BindAddresses.overlap(address, other.address);
    }
  }

  private final Descriptor descriptor;
  private final Map<String, StaticPorts> rules = new LinkedHashMap<>();

  StaticRanges(Descriptor descriptor, Extensions extensions) {
    this.descriptor = descriptor;
    descriptor
        .listeners()
        .forEach(
            (name, listener) ->
                extensions
                    .find(Extensions.Kind.PROTOCOL, listener.protocol())
                    .flatMap(found -> wanted((ProtocolFactory<?>) found.factory(), listener))
                    .ifPresent(ports -> rules.put(name, ports)));
  }

  private static <O extends Record> Optional<StaticPorts> wanted(
      ProtocolFactory<O> factory, ListenerDescriptor listener) {
    return factory.staticPorts(factory.optionsType().cast(listener.options()));
  }

  /** The ports, none of them open yet. */
  DataPorts ports(Network network, SessionRegistry registry) {
    return new DataPorts(network, registry, rules);
  }

  /** Opens what these listeners want. */
  List<StartException.Problem> open(DataPorts ports, List<Listener> listeners) {
    List<StartException.Problem> problems = new ArrayList<>();
    List<Opening> opened = new ArrayList<>();
    for (Opening opening : openings(listeners)) {
      if (opened.stream().noneMatch(opening::coveredBy)) {
        opened.add(opening);
        try {
          ports.open(
              opening.address(), opening.ports(), opening.backend(), opening.listener().counters());
        } catch (IOException e) {
          problems.add(
              new StartException.Problem("listeners." + opening.listener().name(), e.getMessage()));
        }
      }
    }
    return problems;
  }

  private List<Opening> openings(List<Listener> listeners) {
    List<Opening> all = new ArrayList<>();
    for (Listener listener : listeners) {
      if (rules.containsKey(listener.name())) {
        ListenerDescriptor configured = descriptor.listeners().get(listener.name());
        String pool = configured.pool().name();
        List<InetAddress> addresses =
            configured.bind().addresses().stream()
                .map(InetSocketAddress::getAddress)
                .distinct()
                .toList();
        descriptor
            .pools()
            .get(pool)
            .backends()
            .forEach(
                (name, backend) ->
                    backend
                        .dataPorts()
                        .ifPresent(
                            ports ->
                                addresses.forEach(
                                    address ->
                                        all.add(
                                            new Opening(
                                                listener,
                                                address,
                                                pool + "/" + name,
                                                backend.address().host(),
                                                ports)))));
      }
    }
    // A wildcard first, IPv6's before IPv4's, so that it covers the addresses that it takes in.
    all.sort(
        Comparator.comparing((Opening o) -> !o.address().isAnyLocalAddress())
            .thenComparing(o -> -o.address().getAddress().length));
    return all;
  }
}
