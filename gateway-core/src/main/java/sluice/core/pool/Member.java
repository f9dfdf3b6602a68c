package sluice.core.pool;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import sluice.api.Backend;
import sluice.api.balance.Candidate;
import sluice.core.descriptor.BackendDescriptor;

/**
 * A backend as member of its pool: what was configured, and beside it what is true now.
 * Thread-safe; state is written through the {@link Pool}.
 */
public final class Member implements Candidate {

  private final Pool pool;
  private final PoolBackend backend;
  private final BackendDescriptor configured;
  private final Load load;

  /** The open leases: the in-flight count of this pool. */
  private final AtomicInteger leases = new AtomicInteger();

  private final LongAdder totalLeases = new LongAdder();
  private volatile MemberHealth health;
  private volatile Optional<Objection> objection = Optional.empty();
  private volatile Will will = Will.READY;

  Member(Pool pool, PoolBackend backend, BackendDescriptor configured, Load load, Instant now) {
    this.pool = pool;
    this.backend = backend;
    this.configured = configured;
    this.load = load;
    this.health = MemberHealth.unknown(now);
  }

  /** The pool it is a member of. */
  public Pool pool() {
    return pool;
  }

  @Override
  public Backend backend() {
    return backend;
  }

  /** As the descriptor has it. */
  public BackendDescriptor configured() {
    return configured;
  }

  /** Whether a port is one of its static data ports. */
  public boolean hasDataPort(int port) {
    return configured.dataPorts().filter(ports -> ports.contains(port)).isPresent();
  }

  /** The load of its address, shared with other pools. */
  public Load load() {
    return load;
  }

  /** What is known of its health, and of what it is in comparison to its pool. */
  public MemberHealth health() {
    MemberHealth checked = health;
    return objection.map(each -> each.over(checked)).orElse(checked);
  }

  /** What its own probes have found. */
  public MemberHealth checked() {
    return health;
  }

  /** What speaks against it beside its own probes. */
  public Optional<Objection> objection() {
    return objection;
  }

  /** What the operator wants. */
  public Will will() {
    return will;
  }

  /** The configured weight, scaled by what the backend asks for; 1 to 256 for a candidate. */
  @Override
  public int weight() {
    int percent = health.weightPercent();
    if (percent == 100) {
      return configured.weight();
    }
    // A small share must stay a share: only zero means none.
    long scaled = ((long) configured.weight() * percent + 50) / 100;
    return (int) Math.max(1, Math.min(256, scaled));
  }

  @Override
  public int sessions() {
    return load.sessions();
  }

  @Override
  public int transfers() {
    return load.transfers();
  }

  @Override
  public long bytesInFlight() {
    return load.bytesInFlight();
  }

  @Override
  public long latencyNanos() {
    return load.latencyNanos();
  }

  /** Sessions open now, of this pool alone. */
  public int poolSessions() {
    return leases.get();
  }

  /** Sessions since the start, of this pool alone. */
  public long totalPoolSessions() {
    return totalLeases.sum();
  }

  /** Whether new sessions may go here, leaving limits aside. */
  public boolean fit() {
    return configured.weight() > 0
        && will == Will.READY
        && objection.map(Objection::fit).orElse(true)
        && health.fit();
  }

  void health(MemberHealth found) {
    health = found;
  }

  void objection(Optional<Objection> found) {
    objection = found;
  }

  void will(Will wanted) {
    will = wanted;
  }

  boolean full() {
    int most = configured.maxSessions();
    return most > 0 && leases.get() >= most;
  }

  /** Takes a place, unless all are taken. */
  boolean reserve() {
    int most = configured.maxSessions();
    int taken;
    do {
      taken = leases.get();
      if (most > 0 && taken >= most) {
        return false;
      }
    } while (!leases.compareAndSet(taken, taken + 1));
    totalLeases.increment();
    load.sessionOpened();
    return true;
  }

  void release() {
    leases.decrementAndGet();
    load.sessionClosed();
  }

  /** {@code pool/name}, as commands and log lines write it. */
  @Override
  public String toString() {
    return backend.toString();
  }
}
