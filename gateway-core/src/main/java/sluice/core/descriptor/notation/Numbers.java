package sluice.core.descriptor.notation;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The notations of numbers, by the YAML 1.2 core schema. */
final class Numbers {

  private Numbers() {}

  static Notation whole(
      Class<?> type, Class<?> boxed, long min, long max, Function<Long, Object> convert) {
    Limits own = new Limits(min, max);
    return new Notation(
        type,
        "whole number",
        List.of("integer"),
        Optional.empty(),
        List.of(),
        own,
        (scalar, limits) -> boxed.cast(convert.apply(whole(scalar, own.and(limits), own))));
  }

  private static long whole(Scalar scalar, Limits limits, Limits own) {
    String expected = "expected a whole number" + limits.words(own);
    if (!scalar.isWhole()) {
      IllegalArgumentException wrong = Notations.wrong(expected, scalar);
      boolean quoted = scalar.isText() && Scalar.plain(scalar.text()).isWhole();
      throw quoted
          ? new IllegalArgumentException(wrong.getMessage() + "; remove the quotes")
          : wrong;
    }
    BigInteger value;
    if (scalar.text().startsWith("0o")) {
      value = new BigInteger(scalar.text().substring(2), 8);
    } else if (scalar.text().startsWith("0x")) {
      value = new BigInteger(scalar.text().substring(2), 16);
    } else {
      value = new BigInteger(scalar.text());
    }
    if (value.bitLength() > 63
        || value.longValue() < limits.min()
        || value.longValue() > limits.max()) {
      // A value outside the type is told the type's limits, which are otherwise not worth words.
      throw new IllegalArgumentException(
          "expected a whole number" + limits.words(Limits.NONE) + ", but this is " + scalar.text());
    }
    return value.longValue();
  }

  static Notation number(Class<?> type, Function<Double, Object> convert) {
    return new Notation(
        type,
        "number",
        List.of("number"),
        Optional.empty(),
        List.of(),
        Limits.NONE,
        (scalar, limits) -> {
          if (!scalar.isNumber() || !scalar.text().matches("[-+0-9.eE]+")) {
            throw Notations.wrong("expected a number", scalar);
          }
          double value = Double.parseDouble(scalar.text());
          if (Double.isInfinite(value) || value < limits.min() || value > limits.max()) {
            throw Notations.wrong("expected a number" + limits.words(Limits.NONE), scalar);
          }
          return convert.apply(value);
        });
  }
}
