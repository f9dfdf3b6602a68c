package sluice.dist.shell;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sluice.dist.peers.Await;
import sluice.dist.peers.Loopback;
import sluice.dist.shell.Site.Result;

/** {@code gateway.sh run}. */
class RunIT {

  private final Site site = new Site();

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void printsWhatListensWhereHowTheBackendsAreAndWhereTheLogIs() {
    String out = site.running().out();

    assertTrue(out.contains("Sluice 1.0.0 serves (pid "), out);
    assertTrue(out.contains(Loopback.hostPort(site.listener())), out);
    assertTrue(
        out.matches(
            "(?s).*files/a +" + Loopback.hostPort(site.backend().address()) + " +up +tcp: .*"),
        out);
    assertTrue(out.contains(site.logs().resolve("gateway.log").toString()), out);
    assertTrue(out.contains(site.logs().resolve("access.log").toString()), out);
  }

  @Test
  void sayThatABackendIsDown() {
    site.backend().close();

    String out = site.running().out();

    assertTrue(out.matches("(?s).*files/a .* down +tcp: .*refused.*"), out);
  }

  @Test
  void endsWithZeroOnSigterm() {
    Site.Running gateway = site.running();
    gateway.signal("TERM");

    assertEquals(0, gateway.exit());
    assertFalse(Files.exists(site.socket()), "the socket is removed");
    assertFalse(Files.exists(site.path("gateway.pid")), "the pid file is removed");
    assertTrue(site.log().contains("stopped"), site.log());
  }

  @Test
  void endsWithZeroOnSigint() {
    Site.Running gateway = site.running();
    gateway.signal("INT");

    assertEquals(0, gateway.exit());
  }

  @Test
  void letsARunningDownloadFinishOnSigterm() throws Exception {
    byte[] content = new byte[64 * 1024 * 1024];
    new Random(1).nextBytes(content);
    Files.write(site.files().resolve("large.bin"), content);
    Site.Running gateway = site.running();

    ByteArrayOutputStream got = new ByteArrayOutputStream(content.length);
    try (FtpTalk talk = new FtpTalk(site.listener());
        Socket data = talk.data()) {
      talk.say("RETR large.bin", "150");
      InputStream in = data.getInputStream();
      got.write(in.readNBytes(100_000));
      gateway.signal("TERM");
      Await.until(Site.LIMIT, () -> "it stops listening", this::refused);
      assertTrue(gateway.alive(), "it waits for the transfer");
      in.transferTo(got);
      talk.reply("226");
    }

    assertArrayEquals(content, got.toByteArray());
    assertEquals(0, gateway.exit());
    assertTrue(
        Site.text(site.logs().resolve("access.log")).contains("\"outcome\":\"ok\""),
        "the transfer's record is written");
  }

