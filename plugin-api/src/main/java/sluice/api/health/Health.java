package sluice.api.health;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/** What a probe found. Immutable; made by the factory methods. */
public final class Health {

  /** Whether new sessions may go to the backend. */
  public enum State {
    /** It serves. */
    UP,
    /** It serves those who are there, and takes no new sessions. */
    DRAIN,
    /** It does not serve. */
    DOWN
  }

  private final State state;
  private final String detail;
  private final boolean warning;
  private final int weight;
  private final Duration latency;

  private Health(State state, String detail, boolean warning, int weight, Duration latency) {
    this.state = state;
    this.detail = Objects.requireNonNull(detail);
    this.warning = warning;
    this.weight = weight;
    this.latency = latency;
  }

  /**
   * The backend serves.
   *
   * @param detail one line for people, for example the greeting that was seen
   */
  public static Health up(String detail) {
    return new Health(State.UP, detail, false, -1, null);
  }

  /**
   * The backend does not serve.
   *
   * @param reason one line for people: what was seen and what was expected
   */
  public static Health down(String reason) {
    return new Health(State.DOWN, reason, false, -1, null);
  }

  /**
   * The backend asks for no new sessions; those that run go on.
   *
   * @param reason one line for people
   */
  public static Health drain(String reason) {
    return new Health(State.DRAIN, reason, false, -1, null);
  }

  /** The same with a warning: it is shown and logged, and changes nothing else. */
  public Health withWarning(String text) {
    return new Health(state, text, true, weight, latency);
  }

  /**
   * The same with the weight that the backend asks for, in percent of the configured one.
   *
   * @param percent 0 to 25600
   */
  public Health withWeight(int percent) {
    if (percent < 0 || percent > 25600) {
      throw new IllegalArgumentException("weight is 0 to 25600 percent, but is " + percent);
    }
    return new Health(state, detail, warning, percent, latency);
  }

  /** The same with the measured time to answer; without it the gateway takes the probe's time. */
  public Health withLatency(Duration measured) {
    return new Health(state, detail, warning, weight, Objects.requireNonNull(measured));
  }

  /** Whether new sessions may go to the backend. */
  public State state() {
    return state;
  }

  /** One line for people: what was seen, the reason, or the warning. */
  public String detail() {
    return detail;
  }

  /** Whether {@link #detail()} is a warning. */
  public boolean warning() {
    return warning;
  }

  /** The weight the backend asks for, in percent of the configured one. */
  public OptionalInt weight() {
    return weight < 0 ? OptionalInt.empty() : OptionalInt.of(weight);
  }

  /** The measured time to answer. */
  public Optional<Duration> latency() {
    return Optional.ofNullable(latency);
  }

  @Override
  public String toString() {
    return state + " (" + detail + ")";
  }
}
