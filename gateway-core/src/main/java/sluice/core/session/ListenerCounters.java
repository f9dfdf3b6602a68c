package sluice.core.session;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import sluice.api.protocol.Refusal;

/** What a listener has counted; it outlives a reload. Thread-safe. */
public final class ListenerCounters {

  private final AtomicInteger open = new AtomicInteger();
  private final LongAdder total = new LongAdder();
  private final Map<Refusal.Reason, LongAdder> refused = new EnumMap<>(Refusal.Reason.class);

  /** Reasons of a protocol's own that are told apart; there are a few of them. */
  private static final int MOST_REASONS = 32;

  private final ConcurrentMap<String, LongAdder> byProtocol = new ConcurrentHashMap<>();

  /** Sessions open now by client; a client without any is not in it. */
  private final ConcurrentMap<Object, Integer> clients = new ConcurrentHashMap<>();

  private final LongAdder dataIntruders = new LongAdder();
  private final LongAdder strangersBeforeFront = new LongAdder();
  private final LongAdder badProxyHeaders = new LongAdder();

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

  /**
   * Counts a session of a client in.
   *
   * @return how many that client has open now, this one included
   */
  int opened(Object client) {
    return clients.merge(client, 1, Integer::sum);
  }

  void closed(Object client) {
    clients.computeIfPresent(client, (key, count) -> count == 1 ? null : count - 1);
  }

  /** Clients with sessions that are counted by client. */
  int clients() {
    return clients.size();
  }

  /** Counts something that the protocol has refused. */
  void refusedByProtocol(String reason) {
    if (byProtocol.size() < MOST_REASONS || byProtocol.containsKey(reason)) {
      byProtocol.computeIfAbsent(reason, key -> new LongAdder()).increment();
    }
  }

  void refused(Refusal.Reason reason) {
    refused.get(reason).increment();
  }

  /** Counts a data connection of a stranger. */
  public void dataIntruder() {
    dataIntruders.increment();
  }

  /** Counts a connection of someone who is none of the balancers in front. */
  public void strangerBeforeFront() {
    strangersBeforeFront.increment();
  }

  /** Counts a connection of a balancer that did not begin with a PROXY header. */
  public void badProxyHeader() {
    badProxyHeaders.increment();
  }

  /** Sessions open now. */
  public int open() {
    return open.get();
  }

  /** Sessions since the start. */
  public long total() {
    return total.sum();
  }

  /**
   * Sessions refused since the start, what the protocol has refused for reasons of its own, and
   * connections closed before they were sessions: data connections of strangers ({@code
   * data-peer}), connections of others than the balancers in front ({@code proxy-source}) and of
   * balancers without a PROXY header ({@code proxy-header}).
   */
  public Map<String, Long> refused() {
    Map<String, Long> sums = new TreeMap<>();
    refused.forEach(
        (reason, count) -> {
          if (count.sum() > 0) {
            sums.put(reason.toString(), count.sum());
          }
        });
    byProtocol.forEach((reason, count) -> put(sums, reason, count));
    put(sums, "data-peer", dataIntruders);
    put(sums, "proxy-source", strangersBeforeFront);
    put(sums, "proxy-header", badProxyHeaders);
    return sums;
  }

  private static void put(Map<String, Long> sums, String reason, LongAdder count) {
    if (count.sum() > 0) {
      sums.put(reason, count.sum());
    }
  }
}
