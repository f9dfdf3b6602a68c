package sluice.ftp.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sluice.api.Secret;
import sluice.api.health.Health;
import sluice.api.health.HealthCheck;
import sluice.ftp.FtpCheckFactory;
import sluice.ftp.ScriptedServer;
import sluice.testkit.FtpPeer;
import sluice.testkit.HealthCheckContract;
import sluice.testkit.TestBackend;

class FtpCheckTest implements HealthCheckContract {

  private static final Duration SECOND = Duration.ofSeconds(5);

  @TempDir Path root;
  private FtpPeer peer;

  @BeforeEach
  void start() throws IOException {
    peer = FtpPeer.start(root);
  }

  @AfterEach
  void stop() {
    peer.close();
  }

  @Override
  public HealthCheck check() {
    return new FtpCheckFactory().create(greeting());
  }

  @Override
  public InetSocketAddress healthyPeer() {
    return peer.address();
  }

  private static FtpCheckOptions greeting() {
    return options(null, null, null);
  }

  private static FtpCheckOptions options(String user, String password, String file) {
    return new FtpCheckOptions(
        Optional.ofNullable(user),
        Optional.ofNullable(password).map(Secret::of),
        Optional.ofNullable(file),
        FtpCheckOptions.Missing.DRAIN,
        Optional.empty());
  }

  private static Health probe(FtpCheckOptions options, InetSocketAddress at) throws IOException {
    return new FtpCheck(options).probe(TestBackend.at(at), SECOND);
  }

  @Test
  void greetingAndPoliteEndAreAllThatIsSeenWithoutOptions() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer(
            talk -> {
              talk.say("120 wait");
              talk.say("220-welcome\r\n 220 not yet\r\n220 ready");
              talk.answer("QUIT", "221 bye");
              talk.untilGone();
            })) {
      Health found = probe(greeting(), server.address());
      assertEquals(Health.State.UP, found.state());
      assertEquals("220 ready", found.detail());
      assertTrue(found.latency().isPresent());
      assertEquals(List.of("QUIT"), server.heard);
      assertEquals(List.of(), server.problems);
    }
  }

  @Test
  void latencyIsTheGreetingsAndNotTheWholeProbes() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer(
            talk -> {
              talk.say("220 ready");
              talk.hear();
              Thread.sleep(400);
              talk.say("221 bye");
            })) {
      Duration latency = probe(greeting(), server.address()).latency().orElseThrow();
      assertTrue(latency.toMillis() < 350, latency::toString);
    }
  }

  @Test
  void serverThatAcceptsAndNeverGreetsIsDown() throws IOException {
    try (ScriptedServer server = new ScriptedServer(talk -> talk.untilGone())) {
      Health found =
          new FtpCheck(greeting()).probe(TestBackend.at(server.address()), Duration.ofMillis(300));
      assertEquals(Health.State.DOWN, found.state());
      assertEquals("no greeting within 300ms", found.detail());
    }
  }

  @Test
  void refusingGreetingIsDownWithItsText() throws IOException {
    try (ScriptedServer server = new ScriptedServer(talk -> talk.say("421 too many users"))) {
      Health found = probe(greeting(), server.address());
      assertEquals(Health.State.DOWN, found.state());
      assertEquals("greeted with \"421 too many users\" instead of 220", found.detail());
    }
  }

  @Test
  void anotherProtocolsServerIsDownWithWhatItSaid() throws IOException {
    try (ScriptedServer server = new ScriptedServer(talk -> talk.say("SSH-2.0-OpenSSH_9.2"))) {
      assertEquals(
          "no FTP greeting, but \"SSH-2.0-OpenSSH_9.2\"",
          probe(greeting(), server.address()).detail());
    }
  }

  @Test
  void loginAndFileAreLookedAt() throws IOException {
    Files.writeString(root.resolve("canary"), "alive");
    assertEquals(
        "login of user accepted",
        probe(options("user", "password", null), peer.address()).detail());
    Health found = probe(options("user", "password", "canary"), peer.address());
    assertEquals(Health.State.UP, found.state());
    assertEquals("canary has 5 bytes", found.detail());
  }

  @Test
  void refusedLoginIsDownAndDoesNotShowThePassword() throws IOException {
    Health found = probe(options("user", "wrong-secret", null), peer.address());
    assertEquals(Health.State.DOWN, found.state());
    assertTrue(found.detail().startsWith("login of user refused: 530"), found.detail());
    assertFalse(found.detail().contains("wrong-secret"));
  }

  @Test
  void missingFileDrainsOrIsDownAsConfigured() throws IOException {
    assertEquals(
        Health.State.DRAIN, probe(options("user", "password", "gone"), peer.address()).state());
    FtpCheckOptions strict =
        new FtpCheckOptions(
            Optional.of("user"),
            Optional.of(Secret.of("password")),
            Optional.of("gone"),
            FtpCheckOptions.Missing.DOWN,
            Optional.empty());
    assertEquals(Health.State.DOWN, probe(strict, peer.address()).state());
  }

  @Test
  void fileIsFetchedWhereSizeAndEpsvAreNotKnown() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer(
            talk -> {
              talk.say("220 old server");
              talk.answer("USER u", "230 no password needed");
              talk.answer("TYPE I", "200 ok");
              talk.answer("SIZE canary", "502 what");
              talk.answer("EPSV", "500 what");
              try (ServerSocket data = talk.passivePort()) {
                int port = data.getLocalPort();
                talk.answer("PASV", "227 =10,9,9,9," + port / 256 + "," + port % 256);
                talk.hear();
                talk.say("150 here");
                try (Socket out = data.accept()) {
                  out.getOutputStream().write(new byte[20_000]);
                }
                talk.say("226 done");
              }
              talk.answer("QUIT", "221 bye");
              talk.untilGone();
            })) {
      Health found = probe(options("u", null, "canary"), server.address());
      assertEquals("canary was fetched", found.detail());
      assertEquals(List.of(), server.problems);
      assertTrue(server.heard.contains("RETR canary"));
    }
  }

  @Test
  void connectionLeavesFromTheBackendsSource() throws Exception {
    var from = new java.util.concurrent.LinkedBlockingQueue<InetAddress>();
    try (ScriptedServer server =
        new ScriptedServer(
            talk -> {
              from.add(talk.socket.getInetAddress());
              talk.say("220 ready");
              talk.untilGone();
            })) {
      new FtpCheck(greeting())
          .probe(
              TestBackend.at(server.address()).from(InetAddress.getByName("127.0.0.44")),
              Duration.ofMillis(500));
      assertEquals("127.0.0.44", from.take().getHostAddress());
    }
  }

  @Test
  void optionsThatDoNotFitEachOtherAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> options(null, "secret", null));
    assertThrows(IllegalArgumentException.class, () -> options(null, null, "canary"));
    assertThrows(IllegalArgumentException.class, () -> options("a\r\nDELE x", null, null));
  }
}
