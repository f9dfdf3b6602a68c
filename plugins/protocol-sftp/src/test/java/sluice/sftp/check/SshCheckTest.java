package sluice.sftp.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static sluice.sftp.check.Checking.IDENTIFICATION;
import static sluice.sftp.check.Checking.KEY_EXCHANGE;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sluice.api.health.Health;
import sluice.api.health.HealthCheck;
import sluice.api.health.Identity;
import sluice.sftp.Await;
import sluice.sftp.ScriptedServer;
import sluice.sftp.check.SshCheckOptions.Missing;
import sluice.testkit.SshPeer;
import sluice.testkit.TestBackend;

@Timeout(60)
final class SshCheckTest {

  private static final Duration PLENTY = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(400);

  @TempDir Path root;

  static Stream<SshCheckOptions> stages() {
    return Stream.of(IDENTIFICATION, KEY_EXCHANGE);
  }

  @Test
  void theIdentificationIsShownWithItsLatency() throws Exception {
    try (SshPeer peer = SshPeer.start(root)) {
      Health health = probe(IDENTIFICATION, peer.address(), PLENTY);
      assertEquals(Health.State.UP, health.state(), health.detail());
      assertEquals("SSH-2.0-ssh", health.detail());
      assertTrue(health.latency().orElseThrow().toNanos() > 0);
    }
  }

  @Test
  void aKeyExchangeShowsTheKeyThatClientsPrefer() throws Exception {
    try (SshPeer peer = SshPeer.start(root)) {
      Health health = probe(KEY_EXCHANGE, peer.address(), PLENTY);
      assertEquals(Health.State.UP, health.state(), health.detail());
      assertEquals("SSH-2.0-ssh, ssh-ed25519 " + peer.fingerprints().get(0), health.detail());
    }
  }

  @Test
  void everyHostKeyOfTheServerIsToldToBeCompared() throws Exception {
    try (SshPeer peer = SshPeer.start(root)) {
      Health health = probe(KEY_EXCHANGE, peer.address(), PLENTY);
      List<String> keys = peer.fingerprints();
      assertEquals(
          List.of(
              new Identity("host-key", "ssh-ed25519", keys.get(0)),
              new Identity("host-key", "ecdsa-sha2-nistp256", keys.get(1)),
              new Identity("host-key", "ssh-rsa", keys.get(2))),
          health.identities());
      assertFalse(health.warning(), health.detail());
    }
  }

  @Test
  void aServerWithoutEd25519ShowsTheKeysThatItHas() throws Exception {
    List<KeyPair> keys = SshPeer.newHostKeys().subList(1, 3);
    try (SshPeer peer = SshPeer.start(new InetSocketAddress("127.0.0.1", 0), root, "old", keys)) {
      Health health = probe(KEY_EXCHANGE, peer.address(), PLENTY);
      assertEquals(
          List.of("ecdsa-sha2-nistp256", "ssh-rsa"),
          health.identities().stream().map(Identity::kind).toList());
    }
  }

  @Test
  void aKeyThatAPinVouchesForIsNotCompared() throws Exception {
    try (SshPeer peer = SshPeer.start(root)) {
      List<String> pins = peer.fingerprints().subList(0, 1);
      Health health = probe(Checking.pinned(pins), peer.address(), PLENTY);
      assertEquals(
          List.of("ecdsa-sha2-nistp256", "ssh-rsa"),
          health.identities().stream().map(Identity::kind).toList());
    }
  }

  @Test
  void onlyThePreferredKeyIsLookedAtIfThatIsWanted() throws Exception {
    SshCheckOptions preferred =
        new SshCheckOptions(
            true,
            List.of(),
            SshCheckOptions.Compare.PREFERRED,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Missing.DOWN);
    try (SshPeer peer = SshPeer.start(root)) {
      Health health = probe(preferred, peer.address(), PLENTY);
      assertEquals(
          List.of(new Identity("host-key", "ssh-ed25519", peer.fingerprints().get(0))),
          health.identities());
    }
  }

  @Test
  void aPinnedHostKeyIsUpAndAnotherIsDownWithBothFingerprints() throws Exception {
    try (SshPeer mine = SshPeer.start(root);
        SshPeer other = SshPeer.start(root)) {
      List<String> pins = List.of(other.fingerprints().get(2), mine.fingerprints().get(0));
      assertEquals(Health.State.UP, probe(Checking.pinned(pins), mine.address(), PLENTY).state());

      List<String> pin = List.of(mine.fingerprints().get(0));
      Health health = probe(Checking.pinned(pin), other.address(), PLENTY);
      assertEquals(Health.State.DOWN, health.state());
      assertTrue(health.detail().startsWith("host-key-mismatch: "), health.detail());
      assertTrue(health.atOnce(), "no further user is to meet it");
      assertTrue(health.detail().contains(pin.get(0)), health.detail());
      assertTrue(health.detail().contains(other.fingerprints().get(0)), health.detail());
    }
  }

