package sluice.dist.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sluice.dist.peers.Programs;
import sluice.dist.shell.Site.Result;

/** {@code gateway.sh demo}. */
class DemoIT {

  private final Site site = new Site();

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void movesAFileInEveryModeBothWaysAndGoesOnWithoutABackend() {
    Result result = site.sh("demo", "--once", "--port-base", String.valueOf(nineFreePorts()));

    assertEquals(0, result.exit(), result::toString);
    for (String mode :
        List.of(
            "ftp +passive",
            "ftp +extended-passive",
            "ftp +active",
            "ftp +extended-active",
            "tftp +octet",
            "sftp +ssh")) {
      for (String direction : List.of("download", "upload")) {
        assertTrue(
            result
                .out()
                .lines()
                .anyMatch(line -> line.matches(mode + " +" + direction + " .* 1048576 +\\d+ +ok")),
            () -> mode + " " + direction + " in\n" + result);
      }
    }
    assertEquals(
        2,
        result
            .out()
            .lines()
            .filter(line -> line.matches("ftp +passive, files/a gone .* files/b .* ok"))
            .count(),
        result::toString);
  }

  @Test
  void staysUpForCommandsToBePastedUntilItIsInterrupted() throws IOException {
    int base = nineFreePorts();
    Site.Running demo = site.background("demo", "--port-base", String.valueOf(base));
    demo.awaitOut("tail -f ");

    assertTrue(demo.out().contains("curl ftp://user:password@127.0.0.1:" + base + "/hello.txt"));
    Result curl =
        site.run(
            List.of(Programs.CURL.path(), "-sS", "tftp://127.0.0.1:" + (base + 1) + "/hello.txt"));
    assertTrue(curl.out().startsWith("Hello from backend boot/"), curl::toString);

    demo.signal("INT");
    assertEquals(0, demo.exit());
  }

  @Test
  void namesThePortThatIsInUseAndTheOptionForOthers() throws IOException {
    int base = nineFreePorts();
    try (ServerSocket other =
        new ServerSocket(base, 1, java.net.InetAddress.getLoopbackAddress())) {
      Result result = site.sh("demo", "--once", "--port-base", String.valueOf(base));

      assertEquals(1, result.exit(), result::toString);
      assertTrue(
          result.err().contains("TCP port " + other.getLocalPort() + " of 127.0.0.1"),
          result::toString);
      assertTrue(result.err().contains("--port-base"), result::toString);
    }
  }

  @Test
  void refusesAPortBaseOutOfRange() {
    Result result = site.sh("demo", "--port-base", "65530");

    assertEquals(2, result.exit(), result::toString);
    assertTrue(result.err().contains("--port-base is 1 to 65527"), result::toString);
  }

  private static int nineFreePorts() {
    java.net.InetAddress loopback = java.net.InetAddress.getLoopbackAddress();
    for (int attempt = 0; attempt < 200; attempt++) {
      int base = 20_000 + new Random().nextInt(12_000);
      boolean free = true;
      for (int port = base; free && port < base + 9; port++) {
        try (ServerSocket stream = new ServerSocket(port, 1, loopback);
            java.net.DatagramSocket datagram = new java.net.DatagramSocket(port, loopback)) {
          free = stream.isBound() && datagram.isBound();
        } catch (IOException e) {
          free = false;
        }
      }
      if (free) {
        return base;
      }
    }
    throw new AssertionError("no nine free ports in a row");
  }
}
