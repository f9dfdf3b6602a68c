package sluice.core.pool;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import sluice.api.Backend;
import sluice.api.SessionInfo;
import sluice.api.balance.Balancer;
import sluice.api.balance.Candidate;
import sluice.api.protocol.Refusal;
import sluice.core.descriptor.PoolDescriptor;
import sluice.core.descriptor.ProxyPosition;
import sluice.core.descriptor.SendProxyDescriptor;

/**
 * Backends that can serve the same clients. Leasing is thread-safe and takes no lock; what is fit
 * is republished as an immutable list when something changes, and only then.
 */
public final class Pool implements AutoCloseable {

  private static final Logger LOG = LogManager.getLogger(Pool.class);
  private static final long COMPLAIN_EVERY = TimeUnit.SECONDS.toNanos(10);

  private final String name;
  private final PoolDescriptor descriptor;
  private final Balancer balancer;
  private final String plugin;
  private final List<Member> members;
  private final Sources sources;

  /** When the next complaint about the strategy may be logged, and how many were held back. */
  private final AtomicLong complainAt;

  private final AtomicLong complaintsHeld = new AtomicLong();

  private volatile Candidates candidates;

  /**
   * @param name the pool's key in the descriptor
   * @param descriptor as configured
   * @param balancer this pool's own; closed with the pool if it is {@link AutoCloseable}
   * @param plugin the plugin that the balancer comes from, for log lines
   * @param loads the gateway's table of loads
   */
  public Pool(
      String name, PoolDescriptor descriptor, Balancer balancer, String plugin, LoadTable loads) {
    this(name, descriptor, balancer, plugin, loads, InstantSource.system());
  }

  /** The same with a clock, for tests. */
  public Pool(
      String name,
      PoolDescriptor descriptor,
      Balancer balancer,
      String plugin,
      LoadTable loads,
      InstantSource clock) {
    this.name = Objects.requireNonNull(name);
    this.descriptor = Objects.requireNonNull(descriptor);
    this.balancer = Objects.requireNonNull(balancer);
    this.plugin = Objects.requireNonNull(plugin);
    this.complainAt = new AtomicLong(System.nanoTime());
    Instant now = clock.instant();
    List<Member> all = new ArrayList<>();
    descriptor
        .backends()
        .forEach(
            (key, configured) ->
                all.add(
                    new Member(
                        this,
                        new PoolBackend(name, key, configured.address(), checkSource(descriptor)),
                        configured,
                        loads.of(configured.address()),
                        now)));
    this.members = List.copyOf(all);
    this.sources = new Sources(descriptor.source());
    this.candidates = Candidates.of(members);
  }

  /** The pool's key in the descriptor. */
  public String name() {
    return name;
  }

  /** As configured. */
  public PoolDescriptor descriptor() {
    return descriptor;
  }

  /** How long one attempt to connect may take. */
  public Duration connectTimeout() {
    return descriptor.connectTimeout();
  }

  /** How long a backend that accepted may take until its first answer. */
  public Duration answerTimeout() {
    return descriptor.answerTimeout();
  }

  /** How many further backends are tried when one does not answer. */
  public int retries() {
    return descriptor.retries();
  }

  /** The address that checks of a pool's backends leave from, unless they have their own. */
  public static Optional<InetAddress> checkSource(PoolDescriptor descriptor) {
    return Sources.forChecks(descriptor.source());
  }

  /**
   * The address that a connection to a backend is to leave from.
   *
   * @param session its client
   * @param remote the backend's address
   * @return empty if the system is to choose
   * @throws IOException if there is none of the backend's family
   */
  public Optional<Source> source(SessionInfo session, InetAddress remote) throws IOException {
    return sources.next(session, remote);
  }

  /** The version of the PROXY protocol that connections to the backends begin with. */
  public OptionalInt proxyVersion() {
    return descriptor.proxyProtocol().isEmpty()
        ? OptionalInt.empty()
        : OptionalInt.of(descriptor.proxyProtocol().get().send().ordinal() + 1);
  }

