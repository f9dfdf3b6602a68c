package sluice.testkit.tftp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The two sides of one running transfer: sends blocks or receives them, repeats what was lost, and
 * answers strangers with ERROR 5. Used on one thread.
 */
public final class TftpExchange {

  private final TftpSocket socket;
  private final Duration retransmit;
  private final int attempts;
  private InetSocketAddress peer;
  private boolean pinned;

  /**
   * @param socket this side's
   * @param peer where to send; its port is taken from the first answer unless {@code pinned}
   * @param pinned whether the peer's port is known already
   * @param retransmit how long to wait before a packet is sent again
   * @param attempts how often a packet is sent before the transfer is given up
   */
  public TftpExchange(
      TftpSocket socket,
      InetSocketAddress peer,
      boolean pinned,
      Duration retransmit,
      int attempts) {
    this.socket = socket;
    this.peer = peer;
    this.pinned = pinned;
    this.retransmit = retransmit;
    this.attempts = attempts;
  }

  /** Where this transfer's packets go. */
  public InetSocketAddress peer() {
    return peer;
  }

  /** Sends a packet to the peer. */
  public void send(TftpPacket packet) throws IOException {
    socket.send(peer, packet);
  }

  /**
   * Sends a packet until an expected one comes back.
   *
   * @throws TftpException if an ERROR comes
   * @throws SocketTimeoutException if nothing comes after all attempts
   */
  public TftpPacket ask(TftpPacket packet, Predicate<TftpPacket> expected) throws IOException {
    for (int attempt = 0; attempt < attempts; attempt++) {
      socket.send(peer, packet);
      Optional<TftpPacket> answer = await(expected, retransmit);
      if (answer.isPresent()) {
        return answer.get();
      }
    }
    throw new SocketTimeoutException("no answer to " + packet + " from " + peer);
  }

  /**
   * Waits for an expected packet of the peer.
   *
   * @return empty if none came in that time
   * @throws TftpException if an ERROR comes
   */
  public Optional<TftpPacket> await(Predicate<TftpPacket> expected, Duration timeout)
      throws IOException {
    long end = System.nanoTime() + timeout.toNanos();
    for (long left = timeout.toNanos(); left > 0; left = end - System.nanoTime()) {
      Optional<TftpSocket.Received> next = socket.receive(Duration.ofNanos(left));
      if (next.isEmpty()) {
        return Optional.empty();
      }
      TftpPacket packet = next.get().packet();
      InetSocketAddress from = next.get().from();
      if (pinned ? !from.equals(peer) : !from.getAddress().equals(peer.getAddress())) {
        if (packet.opcode() != TftpPacket.ERROR) {
          socket.send(from, TftpPacket.error(5, "Unknown transfer ID"));
        }
        continue;
      }
      if (packet.opcode() == TftpPacket.ERROR) {
        throw new TftpException(packet);
      }
      if (expected.test(packet)) {
        peer = from;
        pinned = true;
        return Optional.of(packet);
      }
    }
    return Optional.empty();
  }

  /** Sends the content in blocks; returns when the last is acknowledged. */
  public void sendBlocks(byte[] content, TftpOptions options) throws IOException {
    int size = options.blksize();
    long last = content.length / size + 1L;
    long base = 1;
    int failures = 0;
    while (base <= last) {
      long end = Math.min(last, base + options.windowsize() - 1);
      for (long block = base; block <= end; block++) {
        int offset = (int) ((block - 1) * size);
        int length = Math.min(size, content.length - offset);
        send(TftpPacket.data(block, content, offset, length));
      }
      long from = base;
      // Only a new acknowledgement moves on: a repeated one answered with data would double all
      // the packets that follow (RFC 1123, section 4.2.3.1).
      Optional<TftpPacket> ack =
          await(
              packet -> packet.opcode() == TftpPacket.ACK && fresh(packet, from, end), retransmit);
      if (ack.isPresent()) {
        base += distance(ack.get().block(), base - 1);
        failures = 0;
      } else if (++failures >= attempts) {
        throw new SocketTimeoutException("block " + base + " is not acknowledged by " + peer);
      }
    }
  }

  private static boolean fresh(TftpPacket ack, long base, long end) {
    int steps = distance(ack.block(), base - 1);
    return steps >= 1 && steps <= end - base + 1;
  }

  private static int distance(int block, long from) {
    return (int) (block - from & 0xffff);
  }

  /**
   * Receives blocks until a short one. That one is not acknowledged yet: see {@link #finish}.
   *
   * @param first DATA that came already, or null
   * @param opening what to repeat until the first block comes: a request, OACK or ACK 0
   */
  public TftpContent receiveBlocks(TftpPacket first, TftpPacket opening, TftpOptions options)
      throws IOException {
    TftpContent content = new TftpContent();
    TftpPacket last = opening;
    TftpPacket packet = first;
    int unacknowledged = 0;
    int failures = 0;
    while (true) {
      if (packet == null) {
        Optional<TftpPacket> next = await(data -> data.opcode() == TftpPacket.DATA, retransmit);
        if (next.isEmpty()) {
          if (++failures >= attempts) {
            throw new SocketTimeoutException(
                "nothing after block " + content.blocks() + " from " + peer);
          }
          last = content.blocks() == 0 ? opening : TftpPacket.ack(content.blocks());
          unacknowledged = 0;
          send(last);
          continue;
        }
        packet = next.get();
      }
      if (distance(packet.block(), content.blocks()) == 1) {
        content.add(packet);
        failures = 0;
        unacknowledged++;
        if (packet.contentLength() < options.blksize()) {
          return content;
        }
        if (unacknowledged == options.windowsize()) {
          unacknowledged = 0;
          send(TftpPacket.ack(content.blocks()));
        }
      } else if (content.blocks() > 0) {
        unacknowledged = 0;
        send(TftpPacket.ack(content.blocks()));
      }
      packet = null;
    }
  }

  /**
   * Acknowledges the last block, and again whenever it is repeated.
   *
   * @param dally how long to stay for repetitions
   */
  public void finish(TftpContent content, Duration dally) throws IOException {
    TftpPacket ack = TftpPacket.ack(content.blocks());
    send(ack);
    try {
      while (await(packet -> packet.opcode() == TftpPacket.DATA, dally).isPresent()) {
        send(ack);
      }
    } catch (TftpException e) {
      // The content is complete; what the other side thinks of it now changes nothing.
    }
  }
}
