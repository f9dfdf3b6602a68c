package sluice.tftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import sluice.testkit.tftp.TftpFaults;
import sluice.testkit.tftp.TftpPacket;
import sluice.testkit.tftp.TftpSocket;

/** A client, or a server, that does nothing by itself: tests say which packet it sends when. */
final class RawClient implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  final TftpSocket socket;
  private final InetSocketAddress server;
  private InetSocketAddress other;

  /**
   * @param server where requests go
   */
  RawClient(InetSocketAddress server) throws IOException {
    this(server, new InetSocketAddress(server.getAddress(), 0));
  }

  RawClient(InetSocketAddress server, InetSocketAddress local) throws IOException {
    this.socket = TftpSocket.open(local, TftpFaults.none());
    this.server = server;
  }

  InetSocketAddress address() {
    return socket.address();
  }

  /** Asks for a file. */
  void request(String file) throws IOException {
    request(TftpPacket.rrq(file));
  }

  void request(TftpPacket request) throws IOException {
    socket.send(server, request);
  }

  /** Waits for a packet, which must be this one; from here on packets go to its sender. */
  InetSocketAddress expect(String packet) throws IOException {
    TftpSocket.Received received = next();
    assertEquals(packet, received.packet().toString());
    other = received.from();
    return other;
  }

  /** Waits for a packet. */
  TftpSocket.Received next() throws IOException {
    return socket.receive(PATIENCE).orElseThrow(() -> new AssertionError("nothing came"));
  }

  /** Nothing comes for a moment. */
  void expectNothing() throws IOException {
    Optional<TftpSocket.Received> received = socket.receive(Duration.ofMillis(150));
    assertTrue(received.isEmpty(), () -> "came: " + received);
  }

  /** From here on packets go there. */
  void talkTo(InetSocketAddress address) {
    other = address;
  }

  void ack(long block) throws IOException {
    send(TftpPacket.ack(block));
  }

  void data(long block, int length) throws IOException {
    send(TftpPacket.data(block, new byte[length]));
  }

  void error(int code, String message) throws IOException {
    send(TftpPacket.error(code, message));
  }

  void send(TftpPacket packet) throws IOException {
    socket.send(other, packet);
  }

  @Override
  public void close() {
    socket.close();
  }
}
