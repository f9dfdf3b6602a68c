package sluice.api.health;

import java.time.Duration;
import java.util.List;
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
  private final List<Identity> identities;
  private final boolean atOnce;

  private Health(
      State state,
      String detail,
      boolean warning,
      int weight,
      Duration latency,
      List<Identity> identities,
      boolean atOnce) {
    this.state = state;
    this.detail = Objects.requireNonNull(detail);
    this.warning = warning;
    this.weight = weight;
    this.latency = latency;
    this.identities = identities;
    this.atOnce = atOnce;
  }

  private static Health of(State state, String detail) {
    return new Health(state, detail, false, -1, null, List.of(), false);
  }

  /**
   * The backend serves.
   *
   * @param detail one line for people, for example the greeting that was seen
   */
  public static Health up(String detail) {
    return of(State.UP, detail);
  }

  /**
   * The backend does not serve.
   *
   * @param reason one line for people: what was seen and what was expected
   */
  public static Health down(String reason) {
    return of(State.DOWN, reason);
  }

  /**
   * The backend asks for no new sessions; those that run go on.
   *
   * @param reason one line for people
   */
  public static Health drain(String reason) {
    return of(State.DRAIN, reason);
  }

  /** The same with a warning: it is shown and logged, and changes nothing else. */
  public Health withWarning(String text) {
    return new Health(state, text, true, weight, latency, identities, atOnce);
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
    return new Health(state, detail, warning, percent, latency, identities, atOnce);
  }

  /** The same with the measured time to answer; without it the gateway takes the probe's time. */
  public Health withLatency(Duration measured) {
    return new Health(
        state, detail, warning, weight, Objects.requireNonNull(measured), identities, atOnce);
  }

  /**
   * The same with what the backend proved to be. The gateway compares that over the backends of a
   * pool: one that differs from most takes no sessions.
   *
   * @param seen of which the backend must be like its pool; those that the check has verified by
   *     itself are left out
   */
  public Health withIdentities(List<Identity> seen) {
    return new Health(state, detail, warning, weight, latency, List.copyOf(seen), atOnce);
  }

  /** The same, counting at once, however many bad probes it usually takes: it is beyond doubt. */
  public Health withoutDelay() {
    return new Health(state, detail, warning, weight, latency, identities, true);
  }

  /** What the backend proved to be, as far as it is to be compared. */
  public List<Identity> identities() {
    return identities;
  }

  /** Whether it counts at once. */
  public boolean atOnce() {
    return atOnce;
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
