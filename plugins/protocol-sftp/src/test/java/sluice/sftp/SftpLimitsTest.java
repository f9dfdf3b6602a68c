package sluice.sftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sluice.testkit.SshPeer;
import sluice.testkit.TestGateway;

@Timeout(120)
final class SftpLimitsTest {

  @TempDir Path root;

  private static Socket connect(Vault vault) throws Exception {
    Socket socket = new Socket(vault.address().getAddress(), vault.address().getPort());
    socket.setSoTimeout(30_000);
    return socket;
  }

  private static String all(Socket client) throws Exception {
    return new String(Vault.readAll(client.getInputStream()), StandardCharsets.ISO_8859_1);
  }

  @Test
  void aClientThatSaysNothingIsClosedInTimeAndNeverHeldAServer() throws Exception {
    String options = "options: { handshake-timeout: 1500ms, wait-for-client: 1500ms }";
    try (SshPeer a = Vault.peer(root, "a");
        Vault vault = Vault.of(options, "", "", a.address());
        Socket client = connect(vault)) {
      long begin = System.nanoTime();
      assertEquals("", all(client));
      assertTrue(System.nanoTime() - begin > 1_000_000_000L, "not at once");
      Map<String, Object> record = vault.records(1).get(0);
      assertEquals("timed-out", record.get("outcome"), record::toString);
      assertEquals("", record.get("backend"), record::toString);
      assertEquals(0, vault.gateway().backend("vault", "a").totalSessions());
    }
  }

  @Test
  void aClientThatWaitsForTheServerIsServedButNotForEver() throws Exception {
    String options = "options: { handshake-timeout: 3s, wait-for-client: 100ms }";
    try (SshPeer a = Vault.peer(root, "a");
        Vault vault = Vault.of(options, "", "", a.address());
        Socket client = connect(vault)) {
      String got = all(client);
      assertTrue(got.startsWith("SSH-2.0-a\r\n"), got);
      Map<String, Object> record = vault.records(1).get(0);
      assertEquals("timed-out", record.get("outcome"), record::toString);
      assertEquals((long) got.length(), record.get("bytes_from_backend"), record::toString);
      TestGateway.await(
          "the server is free", () -> vault.gateway().backend("vault", "a").sessions() == 0);
    }
  }

  @Test
  void everyByteIsInTheRecord() throws Exception {
    try (ScriptedServer server =
            new ScriptedServer(
                socket -> {
                  socket.getOutputStream().write("SSH-2.0-counted\r\n".getBytes());
                  socket.getInputStream().readNBytes(16 + 1000);
                  socket.getOutputStream().write(new byte[500]);
                });
        Vault vault = Vault.of(server.address());
        Socket client = connect(vault)) {
      client.getOutputStream().write("SSH-2.0-counts\r\n".getBytes(StandardCharsets.US_ASCII));
      client.getOutputStream().write(new byte[1000]);
      assertEquals(17 + 500, all(client).length());
      client.close();
      Map<String, Object> record = vault.records(1).get(0);
      assertEquals(16 + 1000L, record.get("bytes_from_client"), record::toString);
      assertEquals(17 + 500L, record.get("bytes_from_backend"), record::toString);
      assertEquals("SSH-2.0-counts", record.get("client-software"), record::toString);
    }
  }

  @Test
  void allThatAClientSaysBeforeItsEndReachesTheServer() throws Exception {
    try (ScriptedServer server =
            new ScriptedServer(
                socket -> {
                  Thread.sleep(300);
                  socket.getOutputStream().write("SSH-2.0-late\r\n".getBytes());
                  byte[] said = socket.getInputStream().readAllBytes();
                  socket.getOutputStream().write(("got " + said.length).getBytes());
                });
        Vault vault = Vault.of(server.address());
        Socket client = connect(vault)) {
      client.getOutputStream().write("SSH-2.0-early\r\n".getBytes(StandardCharsets.US_ASCII));
      client.getOutputStream().write(new byte[10_000]);
      client.shutdownOutput();
      assertEquals("SSH-2.0-late\r\ngot 10015", all(client));
      assertEquals("ok", vault.records(1).get(0).get("outcome"));
    }
  }

  @Test
  void whoLogsInTooOftenAtATimeIsToldSoUntilALoginIsThrough() throws Exception {
    String options = "options: { startups: { per-client: 3, login-bytes: 2KiB } }";
    try (SshPeer a = Vault.peer(root, "a");
        Vault vault = Vault.of(options, "", "", a.address());
        SftpUser user = new SftpUser()) {
      List<Socket> silent = new ArrayList<>();
      try {
        for (int i = 0; i < 3; i++) {
          silent.add(connect(vault));
        }
        TestGateway.await("three are in", () -> vault.gateway().sessions().size() == 3);
        try (Socket fourth = connect(vault)) {
          String got = all(fourth);
          String words = "Too many clients are logging in, please try again later.";
          assertTrue(got.startsWith("Sluice: " + words + "\r\nSSH-2.0-Sluice\r\n"), got);
        }
        Map<String, Object> record = vault.records(1).get(0);
        assertEquals("refused", record.get("outcome"), record::toString);
        assertEquals(
            "3 sessions of this client's network are logging in, and startups.per-client is 3",
            record.get("cause"));
        silent.remove(0).close();
        TestGateway.await("one has left", () -> vault.gateway().sessions().size() == 2);
        try (SftpUser.Login first = user.login(vault.address());
            SftpUser.Login second = user.login(vault.address())) {
          // Who has logged in is no longer counted.
          first.upload("/x", new byte[1]);
          second.upload("/y", new byte[1]);
        }
      } finally {
        for (Socket each : silent) {
          each.close();
        }
      }
    }
  }
}
