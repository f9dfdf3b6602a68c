package sluice.core.pool;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import sluice.api.Backend;
import sluice.api.balance.Candidate;

/**
 * The fit members of a pool at one moment, limits aside, in two tiers. Immutable.
 *
 * @param primaries in the descriptor's order
 * @param backups in the descriptor's order
 * @param limited whether any of them has a limit of sessions
 */
record Candidates(List<Candidate> primaries, List<Candidate> backups, boolean limited) {

  static Candidates of(List<Member> members) {
    List<Candidate> primaries = new ArrayList<>();
    List<Candidate> backups = new ArrayList<>();
    boolean limited = false;
    for (Member member : members) {
      if (member.fit()) {
        (member.configured().backup() ? backups : primaries).add(member);
        limited |= member.configured().maxSessions() > 0;
      }
    }
    return new Candidates(
        Collections.unmodifiableList(primaries), Collections.unmodifiableList(backups), limited);
  }

  /** Those that may take a session: the whole tier, the same list each time, where it can be. */
  List<Candidate> offer(Set<Backend> tried) {
    List<Candidate> offered = untouched(primaries, tried);
    return offered.isEmpty() ? untouched(backups, tried) : offered;
  }

  /** Whether there is one that was not tried: if it is not offered, its limit is why. */
  boolean anyUntried(Set<Backend> tried) {
    return anyUntried(primaries, tried) || anyUntried(backups, tried);
  }

  private static boolean anyUntried(List<Candidate> tier, Set<Backend> tried) {
    for (Candidate candidate : tier) {
      if (!tried.contains(candidate.backend())) {
        return true;
      }
    }
    return false;
  }

  private List<Candidate> untouched(List<Candidate> tier, Set<Backend> tried) {
    if (tried.isEmpty() && !limited) {
      return tier;
    }
    List<Candidate> rest = null;
    for (int i = 0; i < tier.size(); i++) {
      Candidate candidate = tier.get(i);
      boolean free = !((Member) candidate).full() && !tried.contains(candidate.backend());
      if (!free && rest == null) {
        rest = new ArrayList<>(tier.subList(0, i));
      } else if (free && rest != null) {
        rest.add(candidate);
      }
    }
    return rest == null ? tier : Collections.unmodifiableList(rest);
  }
}
