package sluice.core.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static sluice.core.pool.PoolFixtures.FIRST;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sluice.api.health.Health;
import sluice.api.health.Identity;
import sluice.core.LogCapture;
import sluice.core.descriptor.BackendDescriptor;
import sluice.core.descriptor.HealthDescriptor;
import sluice.core.descriptor.HealthDescriptor.Identities;
import sluice.core.plugins.Extensions;
import sluice.core.pool.LoadTable;
import sluice.core.pool.Member;
import sluice.core.pool.MemberHealth.State;
import sluice.core.pool.Pool;
import sluice.core.pool.PoolFixtures;

/** Backends are compared by what clients know them by, and no client meets one that differs. */
final class IdentityGuardTest {

  private static final Duration ROUND = Duration.ofMillis(2200);

  private final ManualTimeline time = new ManualTimeline();
  private final ScriptedCheck check = new ScriptedCheck();
  private final LogCapture log = new LogCapture(HealthMonitor.class);
  private Pool pool;
  private HealthMonitor monitor;

  @AfterEach
  void close() {
    monitor.close();
    log.close();
  }

  private void start(Identities rule, String... keys) {
    HealthDescriptor health =
        new HealthDescriptor(
            "scripted",
            Duration.ofSeconds(2),
            Duration.ofSeconds(2),
            2,
            3,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            rule,
            ScriptedCheck.IDENTIFYING);
    for (int i = 0; i < keys.length; i++) {
      serves(i, keys[i]);
    }
    pool =
        new Pool(
            "vault",
            PoolFixtures.pool(
                Optional.of(health),
                IntStream.rangeClosed(1, keys.length)
                    .mapToObj(PoolFixtures::backend)
                    .toArray(BackendDescriptor[]::new)),
            FIRST,
            "test",
            new LoadTable());
    monitor =
        new HealthMonitor(
            List.of(pool),
            name -> OptionalInt.empty(),
            Extensions.of(check),
            time,
            new InlineThreads(),
            new Random(1));
    monitor.start();
  }

  /** From the next probe on a backend has this key; "-" for down. */
  private void serves(int backend, String... keys) {
    check.findings.put(
        "127.9.0." + (backend + 1),
        () ->
            keys[0].equals("-")
                ? Health.down("connection refused")
                : Health.up("fine")
                    .withIdentities(
                        IntStream.range(0, keys.length)
                            .mapToObj(i -> new Identity("host-key", "type-" + i, keys[i]))
                            .toList()));
  }

  private void round() {
    time.pass(ROUND);
  }

  /** Who may take sessions, as in "ab". */
  private String fit() {
    StringBuilder names = new StringBuilder();
    for (Member member : pool.members()) {
      if (member.fit()) {
        names.append(member.backend().name());
      }
    }
    return names.toString();
  }

  private String shown(int backend) {
    return pool.members().get(backend).health().lastCheck();
  }

  @Test
  void whoDiffersFromMostIsDownAndBothFingerprintsAreShown() {
    start(Identities.COMPARE, "K", "K", "X");
    round();
    assertEquals("ab", fit());
    assertEquals(State.DOWN, pool.members().get(2).health().state());
    String reason =
        "host-key-mismatch: its type-0 is X, but the pool's is K (2 of 3 backends have that)";
    assertEquals(reason, shown(2));
    assertTrue(
        log.lines().stream().anyMatch(line -> line.contains("vault/c is down: " + reason)),
        log.lines()::toString);
  }

  @Test
  void whoHasThePoolsKeyAgainIsBackWithTheNextProbe() {
    start(Identities.COMPARE, "K", "K", "X");
    round();
    serves(2, "K");
    round();
    assertEquals("abc", fit());
    assertEquals("fine", shown(2));
    assertTrue(
        log.lines().stream().anyMatch(line -> line.contains("vault/c is what its pool is again")));
  }

  @Test
  void aKeyThatChangesTakesItsBackendDownWithTheFirstProbeThatSeesIt() {
    start(Identities.COMPARE, "K", "K", "K");
    round();
    assertEquals("abc", fit());
    serves(0, "X");
    round();
    assertEquals("bc", fit());
  }

  @Test
  void aBackendThatReturnsWithAnotherKeyIsNeverUp() {
    start(Identities.COMPARE, "K", "K", "-");
    round();
    assertEquals("ab", fit());
    serves(2, "X");
    for (int i = 0; i < 30; i++) {
      time.pass(Duration.ofMillis(500));
      assertEquals("ab", fit());
    }
    assertTrue(shown(2).startsWith("host-key-mismatch"), shown(2));
  }

