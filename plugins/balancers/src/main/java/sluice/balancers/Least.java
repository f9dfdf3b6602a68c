package sluice.balancers;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import sluice.api.SessionInfo;
import sluice.api.balance.Balancer;
import sluice.api.balance.Candidate;

/** The candidate with the least of something; those with equally little take turns. */
final class Least implements Balancer {

  /** What there should be least of. */
  @FunctionalInterface
  interface Order {

    /** Negative if the first has less than the second, positive if more. */
    long compare(Candidate first, Candidate second);
  }

  private final Order order;
  private final AtomicInteger turn = new AtomicInteger();

  Least(Order order) {
    this.order = order;
  }

  /**
   * Sessions for the weight, with the one that is to come, so that an idle pool fills by weight.
   */
  static long sessions(Candidate first, Candidate second) {
    return (first.sessions() + 1L) * second.weight() - (second.sessions() + 1L) * first.weight();
  }

  /** Transfers for the weight; between equals, sessions. */
  static long transfers(Candidate first, Candidate second) {
    long difference =
        (long) first.transfers() * second.weight() - (long) second.transfers() * first.weight();
    return difference != 0 ? difference : sessions(first, second);
  }

  @Override
  public Candidate pick(SessionInfo session, List<Candidate> candidates) {
    Candidate least = candidates.get(0);
    int equals = 1;
    for (int i = 1; i < candidates.size(); i++) {
      long difference = order.compare(candidates.get(i), least);
      if (difference < 0) {
        least = candidates.get(i);
        equals = 1;
      } else if (difference == 0) {
        equals++;
      }
    }
    if (equals == 1) {
      return least;
    }
    int skip = Integer.remainderUnsigned(turn.getAndIncrement(), equals);
    for (int i = 0; i < candidates.size(); i++) {
      // Load moves while it is read: who has less by now is as good as an equal.
      if (order.compare(candidates.get(i), least) <= 0 && skip-- == 0) {
        return candidates.get(i);
      }
    }
    return least;
  }
}
