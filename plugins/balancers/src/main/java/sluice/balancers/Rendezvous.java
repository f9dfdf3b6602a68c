package sluice.balancers;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import sluice.api.SessionInfo;
import sluice.api.balance.Balancer;
import sluice.api.balance.Candidate;

/**
 * Weighted rendezvous hashing: every backend draws a number from the client and its own name, and
 * the best number by weight wins. Who is not there draws nothing and changes nobody else's draw.
 */
final class Rendezvous implements Balancer {

  private static final String ADDRESS = "client-address";

  /** The names' hashes of one list. */
  private record Seeds(List<Candidate> list, long[] of) {}

  private final String by;
  private volatile Seeds seeds = new Seeds(List.of(), new long[0]);

  Rendezvous(String by) {
    this.by = by;
  }

  @Override
  public Candidate pick(SessionInfo session, List<Candidate> candidates) {
    long key = key(session);
    long[] of = seeds(candidates);
    Candidate best = candidates.get(0);
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < of.length; i++) {
      Candidate candidate = candidates.get(i);
      // Uniform in (0, 1]: 53 bits of the hash.
      double draw = ((mix(key ^ of[i]) >>> 11) + 1) * 0x1.0p-53;
      int weight = candidate.weight();
      // -ln(x) is at least 1-x, so most candidates are out without a logarithm.
      if (1 - draw < least * weight) {
        double cost = -Math.log(draw) / weight;
        if (cost < least) {
          least = cost;
          best = candidate;
        }
      }
    }
    return best;
  }

  private long key(SessionInfo session) {
    if (!by.equals(ADDRESS)) {
      Optional<String> fact = session.get(by);
      if (fact.isPresent()) {
        return hash(fact.get());
      }
    }
    InetSocketAddress client = session.clientAddress();
    // The hash of an IPv4 address is the address; nothing needs to be copied out.
    return mix(client.getAddress().hashCode());
  }

  private long[] seeds(List<Candidate> candidates) {
    Seeds now = seeds;
    if (now.list() == candidates) {
      return now.of();
    }
    long[] of = new long[candidates.size()];
    for (int i = 0; i < of.length; i++) {
      of[i] = hash(candidates.get(i).backend().name());
    }
    seeds = new Seeds(candidates, of);
    return of;
  }

  private static long hash(String text) {
    long hash = 0;
    for (int i = 0; i < text.length(); i++) {
      hash = mix(hash + text.charAt(i) + 1);
    }
    return hash;
  }

  /** Spreads every bit over all of them (the finisher of a 64-bit multiplicative hash). */
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
