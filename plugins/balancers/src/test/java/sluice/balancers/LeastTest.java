package sluice.balancers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import sluice.api.SessionInfo;
import sluice.api.balance.Balancer;
import sluice.api.balance.Candidate;
import sluice.testkit.BalancerContract;
import sluice.testkit.TestCandidate;
import sluice.testkit.TestSessionInfo;

class LeastTest {

  private static final SessionInfo SESSION = TestSessionInfo.from("127.0.0.1");

  private static TestCandidate at(List<Candidate> list, int index) {
    return (TestCandidate) list.get(index);
  }

  /** Picks, and opens a session there each time. */
  private static String fill(Balancer balancer, List<Candidate> list, int count) {
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < count; i++) {
      TestCandidate picked = (TestCandidate) balancer.pick(SESSION, list);
      picked.sessions(picked.sessions() + 1);
      names.append(picked.backend().name().charAt(1));
    }
    return names.toString();
  }

  @Nested
  class Sessions implements BalancerContract {

    @Override
    public Balancer balancer() {
      return new LeastSessions().create(new NoOptions());
    }

    @Test
    void theFewestWin() {
      List<Candidate> list = TestCandidate.list(1, 1, 1);
      at(list, 0).sessions(3);
      at(list, 1).sessions(1);
      at(list, 2).sessions(2);
      assertSame(list.get(1), balancer().pick(SESSION, list));
    }

    @Test
    void fewMeansForTheWeight() {
      List<Candidate> list = TestCandidate.list(1, 3);
      fill(balancer(), list, 40);
      assertEquals(10, list.get(0).sessions());
      assertEquals(30, list.get(1).sessions());
    }

    @Test
    void equalsTakeTurns() {
      List<Candidate> list = TestCandidate.list(1, 1, 1, 1);
      at(list, 1).sessions(9);
      Balancer balancer = balancer();
      int[] taken = new int[4];
      for (int i = 0; i < 300; i++) {
        taken[balancer.pick(SESSION, list).backend().name().charAt(1) - '0']++;
      }
      assertEquals(List.of(100, 0, 100, 100), java.util.Arrays.stream(taken).boxed().toList());
    }

    @Test
    void heldSessionsPushOthersAway() {
      List<Candidate> list = TestCandidate.list(1, 1, 1);
      at(list, 0).sessions(5);
      assertEquals(0, fill(balancer(), list, 10).chars().filter(c -> c == '0').count());
    }
  }

  @Nested
  class Transfers implements BalancerContract {

    @Override
    public Balancer balancer() {
      return new LeastTransfers().create(new NoOptions());
    }

    @Test
    void transfersCountAndIdleSessionsDoNot() {
      List<Candidate> list = TestCandidate.list(1, 1);
      at(list, 0).sessions(100);
      at(list, 1).transfers(1);
      assertSame(list.get(0), balancer().pick(SESSION, list));
    }

    @Test
    void transfersCountForTheWeight() {
      List<Candidate> list = TestCandidate.list(1, 4);
      at(list, 0).transfers(1);
      at(list, 1).transfers(3);
      assertSame(list.get(1), balancer().pick(SESSION, list));
      at(list, 1).transfers(5);
      assertSame(list.get(0), balancer().pick(SESSION, list));
    }

    @Test
    void withoutTransfersSessionsAreSpreadByWeight() {
      List<Candidate> list = TestCandidate.list(1, 3);
      fill(balancer(), list, 40);
      assertEquals(30, list.get(1).sessions());
    }
  }
}
