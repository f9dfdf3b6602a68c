package sluice.sftp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.testkit.SshPeer;
import sluice.testkit.TestGateway;

@Timeout(120)
final class SftpThroughGatewayTest {

  private static final int FIVE_MIB = 5 * 1024 * 1024;

  @TempDir Path root;

  @Test
  void filesGoUpAndDownOverTwoServersWithOneHostKey() throws Exception {
    byte[] content = random(FIVE_MIB, 1);
    try (SshPeer a = Vault.peer(root, "a");
        SshPeer b = Vault.peer(root, "b");
        Vault vault = Vault.of("", "", "max-sessions: 1", a.address(), b.address());
        SftpUser user = new SftpUser();
        SftpUser.Login first = user.login(vault.address());
        SftpUser.Login second = user.login(vault.address())) {
      assertEquals("a", first.server());
      assertEquals("b", second.server());
      first.upload("/one.bin", content);
      second.upload("/two.bin", content);
      assertArrayEquals(content, Files.readAllBytes(root.resolve("a/one.bin")));
      assertArrayEquals(content, Files.readAllBytes(root.resolve("b/two.bin")));
      assertArrayEquals(content, first.download("/one.bin"));
      assertArrayEquals(content, second.download("/two.bin"));
      first.close();
      second.close();

      for (Map<String, Object> record : vault.records(2)) {
        assertEquals("ok", record.get("outcome"), record::toString);
        assertTrue((long) record.get("bytes_from_client") > FIVE_MIB, record::toString);
        assertTrue((long) record.get("bytes_from_backend") > FIVE_MIB, record::toString);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v2"})
  void aFileGoesThroughTwoGatewaysAndTheSecondKnowsTheClient(String version) throws Exception {
    byte[] content = random(FIVE_MIB, 1);
    String sends = "    proxy-protocol: { send: " + version + " }\n    source: \"127.99.0.0/16\"\n";
    String accepts = "proxy-protocol: { accept-from: [\"127.99.0.1\"] }";
    try (SshPeer a = Vault.peer(root, "a");
        Vault behind = Vault.of(accepts, "", "", a.address());
        Vault front = Vault.of("", sends, "", behind.address());
        SftpUser user = new SftpUser()) {
      try (SftpUser.Login login = user.login(front.address())) {
        login.upload("/one.bin", content);
        assertArrayEquals(content, login.download("/one.bin"));
      }
      Object client = front.records(1).get(0).get("client");
      assertEquals(client, behind.records(1).get(0).get("client"));
    }
  }

  @Test
  void twentySessionsAtATimeKeepTheirFilesApart() throws Exception {
    try (SshPeer a = Vault.peer(root, "a");
        SshPeer b = Vault.peer(root, "b");
        Vault vault = Vault.of("", "", "max-sessions: 10", a.address(), b.address());
        SftpUser user = new SftpUser()) {
      ExecutorService clients = Executors.newFixedThreadPool(20);
      try {
        List<Future<String>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
          int client = i;
          all.add(clients.submit(() -> roundTrip(user, vault, client)));
        }
        for (Future<String> each : all) {
          each.get(100, TimeUnit.SECONDS);
        }
      } finally {
        clients.shutdownNow();
      }
      TestGateway.await("all sessions have ended", () -> vault.gateway().sessions().isEmpty());
      assertEquals(20, vault.records(20).size());
    }
  }

  private static String roundTrip(SftpUser user, Vault vault, int client) throws Exception {
    byte[] content = random(200_000 + client, client);
    try (SftpUser.Login login = user.login(vault.address())) {
      String file = "/" + client + ".bin";
      login.upload(file, content);
      assertArrayEquals(content, login.download(file));
      return login.server();
    }
  }

  @Test
  void theEndOfTheClientsStreamReachesTheServerAndItsAnswerComesBack() throws Exception {
    try (ScriptedServer server =
            new ScriptedServer(
                socket -> {
                  socket.getOutputStream().write("SSH-2.0-echo\r\n".getBytes());
                  byte[] all = socket.getInputStream().readAllBytes();
                  socket.getOutputStream().write(("read " + all.length).getBytes());
                });
        Vault vault = Vault.of(server.address());
        Socket client = new Socket(vault.address().getAddress(), vault.address().getPort())) {
      client.getOutputStream().write("SSH-2.0-client\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] first = client.getInputStream().readNBytes("SSH-2.0-echo\r\n".length());
      assertEquals("SSH-2.0-echo\r\n", new String(first, StandardCharsets.US_ASCII));
      client.getOutputStream().write(new byte[100_000]);
      client.shutdownOutput();
      assertEquals("read 100016", text(client.getInputStream()));
      assertEquals("ok", vault.records(1).get(0).get("outcome"));
    }
  }

  @Test
  void whatTheClientSaysBeforeTheServerDoesArrives() throws Exception {
    try (ScriptedServer server =
            new ScriptedServer(
                socket -> {
                  // Slower than the client, which has said all by then.
                  Thread.sleep(200);
                  socket.getOutputStream().write("Welcome\r\nSSH-2.0-late\r\n".getBytes());
                  byte[] said = socket.getInputStream().readNBytes(15);
                  socket.getOutputStream().write(said);
                });
        Vault vault = Vault.of(server.address());
        Socket client = new Socket(vault.address().getAddress(), vault.address().getPort())) {
      client.getOutputStream().write("SSH-2.0-early\r\n".getBytes(StandardCharsets.US_ASCII));
      assertEquals("Welcome\r\nSSH-2.0-late\r\nSSH-2.0-early\r\n", text(client.getInputStream()));
    }
  }

  @Test
  void aServerThatDiesEndsTheClientsSession() throws Exception {
    try (SshPeer a = Vault.peer(root, "a");
        Vault vault = Vault.of(a.address());
        SftpUser user = new SftpUser();
        SftpUser.Login login = user.login(vault.address())) {
      login.upload("/x", new byte[10]);
      a.close();
      TestGateway.await("the session has ended", () -> vault.gateway().sessions().isEmpty());
      assertThrows(java.io.IOException.class, () -> login.download("/x"));
    }
  }

  private static String text(InputStream in) {
    return new String(Vault.readAll(in), StandardCharsets.ISO_8859_1);
  }

  private static byte[] random(int size, int seed) {
    byte[] content = new byte[size];
    new Random(seed).nextBytes(content);
    return content;
  }
}
