package sluice.core.pool;

import java.util.Objects;
import sluice.api.protocol.Refusal;

/** What a pool answers to a session that asks for a backend. */
public sealed interface Selection permits Lease, Selection.None {

  /**
   * No backend can take the session.
   *
   * @param reason one of NO_BACKEND, BACKENDS_FULL and NO_ANSWER
   */
  record None(Refusal.Reason reason) implements Selection {

    /**
     * @throws NullPointerException if there is no reason
     */
    public None {
      Objects.requireNonNull(reason);
    }
  }
}
