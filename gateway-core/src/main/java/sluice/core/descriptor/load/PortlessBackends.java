package sluice.core.descriptor.load;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import sluice.api.PoolRef;
import sluice.core.descriptor.BindAddresses;
import sluice.core.descriptor.HostPort;
import sluice.core.descriptor.bind.Findings;
import sluice.core.descriptor.bind.Place;

/** That a check knows the port of a backend which has the port that the client dialled. */
final class PortlessBackends {

  private final Findings findings;
  private final Map<String, Place> listeners;

  PortlessBackends(Findings findings, Map<String, Place> listeners) {
    this.findings = findings;
    this.listeners = listeners;
  }

  void check(Map<String, Place> pools) {
    pools.forEach(
        (name, pool) -> {
          Place health = pool.child("health");
          boolean asks =
              findings.at(health, "check", String.class).isPresent()
                  && findings.at(health, "port", Integer.class).isEmpty();
          Set<Integer> dialled = dialled(name);
          if (asks && (dialled.size() != 1 || dialled.contains(0))) {
            findings
                .map(pool.child("backends"))
                .orElse(Map.of())
                .values()
                .forEach(backend -> backend(backend, dialled));
          }
        });
  }

  private Set<Integer> dialled(String pool) {
    Set<Integer> ports = new TreeSet<>();
    for (Place listener : listeners.values()) {
      if (findings
          .value(listener, "pool", PoolRef.class)
          .filter(ref -> ref.name().equals(pool))
          .isPresent()) {
        findings
            .value(listener, "bind", BindAddresses.class)
            .ifPresent(bind -> bind.addresses().forEach(a -> ports.add(a.getPort())));
      }
    }
    return ports;
  }

  private void backend(Place backend, Set<Integer> dialled) {
    findings
        .at(backend, "address", HostPort.class)
        .filter(address -> !((HostPort) address.value()).named())
        .ifPresent(
            address ->
                findings.problem(
                    address.place(),
                    address.value()
                        + " has no port, which means the port that the client dialled, but the"
                        + " pool's check cannot know which: its listeners have "
                        + (dialled.isEmpty() ? "none" : "the ports " + dialled)
                        + "; add health.port, or a port here"));
  }
}
