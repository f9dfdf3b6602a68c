package sluice.core.listener;

import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
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
  private static final Duration QUIET = Duration.ofMinutes(10);

  /** As many addresses are remembered; with more, one may be logged again sooner. */
  private static final int MOST_REMEMBERED = 1024;

  private final Predicate<InetAddress> trusted;
  private final Duration timeout;
  private final Map<InetAddress, Long> told =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetAddress, Long> eldest) {
          return size() > MOST_REMEMBERED;
        }
      };

  /**
   * @param trusted whether an address is that of a balancer
   * @param timeout for the header
   */
  public FrontBalancers(Predicate<InetAddress> trusted, Duration timeout) {
    this.trusted = trusted;
    this.timeout = timeout;
  }

  boolean trusts(InetAddress address) {
    return trusted.test(address);
  }

  Duration timeout() {
    return timeout;
  }

  /** Logs that a connection was closed, once per address and time. */
  void refused(String listener, InetAddress from, String reason) {
    long now = System.nanoTime();
    synchronized (told) {
      Long last = told.get(from);
      if (last != null && now - last < QUIET.toNanos()) {
        return;
      }
      told.remove(from);
      told.put(from, now);
    }
    LOG.warn(
        "listener {} closed a connection from {}: {}; more of these from there are counted, but not"
            + " logged, for {} min",
        listener,
        from.getHostAddress(),
        reason,
        QUIET.toMinutes());
  }
}
