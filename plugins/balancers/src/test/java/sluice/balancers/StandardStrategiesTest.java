package sluice.balancers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import sluice.api.balance.Balancer;
import sluice.api.balance.BalancerFactory;
import sluice.api.balance.Candidate;
import sluice.testkit.BalancerContract;
import sluice.testkit.TestCandidate;
import sluice.testkit.TestSessionInfo;

/** The names that descriptors use, and the strategy that needs no test of its own. */
class StandardStrategiesTest implements BalancerContract {

  @Override
  public Balancer balancer() {
    return new FirstAvailable().create(new NoOptions());
  }

  @Test
  void firstAvailableFillsInTheDescriptorsOrder() {
    List<Candidate> list = TestCandidate.list(1, 200);
    for (int i = 0; i < 10; i++) {
      assertSame(list.get(0), balancer().pick(TestSessionInfo.from("127.0.0.1"), list));
    }
  }

  @Test
  void theNamesAreTheDescriptors() {
    List<BalancerFactory<?>> all =
        List.of(
            new RoundRobin(),
            new LeastSessions(),
            new LeastTransfers(),
            new RandomOfTwo(),
            new SourceHash(),
            new FirstAvailable());
    assertEquals(
        new TreeSet<>(
            Set.of(
                "round-robin",
                "least-sessions",
                "least-transfers",
                "random",
                "source-hash",
                "first-available")),
        all.stream().map(BalancerFactory::name).collect(Collectors.toCollection(TreeSet::new)));
  }
}
