package sluice.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import sluice.api.SessionInfo;
import sluice.api.balance.Balancer;
import sluice.api.balance.Candidate;

/**
 * What every strategy keeps to. A test class implements it and says what to test:
 *
 * <pre>{@code
 * class MyBalancerTest implements BalancerContract {
 *   public Balancer balancer() {
 *     return new MyBalancer();
 *   }
 * }
 * }</pre>
 */
public interface BalancerContract {

  /** A new balancer each time. */
  Balancer balancer();

  /** The session that asks for the nth time; override it if the strategy needs certain facts. */
  default SessionInfo session(int n) {
    return TestSessionInfo.from("127." + (n >> 16 & 255) + "." + (n >> 8 & 255) + "." + (n & 255));
  }

  @Test
  default void picksTheOnlyCandidate() {
    Balancer balancer = balancer();
    List<Candidate> one = TestCandidate.list(256);
    for (int i = 0; i < 100; i++) {
      assertSame(one.get(0), balancer.pick(session(i), one));
    }
  }

  @Test
  default void neverPicksWhatIsNotInTheList() {
    Balancer balancer = balancer();
    Random random = new Random(7);
    for (int round = 0; round < 300; round++) {
      List<Candidate> list = randomList(random, 1 + random.nextInt(12));
      for (int i = 0; i < 20; i++) {
        assertMember(list, balancer.pick(session(round * 20 + i), list));
      }
    }
  }

  /** As it is when a session's retries and full backends leave a shorter list for one call. */
  @Test
  default void copesWithShorterListsInBetween() {
    Balancer balancer = balancer();
    List<Candidate> all = TestCandidate.list(1, 2, 3, 4);
    for (int i = 0; i < 400; i++) {
      assertMember(all, balancer.pick(session(i), all));
      List<Candidate> some = new ArrayList<>(all);
      some.remove(i % all.size());
      some = Collections.unmodifiableList(some);
      assertMember(some, balancer.pick(session(i), some));
    }
  }

  @Test
  default void takesEveryWeightFromOneTo256() {
    Balancer balancer = balancer();
    for (int weight = 1; weight <= 256; weight++) {
      List<Candidate> list = TestCandidate.list(weight, 257 - weight, 256, 1);
      for (int i = 0; i < 10; i++) {
        assertMember(list, balancer.pick(session(i), list));
      }
    }
  }

  @Test
  default void picksFromManyThreadsAtOnce() throws Exception {
    Balancer balancer = balancer();
    List<List<Candidate>> lists =
        List.of(
            TestCandidate.list(1, 1, 1),
            TestCandidate.list(5, 1, 1),
            TestCandidate.list(3),
            TestCandidate.list(12, 12, 26, 26));
    AtomicReference<Throwable> failure = new AtomicReference<>();
    int threads = 8;
    CountDownLatch done = new CountDownLatch(threads);
    for (int t = 0; t < threads; t++) {
      int seed = t;
      Thread thread =
          new Thread(
              () -> {
                try {
                  for (int i = 0; i < 4000 && failure.get() == null; i++) {
                    List<Candidate> list = lists.get((i >> 3) % lists.size());
                    assertMember(list, balancer.pick(session(seed * 4000 + i), list));
                  }
                } catch (Throwable e) {
                  failure.compareAndSet(null, e);
                } finally {
                  done.countDown();
                }
              },
              "balancer-contract-" + t);
      thread.setDaemon(true);
      thread.start();
    }
    assertTrue(done.await(30, TimeUnit.SECONDS), "pick blocks when many threads call it");
    assertNull(failure.get(), () -> "pick fails when many threads call it: " + failure.get());
  }

  @Test
  default void doesNotBlock() {
    Balancer balancer = balancer();
    List<Candidate> hundred = randomList(new Random(3), 100);
    int picks = 20_000;
    int[] picked = {0};
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> {
          for (int i = 0; i < picks; i++) {
            balancer.pick(session(i), hundred);
            picked[0]++;
          }
        });
    assertEquals(picks, picked[0]);
  }

  private static List<Candidate> randomList(Random random, int size) {
    List<Candidate> list = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      list.add(
          TestCandidate.named("b" + i)
              .weight(1 + random.nextInt(256))
              .sessions(random.nextInt(1000))
              .transfers(random.nextInt(100))
              .bytesInFlight(random.nextLong(1L << 40))
              .latencyNanos(random.nextLong(1L << 32)));
    }
    return Collections.unmodifiableList(list);
  }

  private static void assertMember(List<Candidate> list, Candidate picked) {
    assertTrue(
        list.stream().anyMatch(candidate -> candidate == picked),
        () -> "picked " + picked + ", which is not in " + list);
  }
}
