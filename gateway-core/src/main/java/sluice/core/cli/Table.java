package sluice.core.cli;

import java.util.ArrayList;
import java.util.List;

/** Text in columns that are as wide as they need to be. */
public final class Table {

  private final List<String[]> rows = new ArrayList<>();
  private final boolean[] right;

  /**
   * @param headings of the columns; one that begins with {@code #} holds numbers, flush right
   */
  public Table(String... headings) {
    right = new boolean[headings.length];
    String[] first = new String[headings.length];
    for (int i = 0; i < headings.length; i++) {
      right[i] = headings[i].startsWith("#");
      first[i] =
          (right[i] ? headings[i].substring(1) : headings[i]).toUpperCase(java.util.Locale.ROOT);
    }
    rows.add(first);
  }

  /** Adds a row with a cell for each heading. */
  public void row(Object... cells) {
    if (cells.length != right.length) {
      throw new IllegalArgumentException(cells.length + " cells for " + right.length + " columns");
    }
    String[] row = new String[cells.length];
    for (int i = 0; i < cells.length; i++) {
      row[i] = printable(String.valueOf(cells[i]));
    }
    rows.add(row);
  }

  /** The text without what a terminal would obey: names and greetings come from strangers. */
  public static String printable(String text) {
    return text.codePoints()
        .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** The lines, each with its end and without blanks before it. */
  @Override
  public String toString() {
    int[] widths = new int[right.length];
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.length; i++) {
        String blanks = " ".repeat(widths[i] - row[i].length());
        line.append(right[i] ? blanks + row[i] : row[i] + blanks).append("  ");
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
