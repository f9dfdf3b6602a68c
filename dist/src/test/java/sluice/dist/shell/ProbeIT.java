package sluice.dist.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sluice.dist.shell.Site.Result;

/** {@code gateway.sh probe}. */
class ProbeIT {

  private final Site site = new Site();

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void printsOkAndEndsWithZeroWhenTheBackendServes() {
    Result result = site.sh("probe", "files/a");

    assertEquals(0, result.exit(), result::toString);
    assertTrue(
        result.out().matches("TCP OK - \\d+\\.\\d+ second response time .*\\|time=[0-9.]+s;.*\n"),
        result::toString);
  }

  @Test
  void printsCriticalAndEndsWithTwoWhenItDoesNot() {
    site.backend().close();

    Result result = site.sh("probe", "files/a");

    assertEquals(2, result.exit(), result::toString);
    assertTrue(result.out().startsWith("TCP CRITICAL - "), result::toString);
    assertEquals(1, result.out().lines().count(), result::toString);
  }

  @Test
  void printsUnknownAndEndsWithThreeWhenNothingCanBeSaid() {
    for (List<String> arguments :
        List.of(
            List.of("probe", "files/z"),
            List.of("probe", "nothing/a"),
            List.of("probe", "-c", "missing.yaml", "files/a"))) {
      Result result = site.sh(arguments.toArray(new String[0]));

      assertEquals(3, result.exit(), result::toString);
      assertTrue(result.out().contains("UNKNOWN - "), result::toString);
    }
    assertEquals(3, site.sh("probe").exit(), "a backend is not named");
  }
}
