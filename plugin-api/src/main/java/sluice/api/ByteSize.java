package sluice.api;

/**
 * A number of bytes. In the descriptor: a whole number with one of the units B, KB, MB, GB (powers
 * of 1000) or KiB, MiB, GiB (powers of 1024), for example {@code 64KiB}.
 *
 * @param bytes zero or more
 */
public record ByteSize(long bytes) {

  /**
   * @throws IllegalArgumentException if {@code bytes} is negative
   */
  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size must not be negative, but is " + bytes);
    }
  }

  /** The shortest exact notation, for example {@code 64KiB}. */
  @Override
  public String toString() {
    if (bytes > 0) {
      String[] units = {"GiB", "MiB", "KiB"};
      for (int i = 0; i < units.length; i++) {
        long unit = 1L << (30 - 10 * i);
        if (bytes % unit == 0) {
          return bytes / unit + units[i];
        }
      }
    }
    return bytes + "B";
  }
}
