package sluice.balancers;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import sluice.api.balance.Candidate;

/**
 * The order of turns for one list of candidates, repeated without end. Thread-safe.
 *
 * @param list whose order it is
 * @param order one round
 * @param weights by member, as they were when the order was made
 * @param turn the next turn; carried over to the next order, so that a change of the list does not
 *     begin with the same backend each time
 * @param sideTurn the next turn of shorter lists: on the main counter they would make somebody lose
 *     turns, and with bad luck the same one always
 */
record Schedule(
    List<Candidate> list,
    Candidate[] order,
    Map<Candidate, Integer> weights,
    AtomicInteger turn,
    AtomicInteger sideTurn) {

  /**
   * The most work to spend on an order, in steps. It is far above what pools have; beyond it
   * weights are rounded.
   */
  private static final long MOST_STEPS = 1L << 22;

  static Schedule of(List<Candidate> list, Schedule before) {
    int[] weights = new int[list.size()];
    Map<Candidate, Integer> known = new IdentityHashMap<>();
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Math.max(1, list.get(i).weight());
      known.put(list.get(i), weights[i]);
    }
    reduce(weights);
    return before == null
        ? new Schedule(list, smooth(list, weights), known, new AtomicInteger(), new AtomicInteger())
        : new Schedule(list, smooth(list, weights), known, before.turn, before.sideTurn);
  }

  /** The next in turn. */
  Candidate next() {
    return at(turn);
  }

  private Candidate at(AtomicInteger counter) {
    return order[Integer.remainderUnsigned(counter.getAndIncrement(), order.length)];
  }

  /** The next in turn that is in a shorter list. */
  Candidate nextOf(List<Candidate> some) {
    for (int i = 0; i < order.length; i++) {
      Candidate candidate = at(sideTurn);
      for (int k = 0; k < some.size(); k++) {
        if (some.get(k) == candidate) {
          return candidate;
        }
      }
    }
    // Other threads have taken all the turns that were for this list.
    return some.get(0);
  }

  /** Whether every member of another list has its turns here, by the weight it has now. */
  boolean covers(List<Candidate> other) {
    for (int i = 0; i < other.size(); i++) {
      Integer weight = weights.get(other.get(i));
      if (weight == null || weight != other.get(i).weight()) {
        return false;
      }
    }
    return true;
  }

  /** Makes the weights as small as their proportions allow. */
  private static void reduce(int[] weights) {
    int divisor = 0;
    for (int weight : weights) {
      divisor = gcd(divisor, weight);
    }
    divide(weights, divisor);
    while (sum(weights) > weights.length && sum(weights) * weights.length > MOST_STEPS) {
      divide(weights, 2);
    }
  }

  private static void divide(int[] weights, int divisor) {
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Math.max(1, weights[i] / divisor);
    }
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  private static long sum(int[] weights) {
    long sum = 0;
    for (int weight : weights) {
      sum += weight;
    }
    return sum;
  }

  /**
   * One round: at each turn everyone gains its weight, the richest (the first of these) has the
   * turn and pays the sum of all weights.
   */
  private static Candidate[] smooth(List<Candidate> list, int[] weights) {
    int total = (int) sum(weights);
    long[] credit = new long[weights.length];
    Candidate[] order = new Candidate[total];
    for (int turn = 0; turn < total; turn++) {
      int richest = 0;
      for (int i = 0; i < credit.length; i++) {
        credit[i] += weights[i];
        if (credit[i] > credit[richest]) {
          richest = i;
        }
      }
      credit[richest] -= total;
      order[turn] = list.get(richest);
    }
    return order;
  }
}
