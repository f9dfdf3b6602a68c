package sluice.core.pool;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;

/**
 * What is known of a member's health; written by the health monitor only.
 *
 * @param state by the check, after rise and fall
 * @param drain whether the backend asks for no new sessions
 * @param weightPercent the weight the backend asks for, in percent of the configured one
 * @param since when the state began
 * @param lastCheck one line: what the last probe found; empty before the first
 * @param lastCheckTime how long the last probe took
 */
public record MemberHealth(
    State state,
    boolean drain,
    int weightPercent,
    Instant since,
    String lastCheck,
    Duration lastCheckTime) {

  /** Whether a backend serves. */
  public enum State {
    /** It does. */
    UP,
    /** It does not. */
    DOWN,
    /** Nothing was found out, or nobody checks; it counts as fit. */
    UNKNOWN;

    /** Lower case, as status and log lines write it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * @throws NullPointerException if a part is missing
   */
  public MemberHealth {
    Objects.requireNonNull(state);
    Objects.requireNonNull(since);
    Objects.requireNonNull(lastCheck);
    Objects.requireNonNull(lastCheckTime);
  }

  /** Nothing is known yet. */
  public static MemberHealth unknown(Instant since) {
    return new MemberHealth(State.UNKNOWN, false, 100, since, "", Duration.ZERO);
  }

  MemberHealth with(State other, Instant since, String lastCheck) {
    return new MemberHealth(other, drain, weightPercent, since, lastCheck, lastCheckTime);
  }

  /** Whether new sessions may go there, as far as health goes. */
  boolean fit() {
    return state != State.DOWN && !drain && weightPercent > 0;
  }
}
