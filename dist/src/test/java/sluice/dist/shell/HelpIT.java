package sluice.dist.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sluice.dist.shell.Site.Result;

/** {@code gateway.sh help}, and what is no verb. */
class HelpIT {

  private final Site site = new Site();

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void listsEveryVerb() {
    Result result = site.sh("help");

    assertEquals(0, result.exit(), result::toString);
    for (String verb :
        List.of(
            "run",
            "start",
            "stop",
            "status",
            "sessions",
            "check",
            "schema",
            "probe",
            "plugins",
            "demo",
            "version",
            "help")) {
      assertTrue(
          result.out().lines().anyMatch(line -> line.startsWith("  " + verb + " ")),
          () -> verb + " in\n" + result);
    }
    assertEquals(result.out(), site.sh("--help").out());
    assertEquals(result.out(), site.sh().out(), "without a verb");
  }

  @Test
  void explainsAVerb() {
    for (String verb : List.of("run", "start", "probe", "demo")) {
      Result result = site.sh("help", verb);

      assertEquals(0, result.exit(), result::toString);
      assertTrue(result.out().contains("gateway.sh " + verb), result::toString);
    }
  }

  @Test
  void endsWithTwoForAVerbOrAnOptionThatDoesNotExist() {
    Result verb = site.sh("restrat");
    assertEquals(2, verb.exit(), verb::toString);
    assertTrue(verb.err().contains("restrat"), verb::toString);

    Result option = site.sh("status", "--jsn");
    assertEquals(2, option.exit(), option::toString);
    assertTrue(option.err().contains("--jsn"), option::toString);
  }
}
