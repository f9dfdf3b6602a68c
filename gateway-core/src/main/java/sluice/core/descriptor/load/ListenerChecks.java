package sluice.core.descriptor.load;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import sluice.api.PortRanges;
import sluice.api.protocol.ProtocolFactory;
import sluice.api.protocol.ProtocolFactory.Transport;
import sluice.core.descriptor.BindAddresses;
import sluice.core.descriptor.bind.Findings;
import sluice.core.descriptor.bind.Findings.Bound;
import sluice.core.descriptor.bind.Place;
import sluice.core.plugins.Extensions;

/** That no two listeners, and no ports that a protocol opens, want the same address. */
final class ListenerChecks {

  /** A socket that a listener will bind. */
  private record Taken(String listener, InetSocketAddress address, Place place) {}

  /** Sockets of one transport and one port. */
  private record Slot(Transport transport, int port) {}

  private final Extensions extensions;
  private final Findings findings;
  private final Map<Slot, List<Taken>> taken = new HashMap<>();

  ListenerChecks(Extensions extensions, Findings findings) {
    this.extensions = extensions;
    this.findings = findings;
  }

  void check(Map<String, Place> listeners) {
    listeners.forEach(this::addresses);
    listeners.forEach(this::openedPorts);
    listeners.values().forEach(this::proxyProtocol);
  }

  private void proxyProtocol(Place listener) {
    boolean wanted =
        findings.at(listener.child("proxy-protocol"), "timeout", Duration.class).isPresent();
    if (wanted && transport(listener).equals(Optional.of(Transport.DATAGRAM))) {
      findings.problem(
          findings.place(listener, "proxy-protocol"),
          "the PROXY protocol is for TCP, and clients speak UDP here; remove proxy-protocol");
    }
  }

  private Optional<Transport> transport(Place listener) {
    return findings
        .value(listener, "protocol", String.class)
        .flatMap(name -> extensions.find(Extensions.Kind.PROTOCOL, name))
        .map(installed -> ((ProtocolFactory<?>) installed.factory()).transport());
  }

  private void addresses(String name, Place listener) {
    Optional<Transport> transport = transport(listener);
    Optional<Bound> bind = findings.at(listener, "bind", BindAddresses.class);
    if (transport.isEmpty() || bind.isEmpty()) {
      return;
    }
    Set<String> told = new HashSet<>();
    for (InetSocketAddress address : ((BindAddresses) bind.get().value()).addresses()) {
      List<Taken> others =
          taken.computeIfAbsent(
              new Slot(transport.get(), address.getPort()), slot -> new ArrayList<>());
      for (Taken other : others) {
        // One line for each pair of listeners, whatever the number of ports they share.
        if (BindAddresses.overlap(other.address(), address) && told.add(other.listener())) {
          findings.problem(
              bind.get().place(),
              BindAddresses.text(address)
                  + " is taken"
                  + (other.listener().equals(name)
                      ? " by this same list"
                      : " by listener \"" + other.listener() + "\" in line " + other.place().line())
                  + (other.address().equals(address)
                      ? ""
                      : ", which has " + BindAddresses.text(other.address()))
                  + "; choose another port");
        }
      }
      others.add(new Taken(name, address, bind.get().place()));
    }
  }

  private void openedPorts(String name, Place listener) {
    Optional<Transport> transport = transport(listener);
    Optional<BindAddresses> own = findings.value(listener, "bind", BindAddresses.class);
    if (transport.isEmpty() || own.isEmpty()) {
      return;
    }
    for (Bound ports : findings.under(listener.child("options"), PortRanges.class)) {
      PortRanges ranges = (PortRanges) ports.value();
      if (!ranges.any()) {
        hit(transport.get(), own.get(), ranges)
            .ifPresent(
                hit ->
                    findings.problem(
                        ports.place(),
                        "the ports "
                            + ranges
                            + " take in "
                            + hit.address().getPort()
                            + ", on which "
                            + (hit.listener().equals(name)
                                ? "this listener"
                                : "listener \"" + hit.listener() + "\"")
                            + " listens ("
                            + BindAddresses.text(hit.address())
                            + " in line "
                            + hit.place().line()
                            + "); choose ports that no listener has"));
      }
    }
  }

  private Optional<Taken> hit(Transport transport, BindAddresses own, PortRanges ranges) {
    for (int i = 0; i < ranges.size(); i++) {
      for (Taken other : taken.getOrDefault(new Slot(transport, ranges.port(i)), List.of())) {
        if (own.addresses().stream()
            .anyMatch(a -> BindAddresses.overlap(a.getAddress(), other.address().getAddress()))) {
          return Optional.of(other);
        }
      }
    }
    return Optional.empty();
  }
}
