package sluice.testkit;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import sluice.api.Backend;
import sluice.api.balance.Candidate;

/** A candidate for tests of strategies; its load is what the test says. Thread-safe. */
public final class TestCandidate implements Candidate {

  private final Backend backend;
  private volatile int weight = 1;
  private volatile int sessions;
  private volatile int transfers;
  private volatile long bytesInFlight;
  private volatile long latencyNanos;

  private TestCandidate(Backend backend) {
    this.backend = backend;
  }

  /** Backend {@code test/NAME} with weight 1 and no load. */
  public static TestCandidate named(String name) {
    return of(TestBackend.at(new InetSocketAddress("127.0.0.1", 9)).named("test", name));
  }

  /** A backend with weight 1 and no load. */
  public static TestCandidate of(Backend backend) {
    return new TestCandidate(backend);
  }

  /** An unmodifiable list of candidates {@code b0}, {@code b1} and so on with these weights. */
  public static List<Candidate> list(int... weights) {
    List<Candidate> list = new ArrayList<>();
    for (int weight : weights) {
      list.add(named("b" + list.size()).weight(weight));
    }
    return List.copyOf(list);
  }

  /** Sets {@link #weight()}; returns itself. */
  public TestCandidate weight(int newWeight) {
    weight = newWeight;
    return this;
  }

  /** Sets {@link #sessions()}; returns itself. */
  public TestCandidate sessions(int newSessions) {
    sessions = newSessions;
    return this;
  }

  /** Sets {@link #transfers()}; returns itself. */
  public TestCandidate transfers(int newTransfers) {
    transfers = newTransfers;
    return this;
  }

  /** Sets {@link #bytesInFlight()}; returns itself. */
  public TestCandidate bytesInFlight(long newBytes) {
    bytesInFlight = newBytes;
    return this;
  }

  /** Sets {@link #latencyNanos()}; returns itself. */
  public TestCandidate latencyNanos(long newLatency) {
    latencyNanos = newLatency;
    return this;
  }

  @Override
  public Backend backend() {
    return backend;
  }

  @Override
  public int weight() {
    return weight;
  }

  @Override
  public int sessions() {
    return sessions;
  }

  @Override
  public int transfers() {
    return transfers;
  }

  @Override
  public long bytesInFlight() {
    return bytesInFlight;
  }

  @Override
  public long latencyNanos() {
    return latencyNanos;
  }

  /** The backend's name. */
  @Override
  public String toString() {
    return backend.name();
  }
}
