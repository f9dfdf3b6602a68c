package sluice.dist.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sluice.dist.shell.Site.Result;

/** {@code gateway.sh plugins}. */
class PluginsIT {

  private final Site site = new Site();

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void printsEachExtensionWithItsJarVersionAndOptions() {
    Result result = site.sh("plugins");

    assertEquals(0, result.exit(), result::toString);
    assertEquals("", result.err());
    for (String extension :
        List.of(
            "protocol ftp ",
            "protocol tftp ",
            "protocol sftp ",
            "strategy round-robin ",
            "strategy least-sessions ",
            "strategy least-transfers ",
            "strategy random ",
            "strategy source-hash ",
            "strategy first-available ",
            "check tcp ",
            "check tls ",
            "check exec ",
            "check ftp ",
            "check tftp ",
            "check ssh ")) {
      assertTrue(
          result.out().lines().anyMatch(line -> line.startsWith(extension)),
          () -> extension + " in\n" + result);
    }
    assertTrue(result.out().contains("protocol-ftp-1.0.0.jar"), result::toString);
    assertTrue(result.out().contains("data-ports"), result::toString);
  }

  @Test
  void namesAPluginThatCannotBeUsedAndEndsWithOne() throws IOException {
    site.script(site.copyOfHome().resolve("gateway.sh"));
    Files.writeString(site.path("home/plugins/broken.jar"), "this is no jar");

    Result result = site.sh("plugins");

    assertEquals(1, result.exit(), result::toString);
    assertTrue(result.err().contains("cannot be used: broken.jar: "), result::toString);
    assertTrue(result.out().contains("protocol ftp "), "the others can: " + result);
  }
}
