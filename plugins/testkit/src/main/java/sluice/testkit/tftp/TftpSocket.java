package sluice.testkit.tftp;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** A UDP socket that sends and receives TFTP packets. One thread uses it; any may close it. */
public final class TftpSocket implements AutoCloseable {

  private final DatagramSocket socket;
  private final TftpFaults faults;
  private final byte[] buffer = new byte[65536];

  /** A packet and who sent it. */
  public record Received(TftpPacket packet, InetSocketAddress from) {}

  private TftpSocket(DatagramSocket socket, TftpFaults faults) {
    this.socket = socket;
    this.faults = faults;
  }

  /** A socket on a free port of a local address. */
  public static TftpSocket open(InetAddress local) throws IOException {
    return open(new InetSocketAddress(local, 0), TftpFaults.none());
  }

  /**
   * A socket on a local address.
   *
   * @param local port 0 for a free one
   * @param faults for the packets that it sends
   */
  public static TftpSocket open(InetSocketAddress local, TftpFaults faults) throws IOException {
    DatagramSocket socket = new DatagramSocket(local);
    socket.setReceiveBufferSize(1 << 20);
    return new TftpSocket(socket, faults);
  }

  /** The local address. */
  public InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  /** Sends a packet, unless the faults say otherwise. */
  public void send(InetSocketAddress to, TftpPacket packet) throws IOException {
    byte[] bytes = packet.bytes();
    for (int copies = faults.copies(packet); copies > 0; copies--) {
      socket.send(new DatagramPacket(bytes, bytes.length, to));
    }
  }

  /**
   * Waits for a packet.
   *
   * @return empty if none came in that time
   */
  public Optional<Received> receive(Duration timeout) throws IOException {
    DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
    socket.setSoTimeout((int) Math.max(1, timeout.toMillis()));
    try {
      socket.receive(packet);
    } catch (SocketTimeoutException e) {
      return Optional.empty();
    }
    TftpPacket received = TftpPacket.of(Arrays.copyOf(packet.getData(), packet.getLength()));
    return Optional.of(new Received(received, (InetSocketAddress) packet.getSocketAddress()));
  }

  /** Whether it is closed. */
  public boolean closed() {
    return socket.isClosed();
  }

  @Override
  public void close() {
    socket.close();
  }
}
