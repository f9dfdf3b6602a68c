package sluice.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PortRangesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2121                  | 1
          50000-50999           | 1000
          2121,2130-2139        | 11
          1-65535               | 65535
          0                     | 0
          """)
  void theNotationIsReadAndPrintedBack(String text, int size) {
    PortRanges ports = PortRanges.parse(text);
    assertEquals(text, ports.toString());
    assertEquals(size, ports.size());
    assertEquals(ports, PortRanges.parse(ports.toString()));
  }

  @Test
  void blanksAroundNumbersDoNotMatter() {
    assertEquals(PortRanges.parse("1-2,5"), PortRanges.parse(" 1 - 2 , 5 "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "1-", "-1", "1-2-3", "1,,2", "1,"})
  void whatIsNotTheNotationSaysWhatIs(String text) {
    assertEquals(
        "ports are written as 50000-50999, 2121 or a list of these with commas, but this is \""
            + text
            + "\"",
        refused(text));
  }

  @Test
  void portsOutOfRangeAndReversedRangesAreRefused() {
    assertEquals("ports are 1 to 65535, but the range is 1-65536", refused("1-65536"));
    assertEquals("a range goes from low to high, but is 9-8", refused("9-8"));
    assertEquals("a range cannot start at port 0", refused("0-5"));
    assertEquals("port 0 (any free port) stands only alone", refused("0,5"));
    assertThrows(IllegalArgumentException.class, () -> new PortRanges(List.of()));
  }

  @Test
  void portsCountThroughTheRangesInTheOrderWritten() {
    PortRanges ports = PortRanges.parse("30-31,10");
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < ports.size(); i++) {
      all.add(ports.port(i));
    }
    assertEquals(List.of(30, 31, 10), all);
    assertThrows(IndexOutOfBoundsException.class, () -> ports.port(3));
    assertThrows(IndexOutOfBoundsException.class, () -> ports.port(-1));
    assertThrows(IndexOutOfBoundsException.class, () -> PortRanges.ANY.port(0));
  }

  @Test
  void bothEndsOfARangeAreInIt() {
    PortRanges ports = PortRanges.parse("30-32,10");
    assertTrue(ports.contains(30) && ports.contains(32) && ports.contains(10));
    assertFalse(ports.contains(29) || ports.contains(33) || ports.contains(0));
  }

  @Test
  void portZeroIsAnyPort() {
    assertTrue(PortRanges.parse("0").any());
    assertEquals(PortRanges.ANY, PortRanges.parse("0"));
    assertFalse(PortRanges.parse("1").any());
  }

  private static String refused(String text) {
    return assertThrows(IllegalArgumentException.class, () -> PortRanges.parse(text)).getMessage();
  }
}
