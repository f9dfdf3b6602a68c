package sluice.core.pool;

import java.util.Locale;

/** What the operator wants of a backend, whatever its health. */
public enum Will {
  /** It takes sessions. */
  READY,
  /** It keeps the sessions it has and takes no new ones. */
  DRAIN,
  /** It takes no sessions. */
  MAINTENANCE;

  /** Lower case, as status and log lines write it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
