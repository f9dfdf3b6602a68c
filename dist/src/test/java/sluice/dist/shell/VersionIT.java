package sluice.dist.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sluice.dist.shell.Site.Result;

/** {@code gateway.sh version}. */
class VersionIT {

  private final Site site = new Site();

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void printsTheVersionsOfGatewayPluginApiAndJava() {
    Result result = site.sh("version");

    assertEquals(0, result.exit(), result::toString);
    assertTrue(
        result.out().matches("Sluice 1\\.0\\.0\nplugin API 1\\.\\d+\\.\\d+\nJava \\d+.*\n"),
        result::toString);
  }
}
