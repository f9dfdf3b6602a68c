package sluice.core.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class TableTest {

  @Test
  void alignsColumnsAndPutsNumbersFlushRight() {
    Table table = new Table("name", "#bytes", "note");
    table.row("a", 5, "first");
    table.row("longer", 12345, "");

    assertEquals(
        """
        NAME    BYTES  NOTE
        a           5  first
        longer  12345
        """,
        table.toString());
  }

  @Test
  void showsNothingThatATerminalWouldObey() {
    Table table = new Table("name");
    table.row("\u001b[31mred\r\n\u202e");

    assertEquals("NAME\n?[31mred???\n", table.toString());
  }

  @Test
  void wantsACellForEachHeading() {
    Table table = new Table("name", "note");
    assertThrows(IllegalArgumentException.class, () -> table.row("a"));
  }
}
