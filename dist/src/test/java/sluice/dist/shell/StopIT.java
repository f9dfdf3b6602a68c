package sluice.dist.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Socket;
import java.nio.file.Files;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sluice.dist.shell.Site.Result;

/** {@code gateway.sh stop}. */
class StopIT {

  private final Site site = new Site();

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void endsTheGatewayAndIsBackWhenItIsGone() {
    site.sh("start");
    long pid = Long.parseLong(Site.text(site.path("gateway.pid")).strip());

    Result result = site.sh("stop");

    assertEquals(0, result.exit(), result::toString);
    assertEquals("stopped (pid " + pid + ")\n", result.out());
    assertTrue(ProcessHandle.of(pid).isEmpty(), "the process is gone");
    assertFalse(Files.exists(site.socket()));
    assertFalse(Files.exists(site.path("gateway.pid")));
    assertEquals(3, site.sh("status").exit());
  }

  @Test
  void hasNothingToDoWhenNoGatewayRuns() {
    Result result = site.sh("stop");

    assertEquals(0, result.exit(), result::toString);
    assertTrue(result.out().contains("no gateway runs here"), result::toString);
  }

  @Test
  void waitsForATransferThatRuns() throws Exception {
    byte[] content = new byte[32 * 1024 * 1024];
    new Random(1).nextBytes(content);
    Files.write(site.files().resolve("large.bin"), content);
    site.sh("start");

    try (FtpTalk talk = new FtpTalk(site.listener());
        Socket data = talk.data()) {
      talk.say("RETR large.bin", "150");
      data.getInputStream().readNBytes(1000);
      Site.Running stop = site.background("stop").awaitOut("stopping; 1 session may finish");
      assertTrue(stop.alive());

      assertEquals(content.length - 1000, data.getInputStream().readAllBytes().length);
      talk.reply("226");
      assertEquals(0, stop.exit());
    }
  }

  @Test
  void worksWhileTheDescriptorHasProblems() {
    site.sh("start");
    site.describe("unknown-key: true");
    assertEquals(1, site.sh("check").exit());

    assertEquals(0, site.sh("stop").exit());
  }
}
