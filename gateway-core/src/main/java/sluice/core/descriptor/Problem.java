package sluice.core.descriptor;

import java.util.Comparator;

/**
 * Something that is wrong, or worth a warning, at one place of a descriptor.
 *
 * @param file as the operator named it
 * @param line from 1
 * @param column from 1
 * @param path the keys that lead to the place, for example {@code pools.files.backends.a.weight};
 *     {@link #DOCUMENT} for the whole
 * @param message what was seen, what was expected, what to do; one line, never a secret
 */
public record Problem(String file, int line, int column, String path, String message)
    implements Comparable<Problem> {

  /** The path of what concerns the descriptor as a whole. */
  public static final String DOCUMENT = "(document)";

  private static final Comparator<Problem> BY_POSITION =
      Comparator.comparing(Problem::file)
          .thenComparingInt(Problem::line)
          .thenComparingInt(Problem::column)
          .thenComparing(Problem::path)
          .thenComparing(Problem::message);

  @Override
  public int compareTo(Problem other) {
    return BY_POSITION.compare(this, other);
  }

  /** {@code file:line:column path message}, two blanks between the parts. */
  @Override
  public String toString() {
    return file + ":" + line + ":" + column + "  " + path + "  " + message;
  }
}
