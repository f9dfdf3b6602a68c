package sluice.core.health;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import sluice.api.health.Identity;
import sluice.core.pool.Member;
import sluice.core.pool.Objection;
import sluice.core.pool.Pool;

/**
 * Compares what clients know the backends of one pool by, such as host keys, so that a client never
 * meets a backend that looks like an impostor.
 *
 * <p>Of each kind, what more than half of those that have one are counts as the pool's. If there is
 * no such majority, what the pool was before decides; if that does not help, nobody knows who is
 * right. A backend that is down keeps the voice that it had last.
 *
 * <p>Before the first comparison no backend takes sessions, unless more than half of the whole pool
 * agree already. A backend whose probes are bad from the start is waited for a little. Thread-safe.
 */
final class IdentityGuard {

  private static final Logger LOG = LogManager.getLogger(HealthMonitor.class);

  /** What is compared with each other. */
  private record Key(String name, String kind) {
    @Override
    public String toString() {
      return kind;
    }
  }

  /** What a pool is, of one kind, and why. */
  private record Expected(String value, String because) {}

  private final Pool pool;
  private final boolean strict;
  private final int patience;

  /** Those that are still waited for, with their bad probes so far. */
  private final Map<Member, Integer> silent = new LinkedHashMap<>();

  private final Map<Member, Map<Key, String>> known = new LinkedHashMap<>();
  private final Map<Key, String> agreed = new LinkedHashMap<>();
  private final CountDownLatch settled = new CountDownLatch(1);

  /**
   * @param strict what to do if nobody knows who is right: true takes all of them down
   * @param waits whether sessions wait for the first comparison
   * @param patience how many bad probes of a backend, in the beginning, it takes to go on without
   *     its voice: one may be an accident, and its voice may be the one that decides
   */
  IdentityGuard(Pool pool, boolean strict, boolean waits, int patience, Instant now) {
    this.pool = pool;
    this.strict = strict;
    this.patience = patience;
    if (waits) {
      pool.members().forEach(member -> silent.put(member, 0));
      Objection pending =
          new Objection(Objection.Kind.PENDING, "waits for the first comparison", now);
      pool.members().forEach(member -> pool.object(member, Optional.of(pending)));
    } else {
      settled.countDown();
    }
  }

  /** Counts down when it is known who may take sessions. */
  CountDownLatch settled() {
    return settled;
  }

  /**
   * Takes a member's result; before the member's own state changes by it.
   *
   * @param good whether the probe was good
   * @param identities empty if the probe did not get so far: then the last ones stay
   */
  synchronized void told(Member member, boolean good, List<Identity> identities, Instant now) {
    boolean news = false;
    Integer bad = silent.get(member);
    if (bad != null) {
      news = good || bad + 1 >= patience;
      if (news) {
        silent.remove(member);
      } else {
        silent.put(member, bad + 1);
      }
    }
    if (!identities.isEmpty()) {
      Map<Key, String> all = new LinkedHashMap<>();
      identities.forEach(each -> all.put(new Key(each.name(), each.kind()), each.value()));
      news |= !all.equals(known.put(member, all));
    }
    if (news) {
      compare(now);
    }
  }

  private void compare(Instant now) {
    Map<Key, Optional<Expected>> expected = new LinkedHashMap<>();
    known.values().stream()
        .flatMap(each -> each.keySet().stream())
        .distinct()
        .forEach(key -> expected.put(key, expected(key)));
    for (Member member : pool.members()) {
      Optional<Objection> found = judge(member, expected, now);
      if (!same(found, member.objection())) {
        tell(member, found);
        pool.object(member, found);
      }
    }
    if (silent.isEmpty() || pool.members().stream().anyMatch(this::cleared)) {
      settled.countDown();
    }
  }

  private boolean cleared(Member member) {
    return known.containsKey(member)
        && member.objection().filter(o -> o.kind() == Objection.Kind.PENDING).isEmpty();
  }

  private static boolean same(Optional<Objection> one, Optional<Objection> other) {
    return one.isPresent() == other.isPresent()
        && one.map(
                each ->
                    each.kind() == other.get().kind() && each.reason().equals(other.get().reason()))
            .orElse(true);
  }

  /** What the pool is, of one kind, if that can be said. */
  private Optional<Expected> expected(Key key) {
    Map<String, Integer> votes = new LinkedHashMap<>();
    known.values().stream()
        .filter(each -> each.containsKey(key))
        .forEach(each -> votes.merge(each.get(key), 1, Integer::sum));
    int voters = votes.values().stream().mapToInt(Integer::intValue).sum();
    // Those that have not been heard yet may all be of another opinion.
    int most = voters + silent.size();
    for (Map.Entry<String, Integer> each : votes.entrySet()) {
      if (each.getValue() * 2 > most) {
        String before = agreed.put(key, each.getKey());
        if (before != null && !before.equals(each.getKey())) {
          LOG.warn(
              "pool {} has changed its {}: {} was {} and is {} now",
              pool,
              key.name(),
              key,
              before,
              each.getKey());
        }
        return Optional.of(
            new Expected(each.getKey(), each.getValue() + " of " + voters + " backends have that"));
      }
    }
    String before = agreed.get(key);
    return votes.containsKey(before) && silent.isEmpty()
        ? Optional.of(new Expected(before, "which it has had so far; there is no majority now"))
        : Optional.empty();
  }

  private Optional<Objection> judge(
      Member member, Map<Key, Optional<Expected>> expected, Instant now) {
    Map<Key, String> own = known.getOrDefault(member, Map.of());
    List<String> ties = new ArrayList<>();
    for (Map.Entry<Key, String> each : own.entrySet()) {
      Optional<Expected> pools = expected.get(each.getKey());
      if (pools.isEmpty()) {
        ties.add(tie(each.getKey(), each.getValue()));
      } else if (!pools.get().value().equals(each.getValue())) {
        String reason =
            "%s-mismatch: its %s is %s, but the pool's is %s (%s)"
                .formatted(
                    each.getKey().name(),
                    each.getKey(),
                    each.getValue(),
                    pools.get().value(),
                    pools.get().because());
        return Optional.of(new Objection(Objection.Kind.DOWN, reason, now));
      }
    }
    if (!silent.isEmpty() && (own.isEmpty() || !ties.isEmpty())) {
      return Optional.of(
          new Objection(Objection.Kind.PENDING, "waits for the first comparison", now));
    }
    return ties.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Objection(strict ? Objection.Kind.DOWN : Objection.Kind.WARNING, ties.get(0), now));
  }

  private String tie(Key key, String own) {
    Set<String> others = new TreeSet<>();
    known.forEach(
        (member, all) -> {
          String value = all.get(key);
          if (value != null && !value.equals(own)) {
            others.add(member.backend().name() + " has " + value);
          }
        });
    return "%s-mismatch: its %s is %s, but %s, and no majority says which is right"
        .formatted(key.name(), key, own, String.join(", ", others));
  }

  private void tell(Member member, Optional<Objection> found) {
    if (found.isEmpty()) {
      if (member.objection().filter(o -> o.kind() == Objection.Kind.PENDING).isEmpty()) {
        LOG.info("backend {} is what its pool is again", member);
      }
      return;
    }
    switch (found.get().kind()) {
      case DOWN -> LOG.warn("backend {} is down: {}", member, found.get().reason());
      case WARNING -> LOG.warn("backend {}: {}", member, found.get().reason());
      default -> {}
    }
  }
}
