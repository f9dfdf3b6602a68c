package sluice.tftp.check;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import sluice.api.Backend;

/**
 * Reads one small file, block by block, within a time limit (RFC 1350). Each packet is sent once
 * more if a third of the time has gone without an answer, for a single lost packet is no failure.
 */
final class CanaryRead implements AutoCloseable {

  /** How much of a file is read at most. */
  static final int LONGEST = 64 * 1024;

  private static final int BLOCK = 512;
  private static final int RRQ = 1;
  private static final int DATA = 3;
  private static final int ACK = 4;
  private static final int ERROR = 5;

  private final DatagramChannel channel;
  private final DatagramSocket socket;
  private final InetSocketAddress server;
  private final Duration timeout;
  private final long start = System.nanoTime();
  private final ByteBuffer buffer = ByteBuffer.allocate(2048);
  private InetSocketAddress transferId;

  /**
   * What was read.
   *
   * @param content the file, or its beginning
   * @param complete whether that is the whole file
   * @param latency the time until the first block came
   */
  record Canary(byte[] content, boolean complete, Duration latency) {}

  /** The server answered with an ERROR. */
  static final class ErrorException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int code;

    ErrorException(int code, String message) {
      super("ERROR " + code + (message.isEmpty() ? "" : ": " + message));
      this.code = code;
    }

    int code() {
      return code;
    }
  }

  CanaryRead(Backend backend, Duration timeout) throws IOException {
    this.timeout = timeout;
    this.server = backend.address();
    InetSocketAddress local =
        backend
            .source()
            .map(address -> new InetSocketAddress(address, 0))
            .orElse(new InetSocketAddress(0));
    // A channel's socket hears interrupts.
    this.channel = DatagramChannel.open();
    try {
      channel.bind(local);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    this.socket = channel.socket();
  }

  /**
   * Reads the file.
   *
   * @throws ErrorException if the server answers with an ERROR
   * @throws SocketTimeoutException if an answer does not come in time
   */
  Canary read(String file) throws IOException {
    ByteBuffer last = request(file);
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    Duration latency = null;
    for (int block = 1; ; block++) {
      int length = block(block, last, file);
      if (latency == null) {
        latency = Duration.ofNanos(System.nanoTime() - start);
      }
      content.write(buffer.array(), 4, length);
      if (length < BLOCK) {
        send(numbered(ACK, block, 0), transferId);
        return new Canary(content.toByteArray(), true, latency);
      }
      if (content.size() >= LONGEST) {
        send(error(0, "The check is done"), transferId);
        return new Canary(content.toByteArray(), false, latency);
      }
      last = numbered(ACK, block, 0);
    }
  }

  /** Sends the packet before it, and waits for a block; returns the length of its content. */
  private int block(int number, ByteBuffer before, String file) throws IOException {
    InetSocketAddress to = transferId == null ? server : transferId;
    send(before, to);
    boolean repeated = false;
    long sent = System.nanoTime();
    long third = timeout.toNanos() / 3;
    while (true) {
      long left = timeout.toNanos() - (System.nanoTime() - start);
      if (left <= 0) {
        throw new SocketTimeoutException(
            (number == 1
                    ? "no answer to the request for " + file
                    : file + " stopped at block " + number)
                + " within "
                + timeout.toMillis()
                + " ms");
      }
      long untilRepeat = third - (System.nanoTime() - sent);
      if (!repeated && untilRepeat <= 0) {
        send(before, to);
        repeated = true;
        continue;
      }
      DatagramPacket packet = receive(repeated ? left : Math.min(left, untilRepeat));
      if (packet == null) {
        continue;
      }
      InetSocketAddress from = (InetSocketAddress) packet.getSocketAddress();
      buffer.clear().limit(packet.getLength());
      int opcode = buffer.limit() < 4 ? 0 : buffer.getShort(0);
      if (!mine(from)) {
        if (opcode != ERROR) {
          send(error(5, "Unknown transfer ID"), from);
        }
      } else if (opcode == ERROR) {
        throw new ErrorException(buffer.getShort(2) & 0xffff, message());
      } else if (opcode == DATA && (buffer.getShort(2) & 0xffff) == number) {
        transferId = from;
        return buffer.limit() - 4;
      }
    }
  }

  private boolean mine(InetSocketAddress from) {
    return transferId == null
        ? from.getAddress().equals(server.getAddress())
        : from.equals(transferId);
  }

  private DatagramPacket receive(long nanos) throws IOException {
    DatagramPacket packet = new DatagramPacket(buffer.array(), buffer.capacity());
    socket.setSoTimeout((int) Math.max(1, nanos / 1_000_000));
    try {
      socket.receive(packet);
      return packet;
    } catch (SocketTimeoutException e) {
      return null;
    }
  }

  private void send(ByteBuffer packet, InetSocketAddress to) throws IOException {
    socket.send(new DatagramPacket(packet.array(), packet.capacity(), to));
  }

  private static ByteBuffer request(String file) {
    byte[] name = file.getBytes(StandardCharsets.UTF_8);
    byte[] mode = "octet".getBytes(StandardCharsets.US_ASCII);
    ByteBuffer packet = ByteBuffer.allocate(2 + name.length + 1 + mode.length + 1);
    return packet.putShort((short) RRQ).put(name).put((byte) 0).put(mode);
  }

  private static ByteBuffer error(int code, String message) {
    byte[] text = message.getBytes(StandardCharsets.US_ASCII);
    return numbered(ERROR, code, text.length + 1).put(text);
  }

  private static ByteBuffer numbered(int opcode, int number, int more) {
    return ByteBuffer.allocate(4 + more).putShort((short) opcode).putShort((short) number);
  }

  /** The message of the ERROR that stands in the buffer, as far as printable. */
  private String message() {
    StringBuilder message = new StringBuilder();
    for (int i = 4; i < buffer.limit() && buffer.get(i) != 0; i++) {
      message.append(buffer.get(i) >= ' ' && buffer.get(i) <= '~' ? (char) buffer.get(i) : '?');
    }
    return message.toString();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