  @Test
  void everyKindOfKeyIsComparedWithItsOwnKind() {
    start(Identities.COMPARE, "K", "K", "K");
    serves(0, "K", "R");
    serves(1, "K", "R");
    serves(2, "K", "S");
    round();
    assertEquals("ab", fit());
    assertTrue(shown(2).contains("its type-1 is S, but the pool's is R"), shown(2));
  }

  @Test
  void noBackendTakesASessionBeforeAllAreComparedOrMostAgree() {
    start(Identities.COMPARE, "K", "X", "K");
    assertEquals("", fit());
    assertTrue(monitor.compares());
    time.pass(Duration.ZERO);
    assertEquals("", fit(), "one of three has been heard");
    time.pass(Duration.ofMillis(5));
    assertEquals("", fit(), "two, of two opinions");
    time.pass(Duration.ofMillis(5));
    assertEquals("ac", fit());
    assertFalse(monitor.compares());
  }

  @Test
  void mostOfTheWholePoolNeedNotWaitForTheRest() {
    start(Identities.COMPARE, "K", "K", "X");
    time.pass(Duration.ofMillis(5));
    assertEquals("ab", fit());
    assertFalse(monitor.compares());
  }

  @Test
  void whoIsDownFromTheStartIsNotWaitedForLong() {
    start(Identities.COMPARE, "K", "-", "-");
    round();
    assertEquals("", fit());
    round();
    round();
    assertEquals("a", fit());
    assertFalse(monitor.compares());
  }

  @Test
  void oneBadProbeInTheBeginningDoesNotCostTheVoiceThatDecides() {
    start(Identities.COMPARE, "-", "K", "X");
    time.pass(Duration.ofMillis(100));
    assertEquals("", fit(), "one has K and one has X");
    serves(0, "K");
    round();
    assertEquals("b", fit(), "its key is the pool's, and the other's is not");
    round();
    assertEquals("ab", fit());
  }

  @Test
  void whereNobodyKnowsWhoIsRightAllServeWithAWarning() {
    start(Identities.COMPARE, "K", "X");
    round();
    assertEquals("ab", fit());
    String warning =
        "host-key-mismatch: its type-0 is K, but b has X, and no majority says which is right";
    assertEquals("fine; warning: " + warning, shown(0));
    assertTrue(log.lines().stream().anyMatch(line -> line.contains("vault/a: " + warning)));
  }

  @Test
  void whereNobodyKnowsWhoIsRightStrictTakesAllDown() {
    start(Identities.STRICT, "K", "X");
    round();
    assertEquals("", fit());
    serves(1, "K");
    round();
    assertEquals("ab", fit());
  }

  @Test
  void ofTwoTheOneThatStaysAsBothWereIsRight() {
    start(Identities.COMPARE, "K", "K");
    round();
    serves(1, "X");
    round();
    assertEquals("a", fit());
    assertTrue(shown(1).contains("the pool's is K (which it has had so far"), shown(1));
  }

  @Test
  void aPoolThatChangesItsKeyOneByOneEndsWithTheNewOne() {
    start(Identities.COMPARE, "K", "K", "K");
    round();
    serves(0, "N");
    round();
    assertEquals("bc", fit());
    serves(1, "N");
    round();
    assertEquals("ab", fit());
    serves(2, "N");
    round();
    assertEquals("abc", fit());
    assertTrue(
        log.lines().stream()
            .anyMatch(l -> l.contains("pool vault has changed its host-key: type-0 was K")));
  }

  @Test
  void whoIsDownKeepsItsVoice() {
    start(Identities.COMPARE, "K", "K", "K");
    round();
    serves(0, "-");
    serves(1, "-");
    for (int i = 0; i < 4; i++) {
      round();
    }
    serves(2, "X");
    round();
    assertEquals("", fit());
    assertTrue(shown(2).contains("2 of 3 backends have that"), shown(2));
  }

  @Test
  void poolsThatAreMeantToDifferAreLeftAlone() {
    start(Identities.IGNORE, "K", "K", "X");
    assertFalse(monitor.compares());
    round();
    assertEquals("abc", fit());
    assertEquals("fine", shown(2));
  }

  @Test
  void sessionsAreKeptFromABackendWithAnotherKey() {
    start(Identities.COMPARE, "X", "K", "K");
    round();
    for (int i = 0; i < 10; i++) {
      Object lease = pool.lease(PoolFixtures.session(), java.util.Set.of());
      assertFalse(lease.toString().equals("vault/a"), lease::toString);
    }
    assertEquals(Map.of("a", 0L), Map.of("a", pool.members().get(0).totalPoolSessions()));
  }
}
