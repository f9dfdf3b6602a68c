package sluice.core.descriptor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LoadedTest {

  private static Problem at(int line, String path) {
    return new Problem("g.yaml", line, 3, path, "wrong");
  }

  private final Loaded loaded =
      new Loaded(
          Optional.empty(),
          List.of(at(9, "b"), at(2, "a"), at(2, "a")),
          List.of(),
          Map.of(
              Problem.DOCUMENT,
              at(1, Problem.DOCUMENT),
              "listeners.ftp",
              at(4, "listeners.ftp"),
              "listeners.ftp.options",
              at(7, "listeners.ftp.options")));

  @Test
  void theReportIsSortedByPositionAndHasNoProblemTwice() {
    assertEquals("g.yaml:2:3  a  wrong\ng.yaml:9:3  b  wrong", loaded.report());
  }

  @Test
  void whoAsksForADescriptorThatIsNotThereIsToldWhy() {
    String message = assertThrows(IllegalStateException.class, loaded::get).getMessage();

    assertTrue(message.contains("g.yaml:9:3  b  wrong"), message);
  }

  @Test
  void aLaterProblemStandsAtItsPathOrAtTheNearestAroundIt() {
    assertEquals(7, loaded.problem("listeners.ftp.options", "no").line());
    assertEquals(7, loaded.problem("listeners.ftp.options.data-ports", "no").line());
    assertEquals(4, loaded.problem("listeners.ftp.protocol", "no").line());
    assertEquals(1, loaded.problem("pools.x", "no").line());
    assertEquals("pools.x", loaded.problem("pools.x", "no").path());
  }
}
