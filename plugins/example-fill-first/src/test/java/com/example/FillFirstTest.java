package com.example;

import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import org.junit.jupiter.api.Test;
import sluice.api.balance.Balancer;
import sluice.api.balance.Candidate;
import sluice.testkit.BalancerContract;
import sluice.testkit.TestCandidate;

/** What every strategy keeps to, from the testkit, and what is this one's own. */
class FillFirstTest implements BalancerContract {

  @Override
  public Balancer balancer() {
    return new FillFirst().create(new FillFirst.Options(2));
  }

  @Test
  void fillsOneBackendAfterTheOther() {
    TestCandidate a = TestCandidate.named("a");
    TestCandidate b = TestCandidate.named("b");
    List<Candidate> both = List.of(a, b);
    Balancer balancer = balancer();
    assertSame(a, balancer.pick(session(1), both));
    a.sessions(1);
    assertSame(a, balancer.pick(session(2), both));
    a.sessions(2);
    assertSame(b, balancer.pick(session(3), both));
  }

  @Test
  void goesBackToTheFirstAsSoonAsItHasRoom() {
    TestCandidate a = TestCandidate.named("a").sessions(1);
    TestCandidate b = TestCandidate.named("b").sessions(1);
    assertSame(a, balancer().pick(session(1), List.of(a, b)));
  }

  @Test
  void overfillsTheFirstWhenAllAreFull() {
    TestCandidate a = TestCandidate.named("a").sessions(2);
    TestCandidate b = TestCandidate.named("b").sessions(2);
    assertSame(a, balancer().pick(session(1), List.of(a, b)));
  }
}
