package sluice.core.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static sluice.core.pool.PoolFixtures.FIRST;
import static sluice.core.pool.PoolFixtures.backend;

import java.net.ConnectException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sluice.api.health.Health;
import sluice.core.LogCapture;
import sluice.core.descriptor.BackendDescriptor;
import sluice.core.descriptor.HealthDescriptor;
import sluice.core.plugins.Extensions;
import sluice.core.pool.LoadTable;
import sluice.core.pool.Member;
import sluice.core.pool.MemberHealth.State;
import sluice.core.pool.Pool;
import sluice.core.pool.PoolFixtures;

class HealthMonitorTest {

  private static final Duration INTERVAL = Duration.ofSeconds(2);

  /** Long enough for the next tick whatever its jitter, too short for two. */
  private static final Duration ROUND = Duration.ofMillis(2200);

  private final ManualTimeline time = new ManualTimeline();
  private final ScriptedCheck check = new ScriptedCheck();
  private final LogCapture log = new LogCapture(HealthMonitor.class);
  private final List<HealthMonitor> monitors = new ArrayList<>();

  @AfterEach
  void close() {
    monitors.forEach(HealthMonitor::close);
    log.close();
  }

  /** Runs probes where the timeline runs, so that a test sees everything in order. */
  private static ExecutorService inline() {
    return new AbstractExecutorService() {
      @Override
      public void execute(Runnable task) {
        task.run();
      }

      @Override
      public void shutdown() {}

      @Override
      public List<Runnable> shutdownNow() {
        return List.of();
      }

      @Override
      public boolean isShutdown() {
        return false;
      }

      @Override
      public boolean isTerminated() {
        return true;
      }

      @Override
      public boolean awaitTermination(long timeout, TimeUnit unit) {
        return true;
      }
    };
  }

  private static HealthDescriptor health(Duration interval, int rise, int fall) {
    return new HealthDescriptor(
        "scripted",
        interval,
        INTERVAL,
        rise,
        fall,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        ScriptedCheck.OPTIONS);
  }

  private static HealthDescriptor with(
      Optional<Integer> port, Optional<String> host, Optional<InetAddress> source, Record options) {
    return new HealthDescriptor("scripted", INTERVAL, INTERVAL, 2, 3, port, host, source, options);
  }

  private static Pool pool(String name, HealthDescriptor health, BackendDescriptor... backends) {
    return new Pool(
        name, PoolFixtures.pool(Optional.of(health), backends), FIRST, "test", new LoadTable());
  }

  private HealthMonitor monitor(Pool... pools) {
    HealthMonitor monitor =
        new HealthMonitor(
            List.of(pools),
            pool -> OptionalInt.empty(),
            Extensions.of(check),
            time,
            inline(),
            new Random(1));
    monitors.add(monitor);
    return monitor;
  }

  private static State state(Pool pool) {
    return pool.members().get(0).health().state();
  }

  @Test
  void theFirstResultDecidesAtOnce() throws Exception {
    check.findings.put("127.9.0.2", () -> Health.down("connection refused"));
    Pool pool = pool("files", health(INTERVAL, 2, 3), backend(1), backend(2));
    HealthMonitor monitor = monitor(pool);
    assertEquals(State.UNKNOWN, state(pool));
    assertFalse(monitor.awaitFirstResults(Duration.ZERO));
    monitor.start();
    time.pass(Duration.ofMillis(10));
    assertTrue(monitor.awaitFirstResults(Duration.ZERO));
    assertEquals(State.UP, pool.members().get(0).health().state());
    assertEquals(State.DOWN, pool.members().get(1).health().state());
    assertEquals("connection refused", pool.members().get(1).health().lastCheck());
    assertEquals(2, log.lines().size(), log.lines().toString());
  }

  @Test
  void riseAndFallFilterFlappingAndEachTransitionIsLoggedOnce() {
    Pool pool = pool("files", health(INTERVAL, 2, 3), backend(1));
    monitor(pool).start();
    List<State> seen = new ArrayList<>();
    for (char result : "+--+---+-++++".toCharArray()) {
      check.finding =
          () ->
              (result == '+' ? Health.up("220 ready") : Health.down("connection refused"))
                  .withLatency(Duration.ofNanos(2_100_000));
      int before = check.probed.size();
      while (check.probed.size() == before) {
        time.pass(Duration.ofMillis(100));
      }
      seen.add(state(pool));
    }
    State u = State.UP;
    State d = State.DOWN;
    assertEquals(List.of(u, u, u, u, u, u, d, d, d, d, u, u, u), seen);
    assertEquals(
        List.of(
            "INFO backend files/a is up: 220 ready (1 probe, 2.1 ms)",
            "WARN backend files/a is down: connection refused (3 probes, 2.1 ms)",
            "INFO backend files/a is up: 220 ready (2 probes, 2.1 ms)"),
        log.lines());
  }

