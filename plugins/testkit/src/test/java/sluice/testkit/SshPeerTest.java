package sluice.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClientFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class SshPeerTest {

  @TempDir Path root;

  @Test
  void itsIdentificationNamesIt() throws IOException {
    List<java.security.KeyPair> keys = SshPeer.newHostKeys();
    try (SshPeer peer = SshPeer.start(new InetSocketAddress("127.0.0.1", 0), root, "west-1", keys);
        Socket socket = new Socket(peer.address().getAddress(), peer.address().getPort());
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
      assertEquals("SSH-2.0-west_1", in.readLine());
    }
  }

  @Test
  void aFileGoesUpAndDown() throws Exception {
    byte[] content = new byte[100_000];
    new Random(7).nextBytes(content);
    try (SshPeer peer = SshPeer.start(root);
        Client client = new Client();
        ClientSession session = client.login(peer, SshPeer.PASSWORD);
        SftpClient sftp = SftpClientFactory.instance().createSftpClient(session)) {
      try (OutputStream out = sftp.write("/up.bin")) {
        out.write(content);
      }
      assertArrayEquals(content, Files.readAllBytes(root.resolve("up.bin")));
      try (InputStream in = sftp.read("/up.bin")) {
        assertArrayEquals(content, in.readAllBytes());
      }
      assertEquals(1, peer.sessions());
    }
  }

  @Test
  void aWrongPasswordIsRefused() throws Exception {
    try (SshPeer peer = SshPeer.start(root);
        Client client = new Client()) {
      assertThrows(SshException.class, () -> client.login(peer, "wrong"));
    }
  }

  @Test
  void peersCanShareTheirHostKeys() throws Exception {
    try (SshPeer one = SshPeer.start(root);
        SshPeer two =
            SshPeer.start(new InetSocketAddress("127.0.0.1", 0), root, "two", one.hostKeys());
        Client client = new Client()) {
      assertEquals(one.fingerprints(), two.fingerprints());
      String seen;
      try (ClientSession session = client.login(two, SshPeer.PASSWORD)) {
        seen = KeyUtils.getFingerPrint(session.getServerKey());
      }
      try (ClientSession session = client.login(one, SshPeer.PASSWORD)) {
        assertEquals(seen, KeyUtils.getFingerPrint(session.getServerKey()));
      }
    }
  }

  @Test
  void closedItLeavesNoThreadAndItsPortCanBeTakenAgain() throws Exception {
    // Starts what the library keeps for the whole JVM, so that only the peer's own is watched.
    SshPeer.start(root).close();
    Threads threads = Threads.watch();
    SshPeer peer = SshPeer.start(root);
    try (Client client = new Client();
        ClientSession session = client.login(peer, SshPeer.PASSWORD);
        SftpClient sftp = SftpClientFactory.instance().createSftpClient(session)) {
      sftp.stat("/");
      peer.close();
      peer.close();
    }
    try (SshPeer again = SshPeer.start(peer.address(), root, "again", peer.hostKeys())) {
      assertEquals(peer.address(), again.address());
    }
    threads.assertNoneLeft();
  }

  private static final class Client implements AutoCloseable {

    private final SshClient client = SshClient.setUpDefaultClient();

    Client() {
      client.setServerKeyVerifier((session, address, key) -> true);
      client.setNioWorkers(1);
      client.start();
    }

    ClientSession login(SshPeer peer, String password) throws IOException {
      ClientSession session =
          client.connect(SshPeer.USER, peer.address()).verify(20_000).getSession();
      try {
        session.addPasswordIdentity(password);
        session.auth().verify(20_000);
        return session;
      } catch (IOException e) {
        session.close(true);
        throw e;
      }
    }

    @Override
    public void close() {
      client.stop();
    }
  }
}
