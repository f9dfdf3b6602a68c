package sluice.ftp.login;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import sluice.api.Backend;
import sluice.api.PoolRef;
import sluice.ftp.codec.Reply;

/**
 * What the servers were last seen to offer (FEAT, RFC 2389), so that a client that asks before it
 * has one is told what all of them have. Thread-safe; at most one entry for each backend.
 */
public final class KnownFeatures {

  /** How long an answer is believed before a server is asked again. */
  static final Duration FRESH = Duration.ofMinutes(10);

  private static final String FACTS = "MLST ";

  private record Known(List<String> features, long since) {}

  private final Map<String, Map<String, Known>> pools = new ConcurrentHashMap<>();
  private final LongSupplier nanos;

  /** Nothing is known. */
  public KnownFeatures() {
    this(System::nanoTime);
  }

  /** The same with a clock, for tests. */
  KnownFeatures(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Takes a backend's reply to FEAT. */
  public void learn(Backend backend, Reply reply) {
    List<String> features;
    if (reply.code() == 211) {
      features = features(reply);
    } else if (reply.code() == 500 || reply.code() == 502) {
      features = List.of();
    } else {
      return; // Not now, or not before a log-in: that says nothing.
    }
    pools
        .computeIfAbsent(backend.pool(), pool -> new ConcurrentHashMap<>())
        .put(backend.name(), new Known(features, nanos.getAsLong()));
  }

  private static List<String> features(Reply reply) {
    List<String> features = new ArrayList<>();
    for (String line : reply.lines().subList(1, Math.max(1, reply.lines().size() - 1))) {
      String feature = (line.startsWith("211-") ? line.substring(4) : line).strip();
      if (!feature.isEmpty()) {
        features.add(feature);
      }
    }
    return List.copyOf(features);
  }

  /** Whether a backend need not be asked. */
  public boolean fresh(Backend backend) {
    Known known = known(backend);
    return known != null && nanos.getAsLong() - known.since() < FRESH.toNanos();
  }

  /** Whether a backend is known to offer a feature of this name. */
  public boolean offers(Backend backend, String name) {
    Known known = known(backend);
    return known != null
        && known.features().stream().anyMatch(f -> f.split(" ", 2)[0].equalsIgnoreCase(name));
  }

  private Known known(Backend backend) {
    return pools.getOrDefault(backend.pool(), Map.of()).get(backend.name());
  }

  /**
   * What all backends of these pools offer, as far as they have been seen; empty if none has. A
   * feature is its whole line, as in {@code REST STREAM}; of the facts of MLST those count that all
   * have.
   */
  public List<String> common(Set<PoolRef> of) {
    List<String> common = null;
    for (PoolRef pool : of) {
      for (Known known : pools.getOrDefault(pool.name(), Map.of()).values()) {
        common = common == null ? known.features() : both(common, known.features());
      }
    }
    return common == null ? List.of() : common;
  }

  private static List<String> both(List<String> some, List<String> others) {
    List<String> both = new ArrayList<>();
    for (String feature : some) {
      if (isFacts(feature)) {
        others.stream()
            .filter(KnownFeatures::isFacts)
            .findFirst()
            .ifPresent(other -> both.add(bothFacts(feature, other)));
      } else if (others.stream().anyMatch(feature::equalsIgnoreCase)) {
        both.add(feature);
      }
    }
    return both;
  }

  private static boolean isFacts(String feature) {
    return feature.regionMatches(true, 0, FACTS, 0, FACTS.length());
  }

  // RFC 3659 section 7.8: facts end with ";", and "*" marks those that are on by default.
  private static String bothFacts(String one, String other) {
    Set<String> on = new LinkedHashSet<>();
    Set<String> has = new LinkedHashSet<>();
    for (String fact : facts(other)) {
      String name = fact.replace("*", "").toLowerCase(Locale.ROOT);
      has.add(name);
      if (fact.endsWith("*")) {
        on.add(name);
      }
    }
    StringBuilder both = new StringBuilder(FACTS);
    for (String fact : facts(one)) {
      String name = fact.replace("*", "");
      if (has.contains(name.toLowerCase(Locale.ROOT))) {
        boolean byDefault = fact.endsWith("*") && on.contains(name.toLowerCase(Locale.ROOT));
        both.append(name).append(byDefault ? "*;" : ";");
      }
    }
    return both.toString();
  }

  private static List<String> facts(String feature) {
    return Arrays.stream(feature.substring(FACTS.length()).split(";"))
        .map(String::strip)
        .filter(fact -> !fact.isEmpty())
        .toList();
  }
}
