package sluice.core.descriptor.notation;

/**
 * The limits, both included, of a whole number.
 *
 * @param min the least value
 * @param max the greatest value
 */
public record Limits(long min, long max) {

  /** No limits but those of the type. */
  public static final Limits NONE = new Limits(Long.MIN_VALUE, Long.MAX_VALUE);

  /** What is in both. */
  public Limits and(Limits other) {
    return new Limits(Math.max(min, other.min), Math.min(max, other.max));
  }

  /**
   * In words, for example {@code from 1 to 256}; empty if there is no limit besides the type's.
   *
   * @param type the limits of the number's type
   */
  public String words(Limits type) {
    boolean below = min > type.min;
    boolean above = max < type.max;
    if (below && above) {
      return " from " + min + " to " + max;
    }
    return below ? " of " + min + " or more" : above ? " of " + max + " or less" : "";
  }
}