  private boolean refused() {
    try (Socket socket = new Socket(site.listener().getAddress(), site.listener().getPort())) {
      return !socket.isConnected();
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void cutsOffWhatDoesNotFinishWithinStopTimeout() throws Exception {
    site.describe("stop-timeout: 1s");
    Files.write(site.files().resolve("large.bin"), new byte[64 * 1024 * 1024]);
    Site.Running gateway = site.running();

    try (FtpTalk talk = new FtpTalk(site.listener());
        Socket data = talk.data()) {
      talk.say("RETR large.bin", "150");
      data.getInputStream().readNBytes(1000);
      gateway.signal("TERM");

      assertEquals(0, gateway.exit());
    }
    assertTrue(site.log().contains("1 sessions did not finish in time"), site.log());
  }

  @Test
  void endsAtOnceOnASecondSignal() throws Exception {
    Files.write(site.files().resolve("large.bin"), new byte[64 * 1024 * 1024]);
    Site.Running gateway = site.running();

    try (FtpTalk talk = new FtpTalk(site.listener());
        Socket data = talk.data()) {
      talk.say("RETR large.bin", "150");
      data.getInputStream().readNBytes(1000);
      gateway.signal("TERM");
      Await.until(Site.LIMIT, gateway::err, () -> gateway.err().contains("stopping"));
      assertTrue(gateway.alive());
      gateway.signal("TERM");

      assertEquals(1, gateway.exit());
    }
  }

  @Test
  void namesListenerAddressAndWhatToDoWhenAPortIsInUse() throws IOException {
    try (ServerSocket other =
        new ServerSocket(site.listener().getPort(), 1, site.listener().getAddress())) {
      Result result = site.sh("run");

      assertEquals(1, result.exit(), result::toString);
      assertTrue(result.err().contains("gateway.yaml:2:"), result::toString);
      assertTrue(result.err().contains("listeners.ftp.bind"), result::toString);
      assertTrue(result.err().contains(other.getInetAddress().getHostAddress()), result::toString);
      assertTrue(result.err().contains("use"), result::toString);
    }
  }

  @Test
  void saysWhatToDoWhenAPortNeedsARightThatTheUserLacks() throws IOException {
    List<String> asNobody =
        List.of(
            "setpriv",
            "--reuid=65534",
            "--regid=65534",
            "--clear-groups",
            "--bounding-set=-all",
            "--inh-caps=-all",
            Site.HOME.resolve("gateway.sh").toString());
    assumeTrue(
        site.run(List.of("cat", "/proc/sys/net/ipv4/ip_unprivileged_port_start"))
            .out()
            .equals("1024\n"),
        "low ports are for everyone here");
    assumeTrue(
        System.getProperty("user.name").equals("root")
            && site.has("setpriv")
            && site.run(with(asNobody, "version")).exit() == 0,
        "only root can run it as another user, and only where that user may read it");
    site.with("SLUICE_LOGS", site.open("nobodys").resolve("logs").toString());
    site.write(
        "gateway.yaml",
        Site.text(site.descriptor())
            .replaceAll(":\\d+\", pool", ":21\", pool")
            .replace(site.socket().toString(), site.open("nobodys").resolve("s").toString()));

    Result result = site.run(with(asNobody, "run"));

    assertEquals(1, result.exit(), result::toString);
    assertTrue(result.err().contains("gateway.yaml:2:"), result::toString);
    assertTrue(result.err().contains("no permission for a port below 1024"), result::toString);
    assertTrue(result.err().contains("CAP_NET_BIND_SERVICE"), result::toString);
  }

  private static List<String> with(List<String> command, String verb) {
    List<String> all = new ArrayList<>(command);
    all.add(verb);
    return all;
  }

  @Test
  void isToldOfTheGatewayThatRunsHereAlready() {
    Site.Running first = site.running();

    Result second = site.sh("run");

    assertEquals(1, second.exit(), second::toString);
    assertTrue(
        second.err().contains("another gateway runs here (pid " + first.pid() + ")"),
        second::toString);
    assertTrue(first.alive());
  }

  @Test
  void takesThePlaceOfAGatewayThatWasKilled() {
    Site.Running first = site.running();
    first.signal("KILL");
    first.exit();
    assertTrue(Files.exists(site.socket()), "it had no time to clear up");

    site.running();

    assertEquals(0, site.sh("status").exit());
  }

  @Test
  void endsWithOneAndNamesTheFileWhenThereIsNoDescriptor() {
    Result result = site.sh("run", "-c", "missing.yaml");

    assertEquals(1, result.exit(), result::toString);
    assertTrue(result.err().contains("missing.yaml:1:1"), result::toString);
    assertTrue(result.err().contains("does not exist"), result::toString);
  }

  @Test
  void warnsWhenTheLimitOfOpenFilesIsTooLowForTheSessions() throws IOException {
    site.write(
        "gateway.yaml",
        Site.text(site.descriptor()).replace("max-sessions: 10", "max-sessions: 500"));
    Site.Running gateway =
        site.backgroundCommand(
            List.of(
                "sh", "-c", "ulimit -n 1024; exec " + Site.HOME.resolve("gateway.sh") + " run"));
    gateway.awaitOut("records: ");

    assertTrue(
        gateway
            .err()
            .contains(
                "this process may open 1024 files, but the 500 sessions of the listeners'"
                    + " max-sessions may need 2200 (4 a session). Raise the limit (ulimit -n 2200"),
        gateway::err);
    assertTrue(site.log().contains("may open 1024 files"), site.log());
  }

  @Test
  void goesOnWithoutAPluginThatTheDescriptorDoesNotNeed() throws IOException {
    site.script(site.copyOfHome().resolve("gateway.sh"));
    Files.writeString(site.path("home/plugins/broken.jar"), "this is no jar");

    Site.Running gateway = site.running();

    assertTrue(gateway.err().contains("a plugin cannot be used: broken.jar"), gateway::err);
    assertTrue(site.log().contains("a plugin cannot be used: broken.jar"), site.log());
  }
}
