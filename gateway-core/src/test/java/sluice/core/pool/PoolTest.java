package sluice.core.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static sluice.core.pool.PoolFixtures.FIRST;
import static sluice.core.pool.PoolFixtures.backend;
import static sluice.core.pool.PoolFixtures.health;
import static sluice.core.pool.PoolFixtures.pool;
import static sluice.core.pool.PoolFixtures.session;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import sluice.api.Backend;
import sluice.api.SessionInfo;
import sluice.api.balance.Balancer;
import sluice.api.balance.Candidate;
import sluice.api.protocol.Refusal;
import sluice.core.LogCapture;
import sluice.core.pool.MemberHealth.State;

class PoolTest {

  /** Takes the first, and keeps what it was offered. */
  private static final class Recorder implements Balancer {
    final List<List<Candidate>> offered = new ArrayList<>();

    @Override
    public Candidate pick(SessionInfo session, List<Candidate> candidates) {
      offered.add(candidates);
      return candidates.get(0);
    }

    String last() {
      return names(offered.get(offered.size() - 1));
    }
  }

  private final Recorder recorder = new Recorder();

  private static String names(List<Candidate> candidates) {
    return String.join("", candidates.stream().map(c -> c.backend().name()).toList());
  }

  private static Lease lease(Pool pool, Backend... tried) {
    return assertInstanceOf(Lease.class, pool.lease(session(), Set.of(tried)));
  }

  private static Refusal.Reason refusal(Pool pool, Backend... tried) {
    return assertInstanceOf(Selection.None.class, pool.lease(session(), Set.of(tried))).reason();
  }

  private static Member member(Pool pool, String name) {
    return pool.member(name).orElseThrow();
  }

  @Test
  void offersTheSameListObjectUntilSomethingChanges() {
    Pool pool = pool(recorder, backend(1), backend(2));
    lease(pool);
    lease(pool);
    Member a = member(pool, "a");
    pool.report(a, new MemberHealth(State.UP, false, 100, Instant.EPOCH, "220", Duration.ZERO));
    lease(pool);
    assertSame(recorder.offered.get(0), recorder.offered.get(1));
    assertSame(recorder.offered.get(0), recorder.offered.get(2), "unknown and up are both fit");
    pool.report(a, health(State.DOWN));
    lease(pool);
    assertNotSame(recorder.offered.get(2), recorder.offered.get(3));
    assertEquals("b", recorder.last());
  }

  @Test
  void theOfferedListCannotBeChanged() {
    Pool pool = pool(recorder, backend(1), backend(2));
    lease(pool);
    lease(pool, member(pool, "a").backend());
    for (List<Candidate> offered : recorder.offered) {
      assertThrows(UnsupportedOperationException.class, () -> offered.remove(0));
    }
  }

  @Test
  void offersOnlyWhatIsFit() {
    Pool pool = pool(recorder, backend(1), backend(2), backend(3), backend(4, 0, false, 0));
    lease(pool);
    assertEquals("abc", recorder.last(), "weight 0 takes no sessions, unknown counts as fit");
    pool.report(member(pool, "a"), health(State.DOWN));
    pool.will(member(pool, "b"), Will.DRAIN);
    lease(pool);
    assertEquals("c", recorder.last());
    pool.report(
        member(pool, "c"),
        new MemberHealth(State.UP, true, 100, Instant.EPOCH, "canary gone", Duration.ZERO));
    assertEquals(Refusal.Reason.NO_BACKEND, refusal(pool));
    pool.will(member(pool, "b"), Will.READY);
    pool.report(member(pool, "a"), health(State.UP));
    lease(pool);
    assertEquals("ab", recorder.last());
    pool.will(member(pool, "a"), Will.MAINTENANCE);
    lease(pool);
    assertEquals("b", recorder.last());
  }

  @Test
  void theWeightThatABackendAsksForScalesTheConfiguredOne() {
    Pool pool = pool(recorder, backend(1, 10, false, 0), backend(2));
    Member a = member(pool, "a");
    lease(pool);
    pool.report(a, new MemberHealth(State.UP, false, 50, Instant.EPOCH, "", Duration.ZERO));
    lease(pool);
    assertEquals(5, recorder.offered.get(1).get(0).weight());
    assertNotSame(recorder.offered.get(0), recorder.offered.get(1));
    pool.report(a, new MemberHealth(State.UP, false, 1, Instant.EPOCH, "", Duration.ZERO));
    assertEquals(1, a.weight(), "a small share stays a share");
    pool.report(a, new MemberHealth(State.UP, false, 25600, Instant.EPOCH, "", Duration.ZERO));
    assertEquals(256, a.weight());
    pool.report(a, new MemberHealth(State.UP, false, 0, Instant.EPOCH, "", Duration.ZERO));
    lease(pool);
    assertEquals("b", recorder.last());
  }

  @Test
  void backupsServeOnlyWhenNoOtherIsFit() {
    Pool pool = pool(recorder, backend(1), backend(2, 1, true, 0), backend(3, 1, true, 0));
    lease(pool);
    assertEquals("a", recorder.last());
    lease(pool, member(pool, "a").backend());
    assertEquals("bc", recorder.last());
    pool.report(member(pool, "a"), health(State.DOWN));
    lease(pool);
    assertEquals("bc", recorder.last());
    pool.report(member(pool, "a"), health(State.UP));
    lease(pool);
    assertEquals("a", recorder.last());
  }