  @Test
  void sinceIsTheTimeOfTheTransition() {
    Pool pool = pool("files", health(INTERVAL, 2, 1), backend(1));
    monitor(pool).start();
    time.pass(Duration.ofSeconds(20));
    assertEquals(0, pool.members().get(0).health().since().toEpochMilli());
    check.finding = () -> Health.down("gone");
    time.pass(Duration.ofSeconds(20));
    long since = pool.members().get(0).health().since().toEpochMilli();
    assertTrue(since > 20_000 && since <= 22_200, "since " + since);
  }

  @Test
  void poolsThatAskTheSameShareOneProbeAndKeepTheirOwnRiseAndFall() {
    Pool quick = pool("quick", health(INTERVAL, 1, 1), backend(1));
    Pool slow = pool("slow", health(Duration.ofSeconds(30), 1, 3), backend(1));
    HealthMonitor monitor = monitor(quick, slow);
    assertEquals(1, monitor.probes());
    assertEquals(1, check.created);
    monitor.start();
    time.pass(Duration.ofSeconds(60));
    assertTrue(
        check.probed.size() >= 27 && check.probed.size() <= 35,
        "one probe an interval of 2s, the shortest: " + check.probed.size() + " in 60s");
    check.finding = () -> Health.down("gone");
    time.pass(ROUND);
    assertEquals(State.DOWN, state(quick));
    assertEquals(State.UP, state(slow));
    time.pass(ROUND.multipliedBy(2));
    assertEquals(State.DOWN, state(slow));
  }

  @Test
  void whatDiffersIsNotShared() throws Exception {
    Optional<Integer> noPort = Optional.empty();
    Optional<String> noHost = Optional.empty();
    Optional<InetAddress> noSource = Optional.empty();
    HealthMonitor monitor =
        monitor(
            pool("p1", with(noPort, noHost, noSource, ScriptedCheck.OPTIONS), backend(1)),
            pool("p2", with(Optional.of(22), noHost, noSource, ScriptedCheck.OPTIONS), backend(1)),
            pool(
                "p3",
                with(
                    noPort,
                    noHost,
                    Optional.of(InetAddress.getByName("127.0.0.9")),
                    ScriptedCheck.OPTIONS),
                backend(1)),
            pool(
                "p4",
                with(noPort, noHost, noSource, new ScriptedCheck.Options("other", true)),
                backend(1)),
            pool(
                "p5",
                with(noPort, noHost, noSource, new ScriptedCheck.Options("", false)),
                backend(1)),
            pool(
                "p6",
                with(noPort, noHost, noSource, new ScriptedCheck.Options("", false)),
                backend(1)));
    assertEquals(6, monitor.probes());
    assertEquals(3, check.created, "one check for each set of options");
    monitor.start();
    time.pass(Duration.ofMillis(100));
    assertEquals(
        List.of("p1", "p2", "p3", "p4", "p5", "p6"),
        check.probed.stream().map(backend -> backend.pool()).toList());
    monitors.remove(monitor);
    monitor.close();
    assertEquals(3, check.closed);
  }

  @Test
  void probesGoWhereTheDescriptorSendsThem() throws Exception {
    InetAddress source = InetAddress.getByName("127.0.0.9");
    monitor(
            pool(
                "files",
                with(
                    Optional.of(2121),
                    Optional.of("127.8.8.8"),
                    Optional.of(source),
                    ScriptedCheck.OPTIONS),
                backend(1)))
        .start();
    time.pass(Duration.ofMillis(100));
    var probed = check.probed.get(0);
    assertEquals("127.8.8.8", probed.host());
    assertEquals(2121, probed.port());
    assertEquals(Optional.of(source), probed.source());
    assertEquals("files/a", probed.pool() + "/" + probed.name());
    assertEquals(INTERVAL, check.timeouts.get(0));
  }

