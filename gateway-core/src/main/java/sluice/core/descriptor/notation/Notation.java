package sluice.core.descriptor.notation;

import java.util.List;
import java.util.Optional;

/**
 * How a scalar type is written.
 *
 * @param type what it is bound to
 * @param word for the reference, for example {@code duration}
 * @param json what it may be in JSON: {@code string}, {@code integer}, {@code number}, {@code
 *     boolean}
 * @param pattern of the text, a regular expression for the schema
 * @param values the only values, if they can be listed; else empty
 * @param typeLimits what a whole number's type can hold
 * @param reader makes the value
 */
public record Notation(
    Class<?> type,
    String word,
    List<String> json,
    Optional<String> pattern,
    List<String> values,
    Limits typeLimits,
    Reader reader) {

  /** Makes a value. */
  @FunctionalInterface
  public interface Reader {
    /**
     * @throws IllegalArgumentException if the scalar is not of the notation, with a message for
     *     operators
     */
    Object read(Scalar scalar, Limits limits);
  }

  /** A notation of text with a pattern. */
  static Notation text(Class<?> type, String word, String pattern, Reader reader) {
    return new Notation(
        type,
        word,
        List.of("string"),
        Optional.ofNullable(pattern),
        List.of(),
        Limits.NONE,
        reader);
  }
}
