package sluice.core.descriptor.notation;

import java.net.InetAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import sluice.api.ByteSize;
import sluice.api.KeyRef;
import sluice.api.PoolRef;
import sluice.api.PortRanges;
import sluice.api.Secret;
import sluice.core.descriptor.HostPort;
import sluice.core.descriptor.SourceAddresses;
import sluice.core.descriptor.Subnet;

/** The notations of all scalar types. */
public final class Notations {

  private static final List<Notation> ALL =
      List.of(
          Notation.text(String.class, "text", null, (scalar, limits) -> text(scalar)),
          Numbers.whole(byte.class, Byte.class, Byte.MIN_VALUE, Byte.MAX_VALUE, Long::byteValue),
          Numbers.whole(
              short.class, Short.class, Short.MIN_VALUE, Short.MAX_VALUE, Long::shortValue),
          Numbers.whole(
              int.class, Integer.class, Integer.MIN_VALUE, Integer.MAX_VALUE, Long::intValue),
          Numbers.whole(long.class, Long.class, Long.MIN_VALUE, Long.MAX_VALUE, value -> value),
          Numbers.number(float.class, Double::floatValue),
          Numbers.number(double.class, value -> value),
          new Notation(
              boolean.class,
              "true or false",
              List.of("boolean"),
              Optional.empty(),
              List.of(),
              Limits.NONE,
              (scalar, limits) -> bool(scalar)),
          Notation.text(char.class, "character", "^.$", (scalar, limits) -> character(scalar)),
          Notation.text(
              Duration.class,
              "duration",
              "^" + Measures.DURATION + "$",
              (scalar, limits) -> Measures.duration(scalar)),
          Notation.text(
              ByteSize.class,
              "size",
              "^" + Measures.SIZE + "$",
              (scalar, limits) -> Measures.size(scalar)),
          Notation.text(Path.class, "path", "^[^\\x00]+$", (scalar, limits) -> path(scalar)),
          Notation.text(
              InetAddress.class,
              "address",
              "^(localhost|[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%.+)?)$",
              (scalar, limits) -> address(scalar)),
          new Notation(
              PortRanges.class,
              "ports",
              List.of("integer", "string"),
              Optional.of("^ *[0-9]{1,5} *(- *[0-9]{1,5} *)?(, *[0-9]{1,5} *(- *[0-9]{1,5} *)?)*$"),
              List.of(),
              new Limits(0, 65535),
              (scalar, limits) -> ports(scalar)),
          Notation.text(
              HostPort.class,
              "host and port",
              "^(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9_.-]+)(:[0-9]{1,5})?$",
              (scalar, limits) -> hostPort(scalar)),
          Notation.text(
              Subnet.class,
              "network",
              "^(localhost|[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)(/[0-9]{1,3})?$",
              (scalar, limits) -> Subnet.parse(textOr(scalar, Subnet.EXPECTED))),
          Notation.text(
              SourceAddresses.class,
              "source addresses",
              "^ *(client|localhost|[0-9A-Fa-f:.]+(/[0-9]{1,3})?( *, *[0-9A-Fa-f:.]+)*) *$",
              (scalar, limits) -> SourceAddresses.parse(textOr(scalar, SourceAddresses.EXPECTED))),
          // The binder reads the file or the variable; here is only what it has found.
          Notation.text(
              Secret.class, "secret", "^.+$", (scalar, limits) -> Secret.of(scalar.text())),
          Notation.text(
              PoolRef.class, "pool name", "^.+$", (scalar, limits) -> new PoolRef(text(scalar))),
          Notation.text(
              KeyRef.class,
              "fact of a session",
              "^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
              (scalar, limits) -> new KeyRef(text(scalar))));

  private Notations() {}

  /** The notation of a type; empty if it is not a scalar type. */
  public static Optional<Notation> of(Class<?> type) {
    if (type.isEnum()) {
      return Optional.of(choice(type));
    }
    Class<?> plain = primitive(type);
    return ALL.stream().filter(notation -> notation.type() == plain).findFirst();
  }

