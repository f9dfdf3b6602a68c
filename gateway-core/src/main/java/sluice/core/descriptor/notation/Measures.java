package sluice.core.descriptor.notation;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sluice.api.ByteSize;

/** The notations of numbers with a unit. */
final class Measures {

  static final Pattern DURATION = Pattern.compile("([0-9]{1,15})(ms|s|m|h|d)");
  static final Pattern SIZE = Pattern.compile("([0-9]{1,19}) ?(B|KB|MB|GB|KiB|MiB|GiB)");
  private static final Map<String, Duration> UNITS =
      Map.of(
          "ms", Duration.ofMillis(1),
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1));
  private static final Map<String, Long> BYTES =
      Map.of(
          "B", 1L,
          "KB", 1000L,
          "MB", 1000_000L,
          "GB", 1000_000_000L,
          "KiB", 1L << 10,
          "MiB", 1L << 20,
          "GiB", 1L << 30);

  private static final String EXPECTED_DURATION =
      "expected a duration such as 500ms, 2s, 15m, 1h or 1d";
  private static final String EXPECTED_SIZE = "expected a size such as 512B, 64KiB, 10MB or 1GiB";

  private Measures() {}

  static Duration duration(Scalar scalar) {
    Matcher matcher = DURATION.matcher(scalar.text());
    if (!matcher.matches()) {
      IllegalArgumentException wrong = Notations.wrong(EXPECTED_DURATION, scalar);
      throw scalar.isWhole()
          ? new IllegalArgumentException(wrong.getMessage() + " without a unit")
          : wrong;
    }
    Duration value;
    try {
      value = UNITS.get(matcher.group(2)).multipliedBy(Long.parseLong(matcher.group(1)));
      value.toNanos();
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          EXPECTED_DURATION + ", but " + scalar.text() + " is longer than 292 years", e);
    }
    return value;
  }

  static ByteSize size(Scalar scalar) {
    Matcher matcher = SIZE.matcher(scalar.text());
    if (!matcher.matches()) {
      IllegalArgumentException wrong = Notations.wrong(EXPECTED_SIZE, scalar);
      throw scalar.isWhole()
          ? new IllegalArgumentException(wrong.getMessage() + " without a unit")
          : wrong;
    }
    try {
      return new ByteSize(
          Math.multiplyExact(Long.parseLong(matcher.group(1)), BYTES.get(matcher.group(2))));
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException(
          EXPECTED_SIZE + ", but " + scalar.text() + " is more than can be counted", e);
    }
  }

  /** A duration in the descriptor's notation, in the greatest unit that is exact. */
  static String text(Duration duration) {
    for (String unit : List.of("d", "h", "m", "s")) {
      Duration one = UNITS.get(unit);
      if (!duration.isZero() && duration.toMillis() % one.toMillis() == 0) {
        return duration.toMillis() / one.toMillis() + unit;
      }
    }
    return duration.isZero() ? "0s" : duration.toMillis() + "ms";
  }
}
