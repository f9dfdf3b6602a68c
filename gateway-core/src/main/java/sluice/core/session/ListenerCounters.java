package sluice.core.session;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import sluice.api.protocol.Refusal;

/** What a listener has counted; it outlives a reload. Thread-safe. */
public final class ListenerCounters {

  private final AtomicInteger open = new AtomicInteger();
  private final LongAdder total = new LongAdder();
  private final Map<Refusal.Reason, LongAdder> refused = new EnumMap<>(Refusal.Reason.class);
  private final LongAdder dataIntruders = new LongAdder();

  /** All zero. */
  public ListenerCounters() {
    for (Refusal.Reason reason : Refusal.Reason.values()) {
      refused.put(reason, new LongAdder());
    }
  }

  /**
   * Counts a session in.
   *
   * @return how many are open now, this one included
   */
  int opened() {
    total.increment();
    return open.incrementAndGet();
  }

  void closed() {
    open.decrementAndGet();
  }

  void refused(Refusal.Reason reason) {
    refused.get(reason).increment();
  }

  /** Counts a data connection of a stranger. */
  public void dataIntruder() {
    dataIntruders.increment();
  }

  /** Sessions open now. */
  public int open() {
    return open.get();
  }

  /** Sessions since the start. */
  public long total() {
    return total.sum();
  }

  /** Sessions, and data connections of strangers ({@code data-peer}), refused since the start. */
  public Map<String, Long> refused() {
    Map<String, Long> sums = new TreeMap<>();
    refused.forEach(
        (reason, count) -> {
          if (count.sum() > 0) {
            sums.put(reason.toString(), count.sum());
          }
        });
    if (dataIntruders.sum() > 0) {
      sums.put("data-peer", dataIntruders.sum());
    }
    return sums;
  }
}