  @Test
  void aFullBackendIsNotOfferedUntilALeaseIsClosed() {
    Pool pool = pool(recorder, backend(1, 1, false, 1), backend(2));
    Lease first = lease(pool);
    assertEquals("a", first.backend().name());
    assertEquals("b", lease(pool).backend().name());
    first.close();
    first.close();
    assertEquals(0, member(pool, "a").poolSessions(), "closing twice gives one place back");
    assertEquals("a", lease(pool).backend().name());
    assertEquals(2, member(pool, "a").totalPoolSessions());
  }

  @Test
  void saysWhyThereIsNone() {
    Pool pool = pool(FIRST, backend(1, 1, false, 1), backend(2));
    Backend a = member(pool, "a").backend();
    Backend b = member(pool, "b").backend();
    lease(pool);
    assertEquals(Refusal.Reason.BACKENDS_FULL, refusal(pool, b), "a is full and b was tried");
    assertEquals(Refusal.Reason.NO_ANSWER, refusal(pool, a, b));
    pool.will(member(pool, "b"), Will.DRAIN);
    assertEquals(Refusal.Reason.BACKENDS_FULL, refusal(pool));
    pool.will(member(pool, "a"), Will.DRAIN);
    assertEquals(Refusal.Reason.NO_BACKEND, refusal(pool));
    assertEquals(Refusal.Reason.NO_ANSWER, refusal(pool, a));
  }

  @Test
  void poolsShareTheLoadOfAnAddressButNotItsLimit() {
    LoadTable loads = new LoadTable();
    Pool one = pool("one", FIRST, loads, backend(1, 1, false, 1));
    Pool two = pool("two", FIRST, loads, backend(1, 1, false, 1));
    Lease first = lease(one);
    Lease second = lease(two);
    assertSame(first.load(), second.load());
    assertEquals(2, member(one, "a").sessions());
    assertEquals(1, member(one, "a").poolSessions());
    second.close();
    assertEquals(1, member(one, "a").sessions());
  }

  @Test
  void loadFollowsTransfersAndLatency() {
    Pool pool = pool(FIRST, backend(1));
    Lease lease = lease(pool);
    Member a = member(pool, "a");
    lease.load().transferStarted();
    lease.load().moved(100);
    lease.load().moved(50);
    lease.load().relayed(7);
    assertEquals(1, a.transfers());
    assertEquals(150, a.bytesInFlight());
    lease.load().transferEnded(150);
    assertEquals(0, a.transfers());
    assertEquals(0, a.bytesInFlight());
    assertEquals(157, a.load().totalBytes());
    assertEquals(0, a.latencyNanos());
    lease.answered(8000);
    assertEquals(8000, a.latencyNanos());
    lease.answered(16000);
    assertEquals(9000, a.latencyNanos());
  }

  @Test
  void aStrategyThatThrowsOrPicksAStrangerIsDoneWithout() {
    AtomicInteger calls = new AtomicInteger();
    Pool other = pool(FIRST, backend(9));
    Candidate stranger = member(other, "a");
    Balancer broken =
        (session, candidates) -> {
          switch (calls.incrementAndGet() % 4) {
            case 0:
              return null;
            case 1:
              throw new IllegalStateException("boom");
            case 2:
              throw new NoClassDefFoundError("gone/Missing");
            default:
              return stranger;
          }
        };
    Pool pool = pool(broken, backend(1, 1, false, 0), backend(2, 3, false, 0));
    try (LogCapture log = new LogCapture(Pool.class)) {
      for (int i = 0; i < 40; i++) {
        lease(pool);
      }
      assertEquals(40, calls.get());
      assertEquals(10, member(pool, "a").poolSessions(), "the least loaded by weight serves");
      assertEquals(30, member(pool, "b").poolSessions());
      assertEquals(1, log.lines().size(), "not a line for each session: " + log.lines());
      assertTrue(log.lines().get(0).contains("test-plugin"), log.lines().get(0));
      assertTrue(log.lines().get(0).contains("files"), log.lines().get(0));
    }
  }

  @Test
  void limitsHoldAgainstManyThreads() throws Exception {
    Pool pool =
        pool(FIRST, backend(1, 1, false, 3), backend(2, 1, false, 2), backend(3, 1, true, 1));
    AtomicInteger over = new AtomicInteger();
    AtomicInteger served = new AtomicInteger();
    ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    CountDownLatch done = new CountDownLatch(8);
    for (int t = 0; t < 8; t++) {
      new Thread(
              () -> {
                try {
                  for (int i = 0; i < 20_000; i++) {
                    if (pool.lease(session(), Set.of()) instanceof Lease lease) {
                      Member member = pool.member(lease.backend().name()).orElseThrow();
                      if (member.poolSessions() > member.configured().maxSessions()) {
                        over.incrementAndGet();
                      }
                      served.incrementAndGet();
                      lease.close();
                    }
                  }
                } catch (Throwable e) {
                  failures.add(e);
                } finally {
                  done.countDown();
                }
              })
          .start();
    }
    assertTrue(done.await(60, TimeUnit.SECONDS));
    assertEquals(List.of(), List.copyOf(failures));
    assertEquals(0, over.get());
    assertTrue(served.get() > 0);
    for (Member member : pool.members()) {
      assertEquals(0, member.poolSessions());
      assertEquals(0, member.sessions());
    }
  }

  @Test
  void closesAStrategyThatCanBeClosed() {
    final class Closeable implements Balancer, AutoCloseable {
      boolean closed;

      @Override
      public Candidate pick(SessionInfo session, List<Candidate> candidates) {
        return candidates.get(0);
      }

      @Override
      public void close() {
        closed = true;
      }
    }
    Closeable balancer = new Closeable();
    pool(balancer, backend(1)).close();
    assertTrue(balancer.closed);
  }
}
