package sluice.balancers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import sluice.api.SessionInfo;
import sluice.api.balance.Balancer;
import sluice.api.balance.Candidate;
import sluice.testkit.BalancerContract;
import sluice.testkit.TestCandidate;
import sluice.testkit.TestSessionInfo;

class RoundRobinTest implements BalancerContract {

  private final SessionInfo session = TestSessionInfo.from("127.0.0.1");
  private final Balancer balancer = balancer();

  @Override
  public Balancer balancer() {
    return new RoundRobin().create(new NoOptions());
  }

  private String picks(int count, List<Candidate> list) {
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < count; i++) {
      names.append(letter(balancer.pick(session, list)));
    }
    return names.toString();
  }

  private static char letter(Candidate candidate) {
    return (char) ('a' + candidate.backend().name().charAt(1) - '0');
  }

  @Test
  void equalWeightsTakeTurnsExactly() {
    List<Candidate> list = TestCandidate.list(1, 1, 1);
    assertEquals("abc".repeat(100), picks(300, list));
  }

  @Test
  void fiveOneOneIsSpreadSmoothly() {
    assertEquals("aabacaa".repeat(3), picks(21, TestCandidate.list(5, 1, 1)));
  }

  @Test
  void twelveTwelveTwentySixTwentySixIsSpreadSmoothly() {
    List<Candidate> list = TestCandidate.list(12, 12, 26, 26);
    assertEquals("cdabcdcdabcdcdabcdcdacdbcdacdbcdcdabcd".repeat(2), picks(76, list));
  }

  @Test
  void aCommonDivisorMakesNoDifference() {
    assertEquals("aba", picks(3, TestCandidate.list(256, 128)));
  }

  @Test
  void listsForOneCallOnlyDoNotDisturbTheRotation() {
    List<Candidate> all = TestCandidate.list(1, 1, 1);
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < 30; i++) {
      names.append(picks(1, all));
      // As it is when a was tried: a new list each time.
      names.append(Character.toUpperCase(picks(1, List.of(all.get(1), all.get(2))).charAt(0)));
    }
    String seen = names.toString();
    assertEquals("abc".repeat(10), seen.replaceAll("[A-Z]", ""));
    assertEquals("BC".repeat(15), seen.replaceAll("[a-z]", ""));
  }

  @Test
  void aBackendThatIsFullForLongLeavesTheOthersEqualTurns() {
    List<Candidate> all = TestCandidate.list(1, 1, 1);
    picks(3, all);
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < 30; i++) {
      names.append(picks(1, List.of(all.get(1), all.get(2))));
    }
    assertEquals("bc".repeat(15), names.toString());
  }

  @Test
  void aChangedListIsRotatedByItsOwnWeights() {
    List<Candidate> before = TestCandidate.list(1, 1, 1);
    picks(100, before);
    List<Candidate> after = List.of(before.get(0), before.get(2));
    String seen = picks(40, after);
    assertEquals(20, count(seen, 'a'), 1, seen);
    ((TestCandidate) before.get(0)).weight(3);
    List<Candidate> heavier = List.copyOf(before);
    picks(1, heavier);
    List<Candidate> again = new ArrayList<>(before);
    String weighted = picks(50, again);
    assertEquals(30, count(weighted, 'a'), 1, weighted);
  }

  @Test
  void manyThreadsTogetherKeepTheExactShares() throws Exception {
    List<Candidate> list = TestCandidate.list(5, 1, 1);
    Map<Candidate, AtomicInteger> taken = new ConcurrentHashMap<>();
    list.forEach(candidate -> taken.put(candidate, new AtomicInteger()));
    int threads = 8;
    CountDownLatch done = new CountDownLatch(threads);
    for (int t = 0; t < threads; t++) {
      new Thread(
              () -> {
                for (int i = 0; i < 7000; i++) {
                  taken.get(balancer.pick(session, list)).incrementAndGet();
                }
                done.countDown();
              })
          .start();
    }
    assertTrue(done.await(30, TimeUnit.SECONDS));
    // Two threads may begin with an order each; the turns are shared from then on.
    assertEquals(40_000, taken.get(list.get(0)).get(), 8);
    assertEquals(8_000, taken.get(list.get(1)).get(), 8);
    assertEquals(8_000, taken.get(list.get(2)).get(), 8);
  }

  @Test
  void aThousandBackendsOfOddWeightsAreServedToo() {
    int[] weights = new int[1000];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = 1 + (i * 37) % 256;
    }
    List<Candidate> list = TestCandidate.list(weights);
    long heavy = 0;
    for (int i = 0; i < 10_000; i++) {
      heavy += balancer.pick(session, list).weight() > 128 ? 1 : 0;
    }
    assertTrue(heavy > 6000 && heavy < 9000, "three quarters expected: " + heavy);
  }

  private static int count(String text, char letter) {
    return (int) text.chars().filter(c -> c == letter).count();
  }
}
