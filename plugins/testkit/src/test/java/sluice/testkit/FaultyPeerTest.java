package sluice.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sluice.testkit.FaultyPeer.Fault;

@Timeout(30)
class FaultyPeerTest {

  private static Socket dial(FaultyPeer peer) throws IOException {
    Socket socket = new Socket(peer.address().getAddress(), peer.address().getPort());
    socket.setSoTimeout(200);
    return socket;
  }

  @Test
  void refusesConnections() throws Exception {
    try (FaultyPeer peer = FaultyPeer.stream(Fault.REFUSES)) {
      assertThrows(ConnectException.class, () -> dial(peer));
    }
  }

  @Test
  void acceptsAndSaysNothing() throws Exception {
    try (FaultyPeer peer = FaultyPeer.stream(Fault.SILENT)) {
      try (Socket socket = dial(peer)) {
        peer.awaitClient();
        assertThrows(SocketTimeoutException.class, () -> socket.getInputStream().read());
        assertEquals(1, peer.clients());
      }
      while (peer.clients() > 0) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void acceptsAndCloses() throws Exception {
    try (FaultyPeer peer = FaultyPeer.stream(Fault.CLOSES);
        Socket socket = dial(peer)) {
      assertEquals(-1, socket.getInputStream().read());
    }
  }

  @Test
  void talksGarbageWithoutEnd() throws Exception {
    try (FaultyPeer peer = FaultyPeer.stream(Fault.GARBAGE);
        Socket socket = dial(peer)) {
      assertEquals(100_000, socket.getInputStream().readNBytes(100_000).length);
    }
  }

  @Test
  void answersDatagramsWithGarbage() throws Exception {
    try (FaultyPeer peer = FaultyPeer.datagram(Fault.GARBAGE);
        DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout(5000);
      socket.send(new DatagramPacket(new byte[] {0, 1}, 2, peer.address()));
      DatagramPacket answer = new DatagramPacket(new byte[100], 100);
      socket.receive(answer);
      assertTrue(answer.getLength() > 2);
    }
  }
}