  @Test
  void aLoginThatWorksIsUp() throws Exception {
    try (SshPeer peer = SshPeer.start(root)) {
      SshCheckOptions login = Checking.login(SshPeer.USER, SshPeer.PASSWORD);
      Health health = probe(login, peer.address(), PLENTY);
      assertEquals(Health.State.UP, health.state(), health.detail());
      assertTrue(health.detail().endsWith("logged in as user"), health.detail());
    }
  }

  @Test
  void aLoginThatIsRefusedIsDownAndDoesNotShowThePassword() throws Exception {
    try (SshPeer peer = SshPeer.start(root)) {
      Health health = probe(Checking.login("user", "s3cret"), peer.address(), PLENTY);
      assertEquals(Health.State.DOWN, health.state());
      assertTrue(health.detail().startsWith("login as user failed: "), health.detail());
      assertTrue(!health.detail().contains("s3cret"), health.detail());
    }
  }

  @Test
  void aFileThatIsThereIsUpAndAMissingOneIsDownOrDrain() throws Exception {
    Files.writeString(root.resolve("canary"), "alive");
    try (SshPeer peer = SshPeer.start(root)) {
      Health there = probe(file("/canary", Missing.DOWN), peer.address(), PLENTY);
      assertEquals(Health.State.UP, there.state(), there.detail());
      assertTrue(there.detail().endsWith("/canary has 5 bytes"), there.detail());

      Files.delete(root.resolve("canary"));
      Health down = probe(file("/canary", Missing.DOWN), peer.address(), PLENTY);
      assertEquals(Health.State.DOWN, down.state());
      assertEquals("file /canary is missing", down.detail());
      Health drain = probe(file("/canary", Missing.DRAIN), peer.address(), PLENTY);
      assertEquals(Health.State.DRAIN, drain.state());
    }
  }

  @ParameterizedTest
  @MethodSource("stages")
  void aSilentServerIsDownWhenTheTimeIsOver(SshCheckOptions options) throws Exception {
    try (ScriptedServer silent = ScriptedServer.silent()) {
      long begin = System.nanoTime();
      Health health = probe(options, silent.address(), SHORT);
      assertEquals(Health.State.DOWN, health.state());
      assertTrue(health.detail().contains("within 400 ms"), health.detail());
      assertTrue(System.nanoTime() - begin < Duration.ofSeconds(10).toNanos());
    }
  }

  @ParameterizedTest
  @MethodSource("stages")
  void aServerThatDripsIsDownWhenTheTimeIsOver(SshCheckOptions options) throws Exception {
    try (ScriptedServer drip =
        new ScriptedServer(
            socket -> {
              while (true) {
                socket.getOutputStream().write('x');
                Thread.sleep(50);
              }
            })) {
      Health health = probe(options, drip.address(), SHORT);
      assertEquals(Health.State.DOWN, health.state());
      assertTrue(health.detail().contains("within 400 ms"), health.detail());
    }
  }

  @ParameterizedTest
  @MethodSource("stages")
  void anotherProtocolIsDown(SshCheckOptions options) throws Exception {
    try (ScriptedServer ftp = ScriptedServer.saying("220 ftp ready\r\n")) {
      Health health = probe(options, ftp.address(), PLENTY);
      assertEquals(Health.State.DOWN, health.state());
      assertTrue(health.detail().contains("220 ftp ready"), health.detail());
    }
  }

  @ParameterizedTest
  @MethodSource("stages")
  void anOverloadedServerIsDownWithItsWords(SshCheckOptions options) throws Exception {
    try (ScriptedServer full = ScriptedServer.saying("Exceeded MaxStartups\r\n")) {
      Health health = probe(options, full.address(), PLENTY);
      assertEquals(Health.State.DOWN, health.state());
      assertTrue(health.detail().contains("Exceeded MaxStartups"), health.detail());
    }
  }

