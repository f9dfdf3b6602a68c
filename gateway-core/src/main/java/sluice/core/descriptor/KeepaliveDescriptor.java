package sluice.core.descriptor;

import java.time.Duration;
import sluice.api.Default;
import sluice.api.Doc;
import sluice.api.Range;

/** Probes on silent TCP connections. */
public record KeepaliveDescriptor(
    @Doc(
            "How long a connection is silent before the other end is probed, 1s to 9h; shorter than"
                + " the time after which NATs and firewalls on the way forget it. 0s: no probes.")
        @Default("2m")
        Duration idle,
    @Doc("The time between probes that are not answered, 1s to 9h.") @Default("30s")
        Duration interval,
    @Doc("Unanswered probes after which the connection is taken for dead.")
        @Default("4")
        @Range(min = 1, max = 100)
        int probes) {

  private static final Duration LONGEST = Duration.ofHours(9);

  /**
   * @throws IllegalArgumentException if a time is none that systems can count
   */
  public KeepaliveDescriptor {
    if (!idle.isZero()) {
      seconds("idle", idle, " (or 0s for no probes)");
    }
    seconds("interval", interval, "");
  }

  private static void seconds(String key, Duration value, String other) {
    if (value.toNanosPart() != 0
        || value.compareTo(Duration.ofSeconds(1)) < 0
        || value.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          key + " is whole seconds from 1s to 9h" + other + ", but is " + value.toMillis() + "ms");
    }
  }
}
