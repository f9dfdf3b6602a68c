package sluice.balancers;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import sluice.api.SessionInfo;
import sluice.api.balance.Balancer;
import sluice.api.balance.BalancerFactory;
import sluice.api.balance.Candidate;
import sluice.testkit.TestCandidate;
import sluice.testkit.TestSessionInfo;

class PickAllocatesNothingTest {

  private static final int PICKS = 10_000;

  private final List<Candidate> candidates =
      TestCandidate.list(IntStream.range(0, 100).map(i -> 1 + i % 7).toArray());
  private final SessionInfo session = TestSessionInfo.from("127.1.2.3");

  @TestFactory
  Stream<DynamicTest> onTheSameList() {
    NoOptions none = new NoOptions();
    return Stream.of(
        test(new RoundRobin(), none),
        test(new LeastSessions(), none),
        test(new LeastTransfers(), none),
        test(new RandomOfTwo(), none),
        test(new SourceHash(), new SourceHash.Options(new sluice.api.KeyRef("client-address"))),
        test(new FirstAvailable(), none));
  }

  private <O extends Record> DynamicTest test(BalancerFactory<O> factory, O options) {
    return DynamicTest.dynamicTest(
        factory.name(),
        () -> {
          Balancer balancer = factory.create(options);
          picks(balancer);
          long before = allocated();
          picks(balancer);
          long bytes = allocated() - before;
          assertTrue(bytes < PICKS, bytes + " bytes in " + PICKS + " picks");
        });
  }

  private void picks(Balancer balancer) {
    for (int i = 0; i < PICKS; i++) {
      balancer.pick(session, candidates);
    }
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }
}
