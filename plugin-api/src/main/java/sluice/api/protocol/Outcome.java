package sluice.api.protocol;

import java.util.Objects;
import sluice.api.Side;

/**
 * How a session or a transfer ended, for its record. Immutable; made by the factory methods.
 *
 * <p>The cause is one line for operators: what was seen, and on which side.
 */
public final class Outcome {

  /** The result in one word. */
  public enum Result {
    /** As it should. */
    OK,
    /** Nobody took the session. */
    REFUSED,
    /** One side went away in the middle. */
    ABORTED,
    /** Something did not work. */
    FAILED,
    /** Nothing happened for too long. */
    TIMED_OUT;

    /** Kebab-case, as records write it. */
    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  private static final Outcome OK = new Outcome(Result.OK, null, "");

  private final Result result;
  private final Side side;
  private final String cause;

  private Outcome(Result result, Side side, String cause) {
    this.result = result;
    this.side = side;
    this.cause = Objects.requireNonNull(cause);
  }

  /** It ended as it should. */
  public static Outcome ok() {
    return OK;
  }

  /** Nobody took the session. */
  public static Outcome refused(Refusal refusal) {
    return new Outcome(Result.REFUSED, null, refusal.reason() + ": " + refusal.message());
  }

  /** The protocol or a rule refused the client. */
  public static Outcome refused(String cause) {
    return new Outcome(Result.REFUSED, null, cause);
  }

  /** One side went away in the middle. */
  public static Outcome aborted(Side by, String cause) {
    return new Outcome(Result.ABORTED, by, cause);
  }

  /** Something did not work on one side. */
  public static Outcome failed(Side on, String cause) {
    return new Outcome(Result.FAILED, on, cause);
  }

  /** One side did nothing for too long. */
  public static Outcome timedOut(Side on, String cause) {
    return new Outcome(Result.TIMED_OUT, on, cause);
  }

  /** The result in one word. */
  public Result result() {
    return result;
  }

  /** The side that the cause lies on, or null if there is none. */
  public Side side() {
    return side;
  }

  /** One line for operators; empty if there is nothing to say. */
  public String cause() {
    return cause;
  }

  @Override
  public String toString() {
    return result
        + (side == null ? "" : " by " + side)
        + (cause.isEmpty() ? "" : " (" + cause + ")");
  }
}
