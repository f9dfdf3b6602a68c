package sluice.core.plugins;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import sluice.api.ExtensionFactory;
import sluice.api.balance.BalancerFactory;
import sluice.api.health.HealthCheckFactory;
import sluice.api.protocol.ProtocolFactory;

/** The installed extensions, by kind and name. Immutable. */
public final class Extensions {

  /** The kinds of extension. */
  public enum Kind {
    /** A {@link ProtocolFactory}. */
    PROTOCOL("protocol"),
    /** A {@link BalancerFactory}. */
    STRATEGY("strategy"),
    /** A {@link HealthCheckFactory}. */
    CHECK("check");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** The descriptor's word. */
    @Override
    public String toString() {
      return word;
    }

    /** The kind of a factory; empty if it is none of the three. */
    public static Optional<Kind> of(ExtensionFactory<?, ?> factory) {
      if (factory instanceof ProtocolFactory) {
        return Optional.of(PROTOCOL);
      }
      if (factory instanceof BalancerFactory) {
        return Optional.of(STRATEGY);
      }
      if (factory instanceof HealthCheckFactory) {
        return Optional.of(CHECK);
      }
      return Optional.empty();
    }
  }

  private final Map<Kind, Map<String, Installed<?>>> byKind = new TreeMap<>();

  /**
   * @param installed extensions with unique names in each kind
   * @throws IllegalArgumentException if two of a kind have one name
   */
  public Extensions(Collection<Installed<?>> installed) {
    for (Kind kind : Kind.values()) {
      byKind.put(kind, new TreeMap<>());
    }
    for (Installed<?> extension : installed) {
      Kind kind =
          Kind.of(extension.factory())
              .orElseThrow(() -> new IllegalArgumentException(extension + " is of no known kind"));
      if (byKind.get(kind).putIfAbsent(extension.name(), extension) != null) {
        throw new IllegalArgumentException(
            "two of kind " + kind + " are named " + extension.name());
      }
    }
  }

  /** Extensions of factories that come from no plugin file, as in tests. */
  public static Extensions of(ExtensionFactory<?, ?>... factories) {
    List<Installed<?>> installed = new ArrayList<>();
    for (ExtensionFactory<?, ?> factory : factories) {
      installed.add(Installed.of(factory));
    }
    return new Extensions(installed);
  }

  /** The names of a kind, sorted. */
  public List<String> names(Kind kind) {
    return List.copyOf(byKind.get(kind).keySet());
  }

  /** All extensions of a kind, sorted by name. */
  public List<Installed<?>> all(Kind kind) {
    return List.copyOf(byKind.get(kind).values());
  }

  /** The extension of a kind and name. */
  public Optional<Installed<?>> find(Kind kind, String name) {
    return Optional.ofNullable(byKind.get(kind).get(name));
  }
}
