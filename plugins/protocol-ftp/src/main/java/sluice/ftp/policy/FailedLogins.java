package sluice.ftp.policy;

import java.time.Duration;
import java.util.List;
import sluice.api.Default;
import sluice.api.Doc;
import sluice.api.Range;

/** What becomes of clients whose log-ins fail. An IPv6 address stands for its /64 network. */
public record FailedLogins(
    @Doc("After so many failed log-ins of one address it is banned; 0 never bans.")
        @Default("10")
        @Range(min = 0, max = 100_000)
        int banAfter,
    @Doc("The time in which they count together, from the first on.") @Default("10m")
        Duration within,
    @Doc("How long a ban lasts.") @Default("15m") Duration banFor,
    @Doc(
            "How long the reply to a failed log-in is held back; twice as long for each further"
                + " one. 0s: not at all.")
        @Default("1s")
        Duration delay,
    @Doc("The longest time that a reply is held back.") @Default("30s") Duration maxDelay,
    @Doc(
            "Addresses and networks that this is not for, such as those of NATs with many users:"
                + " 10.0.0.0/8, 2001:db8::/32.")
        List<String> except) {

  /**
   * @throws IllegalArgumentException if it cannot work
   */
  public FailedLogins {
    except = List.copyOf(except);
    except.forEach(AddressRange::parse);
    if (banAfter > 0) {
      positive("within", within);
      positive("ban-for", banFor);
    }
    if (banAfter == 0 && delay.isZero()) {
      throw new IllegalArgumentException(
          "ban-after is 0 and delay is 0s, so that nothing would happen; remove failed-logins, or"
              + " give one of them");
    }
    if (maxDelay.compareTo(delay) < 0) {
      throw new IllegalArgumentException(
          "max-delay is not shorter than delay ("
              + delay.toMillis()
              + "ms), but is "
              + maxDelay.toMillis()
              + "ms");
    }
  }

  private static void positive(String name, Duration value) {
    if (value.isZero()) {
      throw new IllegalArgumentException(name + " is more than 0s");
    }
  }
}
