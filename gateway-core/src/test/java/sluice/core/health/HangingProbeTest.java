package sluice.core.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static sluice.core.pool.PoolFixtures.FIRST;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sluice.api.health.Health;
import sluice.core.LogCapture;
import sluice.core.descriptor.HealthDescriptor;
import sluice.core.plugins.Extensions;
import sluice.core.pool.LoadTable;
import sluice.core.pool.Member;
import sluice.core.pool.MemberHealth.State;
import sluice.core.pool.Pool;
import sluice.core.pool.PoolFixtures;

/** Probes on real threads, in real time. */
@Timeout(30)
class HangingProbeTest {

  private final ScriptedCheck check = new ScriptedCheck();
  private final CountDownLatch release = new CountDownLatch(1);
  private final LogCapture log = new LogCapture(HealthMonitor.class);
  private HealthMonitor monitor;

  @AfterEach
  void close() {
    release.countDown();
    if (monitor != null) {
      monitor.close();
    }
    log.close();
  }

  private static Pool pool(String name, long timeout, int fall, int... backends) {
    HealthDescriptor health =
        new HealthDescriptor(
            "scripted",
            Duration.ofMillis(100),
            Duration.ofMillis(timeout),
            2,
            fall,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            ScriptedCheck.OPTIONS);
    var all =
        java.util.Arrays.stream(backends)
            .mapToObj(PoolFixtures::backend)
            .toArray(sluice.core.descriptor.BackendDescriptor[]::new);
    return new Pool(
        name, PoolFixtures.pool(Optional.of(health), all), FIRST, "test", new LoadTable());
  }

  private void start(Pool... pools) {
    monitor = new HealthMonitor(List.of(pools), pool -> OptionalInt.empty(), Extensions.of(check));
    monitor.start();
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "did not come about");
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private static State state(Member member) {
    return member.health().state();
  }

  @Test
  void aProbeThatTakesTooLongIsInterruptedAndDown() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    check.finding =
        () -> {
          try {
            release.await();
          } catch (InterruptedException e) {
            interrupted.countDown();
          }
          return Health.up("too late");
        };
    Pool pool = pool("files", 200, 3, 1);
    start(pool);
    assertTrue(monitor.awaitFirstResults(Duration.ofSeconds(10)));
    assertTrue(interrupted.await(10, TimeUnit.SECONDS));
    Member member = pool.members().get(0);
    assertEquals(State.DOWN, state(member));
    assertEquals("no answer within 200ms", member.health().lastCheck());
  }

  @Test
  void aProbeThatHearsNoInterruptDoesNotOverlapItselfAndCountsAsDown() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger calls = new AtomicInteger();
    check.finding =
        () -> {
          most.accumulateAndGet(inside.incrementAndGet(), Math::max);
          // The first is good; from then on it hangs, deaf, until the test ends.
          while (calls.get() > 0 && release.getCount() > 0) {
            try {
              release.await();
            } catch (InterruptedException e) {
              Thread.yield();
            }
          }
          calls.incrementAndGet();
          inside.decrementAndGet();
          return Health.up("fine");
        };
    Pool pool = pool("files", 700, 3, 1);
    start(pool);
    Member member = pool.members().get(0);
    await(() -> state(member) == State.UP);
    await(() -> state(member) == State.DOWN);
    assertEquals(1, most.get());
    release.countDown();
    await(() -> state(member) == State.UP);
  }

  @Test
  void aProbeThatFailsWithAnErrorOfTheJvmIsDownUntilTheNextOneIsGood() throws Exception {
    check.finding =
        () -> {
          if (release.getCount() > 0) {
            throw new OutOfMemoryError("unable to create native thread");
          }
          return Health.up("fine");
        };
    Pool pool = pool("files", 700, 3, 1);
    start(pool);
    Member member = pool.members().get(0);
    await(() -> state(member) == State.DOWN);
    release.countDown();
    await(() -> state(member) == State.UP);
  }

  @Test
  void hangingProbesDoNotHoldUpOthers() throws Exception {
    for (int i = 1; i <= 20; i++) {
      check.findings.put(
          "127.9.0." + i,
          () -> {
            try {
              release.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            return Health.up("");
          });
    }
    Pool pool = pool("files", 20_000, 3, java.util.stream.IntStream.rangeClosed(1, 21).toArray());
    start(pool);
    await(() -> state(pool.members().get(20)) == State.UP);
    assertEquals(State.UNKNOWN, state(pool.members().get(0)));
  }

  @Test
  void poolsThatShareAProbeWaitAsLongAsEachIsWilling() throws Exception {
    CountDownLatch seenDown = new CountDownLatch(1);
    check.finding =
        () -> {
          try {
            seenDown.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return Health.up("slow");
        };
    Pool hasty = pool("hasty", 100, 1, 1);
    Pool patient = pool("patient", 15_000, 1, 1);
    start(hasty, patient);
    assertEquals(1, monitor.probes());
    await(() -> state(hasty.members().get(0)) == State.DOWN);
    assertEquals("no answer within 100ms", hasty.members().get(0).health().lastCheck());
    assertEquals(State.UNKNOWN, state(patient.members().get(0)));
    seenDown.countDown();
    await(() -> state(patient.members().get(0)) == State.UP);
  }

  @Test
  void closeInterruptsWhatRunsAndLeavesNoThread() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    check.finding =
        () -> {
          running.countDown();
          try {
            release.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return Health.down("interrupted");
        };
    Pool pool = pool("files", 20_000, 1, 1);
    start(pool);
    assertTrue(running.await(10, TimeUnit.SECONDS));
    monitor.close();
    monitor = null;
    assertEquals(State.UNKNOWN, state(pool.members().get(0)), "an interrupted probe says nothing");
    await(
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("health-")));
    assertFalse(Thread.currentThread().isInterrupted());
  }
}
