package sluice.ftp.policy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Who has failed to log in, and who is banned for it: in memory, of one listener. Thread-safe.
 *
 * <p>Both tables are bounded. With more addresses than that the oldest are forgotten: an attacker
 * with so many can have a ban lifted early, but cannot make the gateway grow.
 */
public final class LoginGuard {

  private static final int MOST_REMEMBERED = 10_000;
  private static final int IPV6_PREFIX = 64;

  /**
   * What follows from a failed log-in.
   *
   * @param delay for the reply; zero if there is a ban
   * @param ban how long, if this was one too many
   */
  public record Consequence(Duration delay, Optional<Duration> ban) {}

  private record Failures(int count, long since) {}

  private final FailedLogins options;
  private final List<AddressRange> except;
  private final LongSupplier nanoClock;
  private final Map<Object, Failures> failures;
  private final Map<Object, Long> bannedUntil;

  /**
   * @param nanoClock as {@link System#nanoTime}
   */
  public LoginGuard(FailedLogins options, LongSupplier nanoClock) {
    this(options, nanoClock, MOST_REMEMBERED);
  }

  LoginGuard(FailedLogins options, LongSupplier nanoClock, int mostRemembered) {
    this.options = options;
    this.except = options.except().stream().map(AddressRange::parse).toList();
    this.nanoClock = nanoClock;
    this.failures = new Bounded<>(mostRemembered);
    this.bannedUntil = new Bounded<>(mostRemembered);
  }

  /** How much longer an address is banned; empty if it is not. */
  public synchronized Optional<Duration> banned(InetAddress client) {
    Object key = key(client);
    Long until = bannedUntil.get(key);
    if (until == null) {
      return Optional.empty();
    }
    long left = until - nanoClock.getAsLong();
    if (left <= 0) {
      bannedUntil.remove(key);
      return Optional.empty();
    }
    return Optional.of(Duration.ofNanos(left));
  }

  /** A log-in has failed. */
  public synchronized Consequence failed(InetAddress client) {
    if (except.stream().anyMatch(each -> each.contains(client))) {
      return new Consequence(Duration.ZERO, Optional.empty());
    }
    Object key = key(client);
    long now = nanoClock.getAsLong();
    Failures before = failures.remove(key);
    Failures after =
        before == null || now - before.since() > options.within().toNanos()
            ? new Failures(1, now)
            : new Failures(before.count() + 1, before.since());
    if (options.banAfter() > 0 && after.count() >= options.banAfter()) {
      bannedUntil.remove(key);
      bannedUntil.put(key, now + options.banFor().toNanos());
      return new Consequence(Duration.ZERO, Optional.of(options.banFor()));
    }
    failures.put(key, after);
    return new Consequence(delay(after.count()), Optional.empty());
  }

  private Duration delay(int count) {
    Duration delay = options.delay().multipliedBy(1L << Math.min(count - 1, 20));
    return delay.compareTo(options.maxDelay()) > 0 ? options.maxDelay() : delay;
  }

  /** A log-in has succeeded: earlier failures are forgotten, a ban is not. */
  public synchronized void succeeded(InetAddress client) {
    failures.remove(key(client));
  }

  /** How many addresses are remembered. */
  synchronized int remembered() {
    return failures.size() + bannedUntil.size();
  }

  private static Object key(InetAddress client) {
    byte[] bytes = client.getAddress();
    return bytes.length == 4 ? client : AddressRange.head(bytes, IPV6_PREFIX);
  }

  /** Forgets what was put first when there is too much. */
  private static final class Bounded<V> extends LinkedHashMap<Object, V> {

    private static final long serialVersionUID = 1;

    private final int most;

    Bounded(int most) {
      this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Object, V> eldest) {
      return size() > most;
    }
  }
}
