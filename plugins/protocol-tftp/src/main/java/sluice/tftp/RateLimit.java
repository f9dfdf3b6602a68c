package sluice.tftp;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Lets a burst pass, and then one for each interval. Used on one thread. */
final class RateLimit {

  private final long interval;
  private final long slack;
  private final LongSupplier nanoClock;
  private long due;

  RateLimit(int burst, Duration interval, LongSupplier nanoClock) {
    this.interval = interval.toNanos();
    this.slack = (burst - 1) * this.interval;
    this.nanoClock = nanoClock;
    this.due = nanoClock.getAsLong();
  }

  /** Whether one more may pass now; if so, it counts. */
  boolean allow() {
    long now = nanoClock.getAsLong();
    if (due - now < 0) {
      due = now;
    }
    if (due - now > slack) {
      return false;
    }
    due += interval;
    return true;
  }
}