  @Test
  void manyFirstProbesComeAtOnceButNotInOneInstantAndThenSpreadOut() {
    List<Long> at = new ArrayList<>();
    check.finding =
        () -> {
          at.add(time.nanos() / 1_000_000);
          return Health.up("");
        };
    BackendDescriptor[] hundred =
        IntStream.rangeClosed(1, 100)
            .mapToObj(PoolFixtures::backend)
            .toArray(BackendDescriptor[]::new);
    monitor(pool("files", health(Duration.ofSeconds(20), 2, 3), hundred)).start();
    time.pass(Duration.ofMillis(500));
    assertEquals(100, at.size());
    assertTrue(at.stream().distinct().count() > 50, "spread: " + at);
    at.clear();
    time.pass(Duration.ofSeconds(20));
    assertTrue(at.size() >= 100);
    for (int second = 11; second < 19; second++) {
      long from = second * 1000L;
      long in = at.stream().filter(ms -> ms >= from && ms < from + 1000).count();
      assertTrue(in > 0 && in < 30, in + " probes in second " + second);
    }
  }

  @Test
  void jitterStaysWithinATenth() {
    List<Long> at = new ArrayList<>();
    check.finding =
        () -> {
          at.add(time.nanos());
          return Health.up("");
        };
    monitor(pool("files", health(INTERVAL, 2, 3), backend(1))).start();
    time.pass(Duration.ofMinutes(10));
    assertTrue(at.size() > 250);
    for (int i = 2; i < at.size(); i++) {
      long gap = (at.get(i) - at.get(i - 1)) / 1_000_000;
      assertTrue(gap >= 1800 && gap <= 2200, "gap " + gap);
    }
    assertNotEquals(at.get(3) - at.get(2), at.get(4) - at.get(3));
  }

  @Test
  void aCheckThatThrowsIsDownWithItsMessage() {
    check.finding =
        () -> {
          throw new IllegalStateException(new ConnectException("Connection refused").getMessage());
        };
    Pool pool = pool("files", health(INTERVAL, 2, 3), backend(1));
    monitor(pool).start();
    time.pass(Duration.ofMillis(10));
    assertEquals(State.DOWN, state(pool));
    assertEquals("Connection refused", pool.members().get(0).health().lastCheck());
    assertEquals(
        "connection refused", Phrases.reason(new ConnectException("Connection refused"), INTERVAL));
  }

  @Test
  void drainAndWeightAreTakenOverAtOnceAndABadProbeLeavesThem() {
    Pool pool = pool("files", health(INTERVAL, 2, 3), backend(1, 10, false, 0));
    Member member = pool.members().get(0);
    check.finding = () -> Health.drain("canary is gone");
    monitor(pool).start();
    time.pass(Duration.ofMillis(10));
    assertEquals(State.UP, state(pool));
    assertFalse(member.fit());
    check.finding = () -> Health.down("no greeting");
    time.pass(ROUND);
    assertTrue(member.health().drain());
    check.finding = () -> Health.up("back").withWeight(50);
    time.pass(ROUND);
    assertTrue(member.fit());
    assertEquals(5, member.weight());
  }

  @Test
  void aWarningIsLoggedWhenItChangesOnly() {
    check.finding = () -> Health.up("").withWarning("certificate ends in 9 days");
    Pool pool = pool("files", health(INTERVAL, 2, 3), backend(1));
    monitor(pool).start();
    time.pass(Duration.ofSeconds(30));
    check.finding = () -> Health.up("fine");
    time.pass(Duration.ofSeconds(30));
    assertEquals(
        List.of(
            "WARN backend files/a: the check warns: certificate ends in 9 days",
            "INFO backend files/a: the check's warning is over"),
        log.lines().stream().filter(line -> line.contains("warn")).toList());
  }

  @Test
  void optionsThatCannotWorkNameThePoolAndLeaveNoCheckOpen() {
    Pool fine = pool("fine", health(INTERVAL, 2, 3), backend(1));
    Pool pool =
        pool(
            "files",
            with(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new ScriptedCheck.Options("impossible", true)),
            backend(1));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> monitor(fine, pool));
    assertEquals("check scripted of pool files: this cannot work", e.getMessage());
    assertEquals(1, check.created);
    assertEquals(1, check.closed);
  }

  @Test
  void afterCloseNothingIsProbedOrReported() {
    Pool pool = pool("files", health(INTERVAL, 2, 1), backend(1));
    HealthMonitor monitor = monitor(pool);
    monitor.start();
    time.pass(Duration.ofMillis(10));
    int before = check.probed.size();
    check.finding = () -> Health.down("gone");
    monitors.remove(monitor);
    monitor.close();
    time.pass(Duration.ofMinutes(1));
    assertEquals(before, check.probed.size());
    assertEquals(State.UP, state(pool));
  }
}