  @ParameterizedTest
  @MethodSource("stages")
  void binaryGarbageIsDown(SshCheckOptions options) throws Exception {
    try (ScriptedServer garbage = ScriptedServer.saying("\u0000\u0001\u00ff".repeat(9000))) {
      Health health = probe(options, garbage.address(), PLENTY);
      assertEquals(Health.State.DOWN, health.state(), health.detail());
    }
  }

  @ParameterizedTest
  @MethodSource("stages")
  void aRefusedConnectionIsDown(SshCheckOptions options) throws Exception {
    InetSocketAddress address;
    try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      address = new InetSocketAddress("127.0.0.1", gone.getLocalPort());
    }
    Health health = probe(options, address, PLENTY);
    assertEquals(Health.State.DOWN, health.state());
    assertTrue(health.detail().startsWith("no connection: Connection refused"), health.detail());
  }

  @ParameterizedTest
  @MethodSource("stages")
  void theConnectionLeavesFromTheBackendsSource(SshCheckOptions options) throws Exception {
    try (ScriptedServer server = ScriptedServer.saying("nothing\r\n")) {
      InetAddress source = InetAddress.getByName("127.0.0.9");
      HealthCheck check = new SshCheckFactory().create(options);
      check.probe(TestBackend.at(server.address()).from(source), PLENTY);
      close(check);
      assertEquals(source, server.client());
    }
  }

  @Test
  void oneCheckProbesManyTimesAndLeavesNoThreadWhenItIsClosed() throws Exception {
    try (SshPeer peer = SshPeer.start(root)) {
      // Starts what the library keeps for the whole JVM.
      probe(KEY_EXCHANGE, peer.address(), PLENTY);
      Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
      HealthCheck check = new SshCheckFactory().create(KEY_EXCHANGE);
      for (int i = 0; i < 10; i++) {
        Health health = check.probe(TestBackend.at(peer.address()), PLENTY);
        assertEquals(Health.State.UP, health.state(), health.detail());
      }
      close(check);
      assertThrows(
          IllegalStateException.class, () -> check.probe(TestBackend.at(peer.address()), PLENTY));
      Await.until(
          "threads left behind",
          () ->
              Thread.getAllStackTraces().keySet().stream()
                  .filter(thread -> !before.contains(thread))
                  .noneMatch(thread -> thread.getName().startsWith("sshd-SshClient")));
      Await.until("sessions left behind", () -> peer.sessions() == 0);
    }
  }

  @Test
  void optionsThatDoNotFitAreNamed() {
    assertProblem("password and private-key need a user", true, null, "p", null);
    assertProblem("user needs password or private-key", false, "u", null, null);
    assertProblem("file is looked for after a login", false, null, null, "/f");
    IllegalArgumentException pin =
        assertThrows(
            IllegalArgumentException.class, () -> Checking.pinned(List.of("MD5:00:11:22")));
    assertTrue(pin.getMessage().contains("\"MD5:00:11:22\""), pin.getMessage());
  }

  @Test
  void aPrivateKeyThatCannotBeReadIsNamedWhenTheCheckIsMade() throws Exception {
    Path missing = root.resolve("none");
    Path garbage = Files.writeString(root.resolve("garbage"), "no key\n");
    for (Path file : List.of(missing, garbage)) {
      IllegalArgumentException problem =
          assertThrows(
              IllegalArgumentException.class,
              () -> new SshCheckFactory().create(Checking.key("user", file, null)));
      assertTrue(problem.getMessage().startsWith("private-key " + file), problem.getMessage());
    }
  }

  private static void assertProblem(
      String part, boolean keyExchange, String user, String password, String file) {
    IllegalArgumentException problem =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new SshCheckOptions(
                    keyExchange,
                    List.of(),
                    SshCheckOptions.Compare.ALL,
                    Optional.ofNullable(user),
                    Optional.ofNullable(password).map(sluice.api.Secret::of),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.ofNullable(file),
                    Missing.DOWN));
    assertTrue(problem.getMessage().contains(part), problem.getMessage());
  }

  private static SshCheckOptions file(String file, Missing missing) {
    return Checking.file(SshPeer.USER, SshPeer.PASSWORD, file, missing);
  }

  private static Health probe(SshCheckOptions options, InetSocketAddress address, Duration timeout)
      throws Exception {
    HealthCheck check = new SshCheckFactory().create(options);
    try {
      Health health = check.probe(TestBackend.at(address), timeout);
      assertNotNull(health);
      return health;
    } finally {
      close(check);
    }
  }

  private static void close(HealthCheck check) throws Exception {
    if (check instanceof AutoCloseable closeable) {
      closeable.close();
    }
  }
}
