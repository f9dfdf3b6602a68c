package sluice.balancers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sluice.api.SessionInfo;
import sluice.api.balance.Balancer;
import sluice.api.balance.Candidate;
import sluice.testkit.BalancerContract;
import sluice.testkit.TestCandidate;
import sluice.testkit.TestSessionInfo;

class RandomOfTwoTest implements BalancerContract {

  private final SessionInfo session = TestSessionInfo.from("127.0.0.1");

  @Override
  public Balancer balancer() {
    return new RandomOfTwo().create(new NoOptions());
  }

  @Test
  void theBusiestOfAllIsNeverTaken() {
    List<Candidate> list = TestCandidate.list(1, 1, 1, 1);
    ((TestCandidate) list.get(2)).sessions(50);
    for (int i = 0; i < 2000; i++) {
      assertNotSame(list.get(2), balancer().pick(session, list));
    }
  }

  @Test
  void chanceSpreadsOverAll() {
    List<Candidate> list = TestCandidate.list(1, 1, 1, 1);
    Map<Candidate, Integer> taken = new HashMap<>();
    for (int i = 0; i < 4000; i++) {
      taken.merge(balancer().pick(session, list), 1, Integer::sum);
    }
    assertEquals(4, taken.size());
    taken.values().forEach(count -> assertTrue(count > 800 && count < 1200, taken.toString()));
  }

  @Test
  void sessionsFillUpByWeight() {
    List<Candidate> list = TestCandidate.list(1, 2, 5);
    for (int i = 0; i < 800; i++) {
      TestCandidate picked = (TestCandidate) balancer().pick(session, list);
      picked.sessions(picked.sessions() + 1);
    }
    assertEquals(100, list.get(0).sessions(), 15);
    assertEquals(200, list.get(1).sessions(), 15);
    assertEquals(500, list.get(2).sessions(), 15);
  }
}
