package sluice.balancers;

import java.util.List;
import sluice.api.SessionInfo;
import sluice.api.balance.Balancer;
import sluice.api.balance.Candidate;

/**
 * Smooth weighted round-robin. The order is worked out once for a list; after that a pick is one
 * step of a counter.
 *
 * <p>A shorter list, as it comes for one call when a session's retries or full backends are left
 * out, is served by the running order too: entries that are not in it are passed over. Only a list
 * with a new member or another weight, or one that comes a second time, gets an order of its own.
 */
final class Rotation implements Balancer {

  private volatile Schedule schedule;

  /** The list that was last served by another list's order. */
  private volatile List<Candidate> seenOnce;

  @Override
  public Candidate pick(SessionInfo session, List<Candidate> candidates) {
    Schedule now = schedule;
    if (now != null && now.list() == candidates) {
      return now.next();
    }
    if (candidates.size() == 1) {
      return candidates.get(0);
    }
    if (now != null && seenOnce != candidates && now.covers(candidates)) {
      seenOnce = candidates;
      return now.nextOf(candidates);
    }
    Schedule fresh = Schedule.of(candidates, now);
    schedule = fresh;
    return fresh.next();
  }
}
