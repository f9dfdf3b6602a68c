package sluice.core.pool;

import java.time.Instant;
import java.util.Objects;

/**
 * What speaks against a member beside its own probes: what it is in comparison to the others of its
 * pool.
 *
 * @param kind how heavy it is
 * @param reason one line
 * @param since when it was found
 */
public record Objection(Kind kind, String reason, Instant since) {

  /** What follows from it. */
  public enum Kind {
    /** It is not compared yet: no sessions until then. */
    PENDING,
    /** It is shown, and changes nothing else. */
    WARNING,
    /** No sessions. */
    DOWN
  }

  /**
   * @throws NullPointerException if a part is missing
   */
  public Objection {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(reason);
    Objects.requireNonNull(since);
  }

  /** Whether the member may take sessions all the same. */
  boolean fit() {
    return kind == Kind.WARNING;
  }

  /** What is true of the member's health with it. */
  MemberHealth over(MemberHealth checked) {
    if (checked.state() != MemberHealth.State.UP || kind == Kind.PENDING) {
      return checked;
    }
    return kind == Kind.WARNING
        ? checked.with(
            checked.state(), checked.since(), checked.lastCheck() + "; warning: " + reason)
        : checked.with(MemberHealth.State.DOWN, since, reason);
  }
}
