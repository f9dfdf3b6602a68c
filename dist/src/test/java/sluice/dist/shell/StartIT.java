package sluice.dist.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sluice.dist.peers.Loopback;
import sluice.dist.shell.Site.Result;

/** {@code gateway.sh start}. */
class StartIT {

  private final Site site = new Site();

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void printsWhatListensWhereAndLeavesTheGatewayRunning() {
    Result result = site.sh("start");

    assertEquals(0, result.exit(), result::toString);
    assertTrue(result.out().contains("Sluice 1.0.0 serves (pid "), result::toString);
    assertTrue(result.out().contains(Loopback.hostPort(site.listener())), result::toString);
    assertEquals(0, site.sh("status").exit());
  }

  @Test
  void serves() throws IOException {
    site.sh("start");

    new FtpTalk(site.listener()).close();
  }

  @Test
  void writesThePidFileThatTheSecondStartNames() {
    site.sh("start");
    String pid = Site.text(site.path("gateway.pid")).strip();

    Result second = site.sh("start");

    assertEquals(1, second.exit(), second::toString);
    assertTrue(
        (second.out() + second.err()).contains("another gateway runs here (pid " + pid + ")"),
        second::toString);
    assertFalse(second.out().contains("serves (pid"), second::toString);
    assertEquals(0, site.sh("status").exit(), "the first goes on");
  }

  @Test
  void printsWhyItDoesNotStart() throws IOException {
    try (ServerSocket other =
        new ServerSocket(site.listener().getPort(), 1, site.listener().getAddress())) {
      Result result = site.sh("start");

      assertEquals(1, result.exit(), result::toString);
      assertTrue(result.out().contains("listeners.ftp.bind"), result::toString);
      assertTrue(result.out().contains(String.valueOf(other.getLocalPort())), result::toString);
      assertTrue(result.err().contains("it did not start"), result::toString);
    }
    assertEquals(3, site.sh("status").exit());
  }

  @Test
  void takesTheDescriptorThatIsNamed() throws IOException {
    Files.move(site.descriptor(), site.path("other.yaml"));

    assertEquals(0, site.sh("start", "-c", "other.yaml").exit());
    assertEquals(0, site.sh("status", "-c", "other.yaml").exit());
  }

  @Test
  void explainsItselfWithoutStarting() {
    Result result = site.sh("start", "--help");

    assertEquals(0, result.exit(), result::toString);
    assertTrue(result.out().contains("in the background"), result::toString);
    assertEquals(3, site.sh("status").exit());
  }

  @Test
  void keepsWhatTheJvmPrintsOutOfTheTerminalAndTheConsoleLogOutOfThatFile() {
    site.sh("start");

    assertFalse(Site.text(site.logs().resolve("gateway.out")).contains(" INFO "));
    assertTrue(site.log().contains(" INFO "), site.log());
  }
}
