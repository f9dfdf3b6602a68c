package sluice.balancers;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.pf4j.Extension;
import sluice.api.SessionInfo;
import sluice.api.balance.Balancer;
import sluice.api.balance.BalancerFactory;
import sluice.api.balance.Candidate;

/**
 * {@code random}: two backends by chance and weight, and of these the one with fewer sessions for
 * its weight. Where several gateways share the backends it does not send everybody to the same idle
 * one.
 */
@Extension
public final class RandomOfTwo implements BalancerFactory<NoOptions> {

  @Override
  public String name() {
    return "random";
  }

  @Override
  public Class<NoOptions> optionsType() {
    return NoOptions.class;
  }

  @Override
  public Balancer create(NoOptions options) {
    return RandomOfTwo::pick;
  }

  private static Candidate pick(SessionInfo session, List<Candidate> candidates) {
    int size = candidates.size();
    if (size == 1) {
      return candidates.get(0);
    }
    ThreadLocalRandom random = ThreadLocalRandom.current();
    int first = draw(random, candidates, -1);
    int second = draw(random, candidates, first);
    return Least.sessions(candidates.get(second), candidates.get(first)) < 0
        ? candidates.get(second)
        : candidates.get(first);
  }

  /** The place of one, drawn by weight, other than that of the one that is out. */
  private static int draw(ThreadLocalRandom random, List<Candidate> candidates, int out) {
    int total = 0;
    for (int i = 0; i < candidates.size(); i++) {
      total += i == out ? 0 : candidates.get(i).weight();
    }
    int point = random.nextInt(total);
    int last = -1;
    for (int i = 0; i < candidates.size(); i++) {
      if (i != out) {
        last = i;
        point -= candidates.get(i).weight();
        if (point < 0) {
          return i;
        }
      }
    }
    // A weight has become smaller meanwhile.
    return last;
  }
}
