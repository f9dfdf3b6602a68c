package sluice.core.health;

import java.time.Duration;
import java.time.Instant;

/** Time as the monitor sees it, so that tests can hold it. Thread-safe. */
public interface Timeline {

  /** Now, by the calendar. */
  Instant instant();

  /** Now, in nanoseconds from an arbitrary origin; never goes back. */
  long nanos();

  /**
   * Runs something later, once. What it runs does not block.
   *
   * @param delay from now; zero or more
   * @param action run on the timeline's thread
   * @return forgets the action, unless it has run already
   */
  Runnable after(Duration delay, Runnable action);
}
