package sluice.core.pool;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** The live load of one backend address, over all pools that name it. Thread-safe, lock-free. */
public final class Load {

  /** A new measurement counts for 1/2^3 of the moving average. */
  private static final int LATENCY_SHIFT = 3;

  private final AtomicInteger sessions = new AtomicInteger();
  private final AtomicInteger transfers = new AtomicInteger();
  private final AtomicLong bytesInFlight = new AtomicLong();
  private final LongAdder totalBytes = new LongAdder();
  private final AtomicLong latency = new AtomicLong();
  private final LongAdder answers = new LongAdder();
  private final LongAdder failures = new LongAdder();

  Load() {}

  /** A transfer begins. */
  public void transferStarted() {
    transfers.incrementAndGet();
  }

  /**
   * A running transfer has moved further bytes.
   *
   * @param bytes since the last call; zero or more
   */
  public void moved(long bytes) {
    bytesInFlight.addAndGet(bytes);
    totalBytes.add(bytes);
  }

  /**
   * A transfer is over: its bytes are no longer in flight.
   *
   * @param bytesOfThatTransfer the sum of what was given to {@link #moved} for it
   */
  public void transferEnded(long bytesOfThatTransfer) {
    transfers.decrementAndGet();
    bytesInFlight.addAndGet(-bytesOfThatTransfer);
  }

  /**
   * Bytes went by that belong to no transfer; they count in the total only.
   *
   * @param bytes since the last call; zero or more
   */
  public void relayed(long bytes) {
    totalBytes.add(bytes);
  }

  /** Sessions open now. */
  public int sessions() {
    return sessions.get();
  }

  /** Transfers running now. */
  public int transfers() {
    return transfers.get();
  }

  /** Bytes that the transfers running now have moved so far. */
  public long bytesInFlight() {
    return bytesInFlight.get();
  }

  /** Bytes moved by transfers and relays since the start. */
  public long totalBytes() {
    return totalBytes.sum();
  }

  /** The moving average from dial to answer, nanoseconds; 0 as long as nothing was measured. */
  public long latencyNanos() {
    return latency.get();
  }

  /** Sessions that were answered since the start. */
  public long answers() {
    return answers.sum();
  }

  /** Attempts of sessions that were not answered since the start. */
  public long failures() {
    return failures.sum();
  }

  void failed() {
    failures.increment();
  }

  void sessionOpened() {
    sessions.incrementAndGet();
  }

  void sessionClosed() {
    sessions.decrementAndGet();
  }

  void answered(long nanos) {
    answers.increment();
    long measured = Math.max(1, nanos);
    long before;
    long after;
    do {
      before = latency.get();
      after = before == 0 ? measured : before + ((measured - before) >> LATENCY_SHIFT);
    } while (!latency.compareAndSet(before, after));
  }
}
