package sluice.core.listener;

import java.math.BigInteger;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * The balancers in front of a listener, which tell who the client is in a PROXY header.
 * Thread-safe.
 */
public final class FrontBalancers {

  private static final Logger LOG = LogManager.getLogger(FrontBalancers.class);

  /** What is refused from one address is logged once in this time. */
  static final Duration QUIET = Duration.ofMinutes(10);

  /** As many addresses are logged within that time; all memory that is needed is for them. */
  static final int MOST_LOGGED = 1024;

  private final Predicate<InetAddress> trusted;
  private final Duration timeout;
  private final boolean afterTls;
  private final LongSupplier clock;

  /** When an address was logged, the earliest first; guarded by itself. */
  private final Map<Object, Long> told = new LinkedHashMap<>();

  private boolean full;

  /**
   * @param trusted whether an address is that of a balancer
   * @param timeout for the header
   * @param afterTls whether the header is within the TLS that connections begin with
   */
  public FrontBalancers(Predicate<InetAddress> trusted, Duration timeout, boolean afterTls) {
    this(trusted, timeout, afterTls, System::nanoTime);
  }

  /**
   * @param clock in nanoseconds
   */
  FrontBalancers(
      Predicate<InetAddress> trusted, Duration timeout, boolean afterTls, LongSupplier clock) {
    this.trusted = trusted;
    this.timeout = timeout;
    this.afterTls = afterTls;
    this.clock = clock;
  }

  boolean trusts(InetAddress address) {
    return trusted.test(address);
  }

  Duration timeout() {
    return timeout;
  }

  boolean afterTls() {
    return afterTls;
  }

  /** Logs that a connection was closed, once per source and time. */
  void refused(String listener, InetAddress from, String reason) {
    long now = clock.getAsLong();
    boolean last;
    synchronized (told) {
      forget(now);
      if (full || told.putIfAbsent(source(from), now) != null) {
        return;
      }
      last = told.size() == MOST_LOGGED;
      full = last;
    }
    LOG.warn(
        "listener {} closed a connection from {}: {}; more of these from there are counted, but not"
            + " logged, for {} min{}",
        listener,
        from.getHostAddress(),
        reason,
        QUIET.toMinutes(),
        last
            ? "; nor are those from anywhere else, as " + MOST_LOGGED + " addresses were by now"
            : "");
  }

  private void forget(long now) {
    Iterator<Long> times = told.values().iterator();
    while (times.hasNext() && now - times.next() >= QUIET.toNanos()) {
      times.remove();
      full = false;
    }
  }

  /** An address, or the IPv6 network that one machine has all of. */
  private static Object source(InetAddress from) {
    byte[] bytes = from.getAddress();
    return bytes.length == 4 ? from : new BigInteger(1, bytes).shiftRight(64);
  }

  /** For tests: how many sources are remembered. */
  int remembered() {
    synchronized (told) {
      return told.size();
    }
  }
}
