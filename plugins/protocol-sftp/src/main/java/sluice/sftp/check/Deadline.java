package sluice.sftp.check;

import java.time.Duration;

/**
 * When a probe's time is over.
 *
 * @param nanos of {@link System#nanoTime}
 */
record Deadline(long nanos) {

  static Deadline in(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos());
  }

  /** What is left in milliseconds, at least 1, as zero means for ever to most. */
  int leftMillis() {
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, (nanos - System.nanoTime()) / 1_000_000));
  }

  Duration left() {
    return Duration.ofMillis(leftMillis());
  }

  boolean over() {
    return nanos - System.nanoTime() <= 0;
  }
}
