package sluice.api.protocol;

import java.util.Objects;

/**
 * Why no backend took a session.
 *
 * @param reason for counters
 * @param message one line that may be shown to clients: it names no backend and no address
 */
public record Refusal(Reason reason, String message) {

  /** The kinds of refusal. */
  public enum Reason {
    /** No backend of the pool is fit. */
    NO_BACKEND,
    /** Every fit backend has as many sessions as it may. */
    BACKENDS_FULL,
    /** Those that were tried did not answer. */
    NO_ANSWER,
    /** The listener has as many sessions as it may. */
    LISTENER_FULL,
    /** The client's address has as many sessions as one may. */
    CLIENT_FULL,
    /** The gateway is stopping. */
    STOPPING;

    /** Kebab-case, as records and counters write it. */
    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * @throws NullPointerException if a part is missing
   */
  public Refusal {
    Objects.requireNonNull(reason);
    Objects.requireNonNull(message);
  }
}
