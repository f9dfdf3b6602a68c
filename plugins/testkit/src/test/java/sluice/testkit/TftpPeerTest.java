package sluice.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.testkit.tftp.TftpException;
import sluice.testkit.tftp.TftpFaults;
import sluice.testkit.tftp.TftpPacket;
import sluice.testkit.tftp.TftpSocket;

class TftpPeerTest {

  @TempDir private Path root;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 511, 512, 513, 1024, 65535 * 512 + 1})
  void filesOfAllSizesGoBothWays(int size) throws IOException {
    byte[] content = random(size);
    try (TftpPeer peer = TftpPeer.start(root)) {
      TftpClient client = TftpClient.to(peer.address());
      client.put("there", content);
      assertArrayEquals(content, Files.readAllBytes(root.resolve("there")));
      assertArrayEquals(content, client.get("/there"));
      assertEquals(2, peer.requests());
    }
  }

  @Test
  void optionsAreGranted() throws IOException {
    byte[] content = random(300_000);
    try (TftpPeer peer = TftpPeer.start(root)) {
      TftpClient client =
          TftpClient.to(peer.address())
              .option("blksize", 1428)
              .option("windowsize", 8)
              .option("timeout", 1)
              .option("tsize", 0)
              .option("unheard-of", "x");
      client.put("there", content);
      assertArrayEquals(content, client.get("there"));

      try (TftpSocket socket = TftpSocket.open(peer.address().getAddress())) {
        socket.send(
            peer.address(), TftpPacket.request(TftpPacket.RRQ, "there", "octet", client.options()));
        TftpSocket.Received oack = socket.receive(Duration.ofSeconds(5)).orElseThrow();
        assertEquals(
            "OACK {blksize=1428, windowsize=8, timeout=1, tsize=300000}", oack.packet().toString());
        assertNotEquals(peer.address().getPort(), oack.from().getPort());
        socket.send(oack.from(), TftpPacket.error(8, "enough"));
      }
    }
  }

  @Test
  void netasciiTranslatesLineEnds() throws IOException {
    byte[] text = "one\ntwo\rthree\r\n".repeat(100).getBytes(StandardCharsets.US_ASCII);
    try (TftpPeer peer = TftpPeer.start(root)) {
      TftpClient client = TftpClient.to(peer.address()).mode("netascii");
      client.put("text", text);
      assertArrayEquals(text, Files.readAllBytes(root.resolve("text")));
      assertArrayEquals(text, client.get("text"));
      assertEquals(1500, client.mode("octet").get("text").length);
    }
  }

  @Test
  void lostAndDoubledPacketsAreMended() throws IOException {
    byte[] content = random(100_000);
    try (TftpPeer peer = TftpPeer.start(root)) {
      peer.faults(TftpFaults.random(1, 0.05, 0.05));
      peer.retransmit(Duration.ofMillis(50));
      peer.dally(Duration.ofMillis(500));
      TftpClient client =
          TftpClient.to(peer.address())
              .faults(TftpFaults.random(2, 0.05, 0.05))
              .retransmit(Duration.ofMillis(50))
              .attempts(20)
              .dally(Duration.ofMillis(200));
      client.put("there", content);
      assertArrayEquals(content, client.get("there"));
      assertArrayEquals(content, client.option("windowsize", 4).get("there"));
    }
  }

  @Test
  void whatIsNotThereOrOutsideIsAnError() throws IOException {
    try (TftpPeer peer = TftpPeer.start(root)) {
      TftpClient client = TftpClient.to(peer.address());
      assertEquals(1, assertThrows(TftpException.class, () -> client.get("nothing")).code());
      assertEquals(2, assertThrows(TftpException.class, () -> client.get("../x")).code());
      assertEquals(
          2, assertThrows(TftpException.class, () -> client.put("../x", new byte[1])).code());
      assertEquals(4, assertThrows(TftpException.class, () -> client.mode("mail").get("x")).code());
    }
  }

  @Test
  void aSilentServerIsOneThatDoesNotAnswer() throws IOException {
    try (TftpPeer peer = TftpPeer.start(root)) {
      peer.silent(true);
      TftpClient client =
          TftpClient.to(peer.address()).retransmit(Duration.ofMillis(50)).attempts(2);
      assertThrows(SocketTimeoutException.class, () -> client.get("x"));
      assertEquals(2, peer.requests());
    }
  }

  @Test
  void aClosedServerLeavesItsPort() throws IOException {
    InetSocketAddress address;
    try (TftpPeer peer = TftpPeer.start(root)) {
      address = peer.address();
    }
    TftpPeer.start(address, root).close();
  }

  private static byte[] random(int size) {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    return content;
  }
}
