package sluice.api.balance;

import java.util.List;
import sluice.api.SessionInfo;

/**
 * Chooses a candidate for each new session of one pool.
 *
 * <p><b>Threads.</b> Called concurrently from all event loops, so it must be thread-safe and must
 * not block. If it is {@link AutoCloseable}, the gateway closes it on the main thread when the pool
 * is gone.
 *
 * <p>A strategy that throws, or returns what is not in the list, is logged with its plugin's name,
 * and the pool goes on without it for that session.
 */
@FunctionalInterface
public interface Balancer {

  /**
   * Picks the candidate that takes the session.
   *
   * @param session who asks
   * @param candidates never empty, unmodifiable, in the descriptor's order. Every member may take
   *     the session now: health, weight zero, drain, backup tiers, limits and stickiness are done
   *     with. As long as nothing of that changes it is the same list object in each call, so what
   *     is costly to work out may be kept for a list by its identity.
   * @return a member of {@code candidates}
   */
  Candidate pick(SessionInfo session, List<Candidate> candidates);
}
