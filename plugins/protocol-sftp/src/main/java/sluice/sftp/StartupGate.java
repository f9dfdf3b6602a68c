package sluice.sftp;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sluice.api.Side;
import sluice.api.protocol.StreamSession;

/**
 * Counts a listener's sessions that have not logged in yet, and refuses new ones as sshd's
 * MaxStartups and PerSourceMaxStartups do.
 *
 * <p>Whether a client has logged in cannot be seen in an encrypted connection. A session counts as
 * logging in until its server has sent more than servers send before, or until it is so old that
 * the server would have ended it otherwise. That is looked at only when a limit is reached, so that
 * it costs a session nothing.
 *
 * <p>Thread-safe: sessions of one listener are on many loops.
 */
final class StartupGate {

  private static final Logger LOG = LoggerFactory.getLogger(StartupGate.class);

  private final SftpOptions.Startups limits;
  private final IntSupplier percent;
  private final LongSupplier nanos;
  private final Set<Starting> all = new HashSet<>();
  private final Map<Object, Set<Starting>> byClient = new HashMap<>();
  private boolean throttling;

  /**
   * @param percent a random number from 0 to 99 at each call
   * @param nanos time, as {@link System#nanoTime}
   */
  StartupGate(SftpOptions.Startups limits, IntSupplier percent, LongSupplier nanos) {
    this.limits = limits;
    this.percent = percent;
    this.nanos = nanos;
  }

  /** One session that may be logging in; equal only to itself. */
  private static final class Starting {
    private final StreamSession session;
    private final Object client;
    private final long since;

    Starting(StreamSession session, Object client, long since) {
      this.session = session;
      this.client = client;
      this.since = since;
    }
  }

  /**
   * Lets a new session in, and counts it until it has logged in or ended.
   *
   * @return why not, for the record; empty if it is let in
   */
  synchronized Optional<String> enter(StreamSession session) {
    if (!limits.limited()) {
      return Optional.empty();
    }
    Object client = network(session.info().clientAddress().getAddress());
    Optional<String> refusal = perClient(client).or(this::inAll);
    if (refusal.isPresent()) {
      if (!throttling) {
        throttling = true;
        LOG.warn("listener {} begins to refuse: {}", session.info().listener(), refusal.get());
      }
      return refusal;
    }
    if (throttling && (limits.full() == 0 || all.size() < limits.start())) {
      throttling = false;
      LOG.info("listener {} takes clients again", session.info().listener());
    }
    Starting starting = new Starting(session, client, nanos.getAsLong());
    all.add(starting);
    byClient.computeIfAbsent(client, any -> new HashSet<>(4)).add(starting);
    session.onEnd(() -> left(starting));
    return Optional.empty();
  }

  private Optional<String> perClient(Object client) {
    Set<Starting> mine = byClient.getOrDefault(client, Set.of());
    if (limits.perClient() == 0 || mine.size() < limits.perClient()) {
      return Optional.empty();
    }
    Set.copyOf(mine).stream().filter(this::loggedIn).forEach(this::forget);
    int count = byClient.getOrDefault(client, Set.of()).size();
    return count < limits.perClient()
        ? Optional.empty()
        : Optional.of(
            count
                + " sessions of this client's network are logging in, and startups.per-client is "
                + limits.perClient());
  }

  private Optional<String> inAll() {
    if (limits.full() == 0 || all.size() < limits.start()) {
      return Optional.empty();
    }
    for (Iterator<Starting> each = Set.copyOf(all).iterator(); each.hasNext(); ) {
      Starting next = each.next();
      if (loggedIn(next)) {
        forget(next);
      }
    }
    int count = all.size();
    if (count < limits.start()) {
      return Optional.empty();
    }
    long refused =
        count >= limits.full()
            ? 100
            : limits.rate()
                + (100L - limits.rate())
                    * (count - limits.start())
                    / (limits.full() - limits.start());
    return percent.getAsInt() >= refused
        ? Optional.empty()
        : Optional.of(
            count
                + " sessions are logging in, and startups are "
                + limits.start()
                + ":"
                + limits.rate()
                + ":"
                + limits.full());
  }

  private boolean loggedIn(Starting starting) {
    return starting.session.bytes(Side.BACKEND) >= limits.loginBytes().bytes()
        || nanos.getAsLong() - starting.since >= limits.loginTime().toNanos();
  }

  private synchronized void left(Starting starting) {
    forget(starting);
  }

  private void forget(Starting starting) {
    if (all.remove(starting)) {
      byClient.computeIfPresent(
          starting.client,
          (client, mine) -> {
            mine.remove(starting);
            return mine.isEmpty() ? null : mine;
          });
    }
  }

  /** Sessions counted now; not all of them must still be logging in. */
  synchronized int counted() {
    return all.size();
  }

  /** Equal for addresses of one network. */
  private Object network(InetAddress address) {
    byte[] bytes = address.getAddress();
    int prefix = bytes.length == 4 ? limits.ipv4Prefix() : limits.ipv6Prefix();
    return Map.entry(
        bytes.length, new BigInteger(1, bytes).shiftRight(bytes.length * Byte.SIZE - prefix));
  }
}
