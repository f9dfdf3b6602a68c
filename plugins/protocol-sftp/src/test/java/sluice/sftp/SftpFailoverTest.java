package sluice.sftp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sluice.testkit.SshPeer;
import sluice.testkit.TestGateway;

@Timeout(120)
final class SftpFailoverTest {

  private static final String SHORT_ANSWER = "    answer-timeout: 1500ms\n";
  private static final Path SSH = Path.of("/usr/bin/ssh");

  @TempDir Path root;

  @Test
  void whenOneServerRefusesAnotherServesAtOnce() throws Exception {
    try (SshPeer b = Vault.peer(root, "b");
        Vault vault = Vault.of(nobody(), b.address());
        SftpUser user = new SftpUser()) {
      assertServedBy("b", user, vault, 2);
    }
  }

  @Test
  void whenOneServerSaysNothingAnotherServesAfterTheAnswerTimeout() throws Exception {
    try (ScriptedServer silent = ScriptedServer.silent();
        SshPeer b = Vault.peer(root, "b");
        Vault vault = Vault.of("", SHORT_ANSWER, "", silent.address(), b.address());
        SftpUser user = new SftpUser()) {
      assertServedBy("b", user, vault, 2);
    }
  }

  @Test
  void anOverloadedServerIsReplacedUnseen() throws Exception {
    try (ScriptedServer full = ScriptedServer.saying("Exceeded MaxStartups\r\n");
        SshPeer b = Vault.peer(root, "b");
        Vault vault = Vault.of(full.address(), b.address());
        Socket client = new Socket(vault.address().getAddress(), vault.address().getPort())) {
      byte[] first = client.getInputStream().readNBytes("SSH-2.0-b\r\n".length());
      assertEquals("SSH-2.0-b\r\n", new String(first, StandardCharsets.US_ASCII));
    }
  }

  @Test
  void aServerThatReturnsIsUsedAgain() throws Exception {
    String health = "    health: { check: ssh, interval: 200ms, timeout: 5s, rise: 1, fall: 1 }\n";
    SshPeer a = Vault.peer(root, "a");
    try (SshPeer b = Vault.peer(root, "b");
        Vault vault = Vault.of("", health, "", a.address(), b.address());
        SftpUser user = new SftpUser()) {
      assertServedBy("a", user, vault, 1);
      a.close();
      TestGateway.await("a is down", () -> state(vault, "a").equals("down"));
      assertServedBy("b", user, vault, 1);
      try (SshPeer back = Vault.again(a, root)) {
        TestGateway.await("a is up", () -> state(vault, "a").equals("up"));
        assertServedBy(back.name(), user, vault, 1);
      }
    } finally {
      a.close();
    }
  }

  @Test
  void aServerThatAcceptsAndSaysNothingIsTakenDownByTheCheck() throws Exception {
    String health =
        "    health: { check: ssh, interval: 200ms, timeout: 200ms, rise: 1, fall: 2 }\n";
    try (ScriptedServer silent = ScriptedServer.silent();
        Vault vault = Vault.of("", health, "", silent.address())) {
      TestGateway.await("a is down", () -> state(vault, "a").equals("down"));
    }
  }

  @Test
  void whenNothingIsUpTheClientIsToldAndTheConnectionEnds() throws Exception {
    try (Vault vault = Vault.of(nobody(), nobody());
        Socket client = new Socket(vault.address().getAddress(), vault.address().getPort())) {
      client.getOutputStream().write("SSH-2.0-client\r\n".getBytes(StandardCharsets.US_ASCII));
      String got = new String(Vault.readAll(client.getInputStream()), StandardCharsets.ISO_8859_1);
      assertTrue(
          got.startsWith("Sluice: No server answered, please try again later.\r\nSSH-2.0-"), got);
      assertTrue(got.indexOf("No server answered", 20) > 0, got);
      Map<String, Object> record = vault.records(1).get(0);
      assertEquals("refused", record.get("outcome"), record::toString);
    }
  }

  @Test
  void aListenerThatIsFullSaysSo() throws Exception {
    try (SshPeer a = Vault.peer(root, "a");
        Vault vault = Vault.of("max-sessions: 1", "", "", a.address());
        SftpUser user = new SftpUser();
        SftpUser.Login login = user.login(vault.address());
        Socket client = new Socket(vault.address().getAddress(), vault.address().getPort())) {
      String got = new String(Vault.readAll(client.getInputStream()), StandardCharsets.ISO_8859_1);
      assertTrue(got.startsWith("Sluice: Too many sessions"), got);
      login.upload("/goes-on", new byte[1]);
    }
  }

  @Test
  void opensshShowsItsUserWhyTheSessionWasRefused() throws Exception {
    assumeTrue(Files.isExecutable(SSH), "SKIPPED: no " + SSH + " (apt-get install openssh-client)");
    try (Vault vault = Vault.of(nobody())) {
      Path output = root.resolve("ssh.out");
      List<String> command =
          new ArrayList<>(List.of(SSH.toString(), "-F", "none", "-T", "-o", "BatchMode=yes"));
      command.addAll(List.of("-o", "UserKnownHostsFile=" + root.resolve("known_hosts")));
      command.addAll(List.of("-p", Integer.toString(vault.address().getPort())));
      command.addAll(List.of("user@127.0.0.1", "true"));
      Process ssh =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .redirectInput(new java.io.File("/dev/null"))
              .start();
      try {
        assertTrue(ssh.waitFor(30, TimeUnit.SECONDS), "ssh has not ended");
      } finally {
        ssh.destroyForcibly();
      }
      assertEquals(255, ssh.exitValue());
      String shown = Files.readString(output);
      assertTrue(shown.contains(":7: No server answered, please try again later."), shown);
    }
  }

  private static void assertServedBy(String name, SftpUser user, Vault vault, int attempts)
      throws Exception {
    int records = vault.gateway().records("session").size();
    byte[] content = name.getBytes(StandardCharsets.US_ASCII);
    try (SftpUser.Login login = user.login(vault.address())) {
      assertEquals(name, login.server());
      login.upload("/file", content);
      assertArrayEquals(content, login.download("/file"));
    }
    Map<String, Object> record = vault.records(records + 1).get(records);
    assertEquals(attempts, record.get("attempts"), record::toString);
    assertEquals("vault/" + name, record.get("backend"), record::toString);
  }

  private static String state(Vault vault, String backend) {
    return vault.gateway().backend("vault", backend).state().toString().toLowerCase();
  }

  /** An address where nobody listens. */
  private static InetSocketAddress nobody() throws Exception {
    try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return new InetSocketAddress("127.0.0.1", gone.getLocalPort());
    }
  }
}
