package sluice.ftp.session;

import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How fast a session's commands are taken: so many a second in the long run, and twice as many, but
 * no less than twenty, at once. What comes faster waits, and then the client is not read.
 */
final class Pace {

  private static final int LEAST_AT_ONCE = 20;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Ticker clock;
  private final long nanosEach;
  private final long atOnceNanos;

  /** When all that was taken is paid for; a time on the clock. */
  private long paidAt;

  /**
   * @param perSecond 0 for as fast as they come
   */
  Pace(int perSecond, Ticker clock) {
    this.clock = clock;
    this.nanosEach = perSecond == 0 ? 0 : SECOND / perSecond;
    this.atOnceNanos = nanosEach * Math.max(LEAST_AT_ONCE, 2L * perSecond);
    this.paidAt = clock.nanoTime();
  }

  /**
   * Takes a command, if it is time for one.
   *
   * @return how long to wait for it; zero if it was taken
   */
  Duration take() {
    if (nanosEach == 0) {
      return Duration.ZERO;
    }
    long now = clock.nanoTime();
    if (paidAt - now < 0) {
      paidAt = now;
    }
    long early = paidAt + nanosEach - now - atOnceNanos;
    if (early > 0) {
      return Duration.ofNanos(early);
    }
    paidAt += nanosEach;
    return Duration.ZERO;
  }
}