  /** Whether a type is written as one scalar. */
  public static boolean scalar(Class<?> type) {
    return of(type).isPresent();
  }

  private static Class<?> primitive(Class<?> type) {
    return java.lang.invoke.MethodType.methodType(type).unwrap().returnType();
  }

  /** A duration in the descriptor's notation, in the greatest unit that is exact. */
  public static String text(Duration duration) {
    return Measures.text(duration);
  }

  /** An enum constant in the descriptor's notation. */
  public static String text(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static IllegalArgumentException wrong(String expected, Scalar seen) {
    return new IllegalArgumentException(expected + ", but this is " + seen.seen());
  }

  private static String text(Scalar scalar) {
    if (scalar.isText() || scalar.substituted()) {
      return scalar.text();
    }
    IllegalArgumentException wrong = wrong("expected text", scalar);
    throw scalar.isNull()
        ? wrong
        : new IllegalArgumentException(wrong.getMessage() + "; put it in quotes");
  }

  private static String textOr(Scalar scalar, String expected) {
    if (!scalar.isText() && !scalar.substituted()) {
      throw wrong("expected " + expected, scalar);
    }
    return scalar.text();
  }

  private static Boolean bool(Scalar scalar) {
    if (!scalar.isBoolean()) {
      IllegalArgumentException wrong = wrong("expected true or false", scalar);
      // YAML 1.1 took these, and many files still have them.
      boolean yes = scalar.text().matches("(?i)y|yes|on");
      boolean no = scalar.text().matches("(?i)n|no|off");
      throw yes || no
          ? new IllegalArgumentException(wrong.getMessage() + "; did you mean " + yes + "?")
          : wrong;
    }
    return Boolean.valueOf(scalar.text().toLowerCase(Locale.ROOT));
  }

  private static Character character(Scalar scalar) {
    if (text(scalar).length() != 1) {
      throw wrong("expected one character", scalar);
    }
    return scalar.text().charAt(0);
  }

  private static Path path(Scalar scalar) {
    if (text(scalar).isEmpty()) {
      throw new IllegalArgumentException("expected a path, but this is empty text");
    }
    try {
      return Path.of(scalar.text());
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("expected a path, but " + e.getMessage(), e);
    }
  }

  private static InetAddress address(Scalar scalar) {
    if (!scalar.isText() && !scalar.substituted()) {
      throw wrong("expected an address such as 10.0.0.1, 2001:db8::1 or localhost", scalar);
    }
    return HostPort.address(scalar.text())
        .orElseThrow(
            () -> wrong("expected an address such as 10.0.0.1, 2001:db8::1 or localhost", scalar));
  }

  private static PortRanges ports(Scalar scalar) {
    if (!scalar.isText() && !scalar.isWhole()) {
      throw wrong("expected ports such as 50000-50999, 2121 or 2121,2130-2139", scalar);
    }
    return PortRanges.parse(scalar.text());
  }

  private static HostPort hostPort(Scalar scalar) {
    if (!scalar.isText() && !scalar.substituted()) {
      throw wrong("expected " + HostPort.EXPECTED, scalar);
    }
    return HostPort.parse(scalar.text());
  }

  private static Notation choice(Class<?> type) {
    List<String> values =
        Arrays.stream(type.getEnumConstants()).map(c -> text((Enum<?>) c)).toList();
    Notation.Reader reader =
        (scalar, limits) -> {
          int index = values.indexOf(scalar.text());
          if (index >= 0) {
            return type.getEnumConstants()[index];
          }
          String expected =
              values.size() == 1
                  ? "expected " + values.get(0)
                  : "expected one of " + String.join(", ", values);
          throw new IllegalArgumentException(
              wrong(expected, scalar).getMessage()
                  + Suggestion.nearest(scalar.text(), values)
                      .map(near -> "; did you mean \"" + near + "\"?")
                      .orElse(""));
        };
    return new Notation(
        type, "choice", List.of("string"), Optional.empty(), values, Limits.NONE, reader);
  }
}