  /** Whether a connection that begins with TLS has it within. */
  public boolean proxyWithinTls() {
    return descriptor
        .proxyProtocol()
        .filter(proxy -> proxy.position() == ProxyPosition.AFTER_TLS)
        .isPresent();
  }

  /** The same for the data connections that the gateway opens. */
  public OptionalInt proxyVersionOfData() {
    return descriptor.proxyProtocol().filter(SendProxyDescriptor::data).isPresent()
        ? proxyVersion()
        : OptionalInt.empty();
  }

  /** All members in the descriptor's order, fit or not. */
  public List<Member> members() {
    return members;
  }

  /** The member of a name. */
  public Optional<Member> member(String backend) {
    return members.stream().filter(member -> member.backend().name().equals(backend)).findFirst();
  }

  /**
   * Chooses a backend and holds a place on it.
   *
   * @param session who asks
   * @param tried backends of this pool that have not answered this session
   * @return a lease, which the caller closes, or why there is none
   */
  public Selection lease(SessionInfo session, Set<Backend> tried) {
    while (true) {
      Candidates now = candidates;
      List<Candidate> offered = now.offer(tried);
      if (offered.isEmpty()) {
        return new Selection.None(why(now, tried));
      }
      Member member = choose(session, offered);
      if (member.reserve()) {
        return new Lease(member);
      }
      // Another session took the last place; the next round does not offer it.
    }
  }

  private static Refusal.Reason why(Candidates now, Set<Backend> tried) {
    if (now.anyUntried(tried)) {
      return Refusal.Reason.BACKENDS_FULL;
    }
    return tried.isEmpty() ? Refusal.Reason.NO_BACKEND : Refusal.Reason.NO_ANSWER;
  }

  private Member choose(SessionInfo session, List<Candidate> offered) {
    try {
      Candidate picked = balancer.pick(session, offered);
      for (int i = 0; i < offered.size(); i++) {
        if (offered.get(i) == picked) {
          return (Member) picked;
        }
      }
      complain("picked " + (picked == null ? "nothing" : "what was not offered"), null);
    } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
      complain("failed", e);
    }
    return leastLoaded(offered);
  }

  private static Member leastLoaded(List<Candidate> offered) {
    Candidate least = offered.get(0);
    for (Candidate candidate : offered) {
      if ((long) candidate.sessions() * least.weight()
          < (long) least.sessions() * candidate.weight()) {
        least = candidate;
      }
    }
    return (Member) least;
  }

  private void complain(String what, Throwable cause) {
    long now = System.nanoTime();
    long at = complainAt.get();
    if (now - at < 0 || !complainAt.compareAndSet(at, now + COMPLAIN_EVERY)) {
      complaintsHeld.incrementAndGet();
      return;
    }
    long held = complaintsHeld.getAndSet(0);
    LOG.warn(
        "strategy {} of pool {} (plugin {}) {}; the pool chose the least loaded backend itself{}",
        descriptor.balance().strategy(),
        name,
        plugin,
        what,
        held == 0 ? "" : " (and " + held + " times before this)",
        cause);
  }

  /**
   * Takes note of a member's health; for the health monitor only. The candidates are republished if
   * that changes who may take sessions, or a weight.
   *
   * @param member of this pool
   * @param found what is true now
   */
  public synchronized void report(Member member, MemberHealth found) {
    boolean fit = member.fit();
    int weight = member.weight();
    member.health(found);
    if (fit != member.fit() || weight != member.weight()) {
      candidates = Candidates.of(members);
    }
  }

  /**
   * Takes note of what the operator wants of a member.
   *
   * @param member of this pool
   * @param wanted from now on
   */
  public synchronized void will(Member member, Will wanted) {
    boolean fit = member.fit();
    member.will(wanted);
    if (fit != member.fit()) {
      candidates = Candidates.of(members);
    }
  }

  /** Closes the strategy, if it is {@link AutoCloseable}. Leases stay valid. */
  @Override
  public void close() {
    if (balancer instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        LOG.warn(
            "strategy {} of pool {} (plugin {}) failed to close",
            descriptor.balance().strategy(),
            name,
            plugin,
            e);
      }
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
