package sluice.core.descriptor.load;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sluice.api.KeyRef;
import sluice.api.PoolRef;
import sluice.api.SessionKey;
import sluice.api.protocol.ProtocolFactory;
import sluice.core.descriptor.bind.Findings;
import sluice.core.descriptor.bind.Findings.Bound;
import sluice.core.descriptor.bind.Place;
import sluice.core.descriptor.notation.Suggestion;
import sluice.core.plugins.Extensions;

/**
 * That the facts of sessions that a pool's strategy goes by are known of its clients, and known in
 * time: one that never is would be no choice at all, and nobody would see it.
 */
final class FactChecks {

  /**
   * What a listener's sessions have.
   *
   * @param ever the names of all facts
   * @param inTime of those that are known when the backend is chosen
   */
  private record Facts(String listener, String protocol, Set<String> ever, Set<String> inTime) {}

  private final Extensions extensions;
  private final Findings findings;
  private final Map<String, Place> listeners;
  private final Map<String, Place> pools;

  FactChecks(
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
    pools.forEach(
        (name, place) -> {
          List<Bound> wanted =
              findings.under(place, KeyRef.class).stream()
                  .filter(key -> !name(key).equals(KeyRef.CLIENT_ADDRESS))
                  .toList();
          if (!wanted.isEmpty()) {
            List<Facts> leading =
                listeners.entrySet().stream()
                    .filter(listener -> leads(listener.getValue(), name))
                    .flatMap(listener -> facts(listener.getKey(), listener.getValue()).stream())
                    .toList();
            wanted.forEach(key -> leading.forEach(facts -> check(key, facts)));
          }
        });
  }

  private static String name(Bound key) {
    return ((KeyRef) key.value()).name();
  }

  private boolean leads(Place listener, String pool) {
    return findings.under(listener, PoolRef.class).stream()
        .anyMatch(reference -> ((PoolRef) reference.value()).name().equals(pool));
  }

  private void check(Bound key, Facts facts) {
    String wanted = name(key);
    if (facts.inTime().contains(wanted)) {
      return;
    }
    if (facts.ever().contains(wanted)) {
      findings.problem(
          key.place(),
          "listener \""
              + facts.listener()
              + "\" does not know \""
              + wanted
              + "\" when it chooses the backend, as its options are now; let it choose later, or go"
              + " by "
              + or(facts.inTime()));
    } else {
      findings.problem(
          key.place(),
          "there is no fact \""
              + wanted
              + "\" of sessions of the protocol "
              + facts.protocol()
              + ", which listener \""
              + facts.listener()
              + "\" has"
              + Suggestion.of(wanted, with(facts.inTime()), "facts"));
    }
  }

  private static Set<String> with(Set<String> facts) {
    Set<String> all = new TreeSet<>(facts);
    all.add(KeyRef.CLIENT_ADDRESS);
    return all;
  }

  private static String or(Set<String> facts) {
    return String.join(" or ", with(facts));
  }

  private Optional<Facts> facts(String name, Place listener) {
    return findings
        .value(listener, "protocol", String.class)
        .flatMap(protocol -> extensions.find(Extensions.Kind.PROTOCOL, protocol))
        .flatMap(found -> facts(name, (ProtocolFactory<?>) found.factory(), listener));
  }

  private <O extends Record> Optional<Facts> facts(
      String name, ProtocolFactory<O> factory, Place listener) {
    return findings
        .value(listener, "options", factory.optionsType())
        .map(
            options ->
                new Facts(
                    name,
                    factory.name(),
                    names(factory.keys().stream()),
                    names(factory.keysAtChoice(options).stream())));
  }

  private static Set<String> names(Stream<SessionKey<?>> keys) {
    return keys.map(SessionKey::name).collect(Collectors.toCollection(TreeSet::new));
  }
}
