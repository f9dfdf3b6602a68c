package sluice.api;

import java.util.ArrayList;
import java.util.List;

/**
 * One or more ranges of ports. In the descriptor: {@code 50000-50999}, {@code 2121} or several
 * separated by commas. Port 0 stands only alone and means: any free port that the system gives.
 *
 * @param ranges in the order written; not empty
 */
public record PortRanges(List<Range> ranges) {

  /** Any free port. */
  public static final PortRanges ANY = new PortRanges(List.of(new Range(0, 0)));

  /**
   * Ports from {@code first} to {@code last}, both included.
   *
   * @param first 0 to 65535
   * @param last {@code first} to 65535
   */
  public record Range(int first, int last) {

    /**
     * @throws IllegalArgumentException if a port is out of range or the range is reversed
     */
    public Range {
      if (first < 0 || last > 65535) {
        throw new IllegalArgumentException(
            "ports are 1 to 65535, but the range is " + first + "-" + last);
      }
      if (first > last) {
        throw new IllegalArgumentException(
            "a range goes from low to high, but is " + first + "-" + last);
      }
      if (first == 0 && last != 0) {
        throw new IllegalArgumentException("a range cannot start at port 0");
      }
    }

    /** How many ports the range has. */
    public int size() {
      return last - first + 1;
    }

    @Override
    public String toString() {
      return first == last ? Integer.toString(first) : first + "-" + last;
    }
  }

  /**
   * @throws IllegalArgumentException if there is no range, or port 0 stands beside others
   */
  public PortRanges {
    ranges = List.copyOf(ranges);
    if (ranges.isEmpty()) {
      throw new IllegalArgumentException("at least one port or range is expected");
    }
    if (ranges.size() > 1 && ranges.stream().anyMatch(range -> range.first() == 0)) {
      throw new IllegalArgumentException("port 0 (any free port) stands only alone");
    }
  }

  /**
   * Reads the descriptor's notation.
   *
   * @throws IllegalArgumentException if the text is not of that form, with a message for operators
   */
  public static PortRanges parse(String text) {
    List<Range> ranges = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      String[] ends = part.trim().split("-", -1);
      if (ends.length > 2) {
        throw notPorts(text);
      }
      try {
        int first = Integer.parseInt(ends[0].trim());
        int last = ends.length == 1 ? first : Integer.parseInt(ends[1].trim());
        ranges.add(new Range(first, last));
      } catch (NumberFormatException e) {
        throw notPorts(text);
      }
    }
    return new PortRanges(ranges);
  }

  private static IllegalArgumentException notPorts(String text) {
    return new IllegalArgumentException(
        "ports are written as 50000-50999, 2121 or a list of these with commas, but this is \""
            + text
            + "\"");
  }

  /** Whether these are {@link #ANY}. */
  public boolean any() {
    return ranges.get(0).first() == 0;
  }

  /** How many ports the ranges have; 0 for {@link #ANY}. */
  public int size() {
    return any() ? 0 : ranges.stream().mapToInt(Range::size).sum();
  }

  /** Whether the port is in one of the ranges. */
  public boolean contains(int port) {
    return ranges.stream().anyMatch(range -> port >= range.first() && port <= range.last());
  }

  /**
   * The port at a position.
   *
   * @param index 0 to {@link #size()} - 1
   * @throws IndexOutOfBoundsException if there is no such port
   */
  public int port(int index) {
    int left = index;
    for (Range range : ranges) {
      if (left >= 0 && left < range.size() && !any()) {
        return range.first() + left;
      }
      left -= range.size();
    }
    throw new IndexOutOfBoundsException("port " + index + " of " + this);
  }

  /** The descriptor's notation. */
  @Override
  public String toString() {
    return String.join(",", ranges.stream().map(Range::toString).toList());
  }
}
