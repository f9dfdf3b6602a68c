package sluice.core.descriptor.load;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import sluice.api.PoolRef;
import sluice.api.protocol.ClientTls;
import sluice.api.protocol.ServerTls;
import sluice.core.descriptor.HostPort;
import sluice.core.descriptor.SendProxyDescriptor;
import sluice.core.descriptor.bind.Findings;
import sluice.core.descriptor.bind.Findings.Bound;
import sluice.core.descriptor.bind.Place;
import sluice.core.descriptor.notation.Notations;
import sluice.core.descriptor.notation.Suggestion;
import sluice.core.plugins.Extensions;
import sluice.core.tls.TlsFiles;

/**
 * What one key of the descriptor demands of another. Works on what could be bound, so that a
 * problem in one place does not hide those of another.
 */
final class CrossChecks {

  private final Extensions extensions;
  private final Findings findings;

  CrossChecks(Extensions extensions, Findings findings) {
    this.extensions = extensions;
    this.findings = findings;
  }

  void check() {
    Optional<Map<String, Place>> listeners = findings.map(Place.DOCUMENT.child("listeners"));
    Optional<Map<String, Place>> pools = findings.map(Place.DOCUMENT.child("pools"));
    if (listeners.isPresent() && listeners.get().isEmpty()) {
      findings.problem(
          findings.place(Place.DOCUMENT, "listeners"),
          "there are no listeners; add at least one, or no client can arrive");
    }
    if (pools.isPresent()) {
      references(pools.get());
      new PortlessBackends(findings, listeners.orElse(Map.of())).check(pools.get());
      pools.get().forEach(this::pool);
    }
    listeners.ifPresent(all -> new ListenerChecks(extensions, findings).check(all));
    new FactChecks(extensions, findings, listeners.orElse(Map.of()), pools.orElse(Map.of()))
        .check();
    new StaticPortChecks(extensions, findings, listeners.orElse(Map.of()), pools.orElse(Map.of()))
        .check();
    findings
        .map(Place.DOCUMENT.child("pools"))
        .ifPresent(all -> all.values().forEach(this::health));
    for (Bound tls : findings.under(Place.DOCUMENT, ServerTls.class)) {
      files(tls).check((ServerTls) tls.value());
    }
    for (Bound tls : findings.under(Place.DOCUMENT, ClientTls.class)) {
      files(tls).check((ClientTls) tls.value());
    }
  }

  private TlsFiles files(Bound tls) {
    return new TlsFiles(
        (key, problem) -> findings.problem(findings.below(tls, key), problem),
        (key, warning) -> findings.warning(findings.below(tls, key), warning));
  }

  private void references(Map<String, Place> pools) {
    List<Bound> references = findings.under(Place.DOCUMENT, PoolRef.class);
    for (Bound reference : references) {
      String name = ((PoolRef) reference.value()).name();
      if (!pools.containsKey(name)) {
        findings.problem(
            reference.place(),
            "there is no pool \"" + name + "\"" + Suggestion.of(name, pools.keySet(), "pools"));
      }
    }
    Set<String> used =
        references.stream()
            .map(reference -> ((PoolRef) reference.value()).name())
            .collect(Collectors.toSet());
    pools.forEach(
        (name, place) -> {
          if (!used.contains(name)) {
            findings.warning(place, "nothing uses this pool; name it in a listener or remove it");
          }
        });
  }

  private void pool(String name, Place pool) {
    positive(pool, "connect-timeout");
    positive(pool, "answer-timeout");
    health(pool.child("health"));
    checksWithoutHeader(pool);
    Optional<Map<String, Place>> backends = findings.map(pool.child("backends"));
    if (backends.isEmpty()) {
      return;
    }
    if (backends.get().isEmpty()) {
      findings.problem(
          findings.place(pool, "backends"),
          "the pool \"" + name + "\" has no backends; add at least one under \"backends\"");
    }
    Map<HostPort, String> seen = new HashMap<>();
    backends
        .get()
        .forEach(
            (backend, place) -> {
              Optional<Bound> address = findings.at(place, "address", HostPort.class);
              String first =
                  address.map(a -> seen.putIfAbsent((HostPort) a.value(), backend)).orElse(null);
              if (first != null) {
                findings.warning(
                    address.get().place(),
                    "backend \""
                        + first
                        + "\" has the address "
                        + address.get().value()
                        + " too; to give one server more sessions, raise its weight");
              }
            });
  }

  private void health(Place health) {
    positive(health, "interval");
    positive(health, "timeout");
    Optional<Duration> interval = findings.value(health, "interval", Duration.class);
    Optional<Bound> timeout = findings.at(health, "timeout", Duration.class);
    if (interval.isPresent() && timeout.isPresent()) {
      Duration patience = (Duration) timeout.get().value();
      if (patience.compareTo(interval.get()) > 0) {
        findings.warning(
            timeout.get().place(),
            "a probe may take "
                + Notations.text(patience)
                + ", longer than the interval of "
                + Notations.text(interval.get())
                + ", so that probes of a silent backend come later than configured");
      }
    }
  }

  // A backend that insists on a header would refuse the checks, which have none.
  private void checksWithoutHeader(Place pool) {
    Place health = pool.child("health");
    findings
        .at(pool.child("proxy-protocol"), "send", SendProxyDescriptor.Version.class)
        .filter(sent -> findings.at(health, "check", String.class).isPresent())
        .filter(sent -> findings.at(health, "port", Integer.class).isEmpty())
        .ifPresent(
            sent ->
                findings.warning(
                    sent.place(),
                    "health checks send no PROXY header; if the backends insist on one, give"
                        + " health.port a port on which they do not"));
  }

  private void positive(Place place, String key) {
    findings
        .at(place, key, Duration.class)
        .filter(found -> ((Duration) found.value()).isZero())
        .ifPresent(found -> findings.problem(found.place(), "expected more than 0s"));
  }
}
