package sluice.testkit.tftp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Many TFTP clients that read one file at the same time, on the calling thread. What they receive
 * is compared with what they should, byte for byte. They repeat a request, and the acknowledgement
 * of what they have, after a time in which nothing came.
 */
public final class TftpSwarm {

  private static final Duration TICK = Duration.ofMillis(50);
  private static final int BUFFER = 1 << 18;

  /** How long clients stay after the last of them is done; several repetitions of a server. */
  private static final Duration DALLY = Duration.ofSeconds(4);

  private final InetSocketAddress server;
  private final String file;
  private final byte[] expected;
  private final Map<String, String> options;
  private final Duration retransmit;
  private final int attempts;
  private final ByteBuffer numbered = ByteBuffer.allocateDirect(4);
  private int complete;
  private long repeated;

  /**
   * What became of a swarm.
   *
   * @param complete how many clients have the file, and the right one
   * @param failures what kept the others, one line each
   * @param repeated how many packets the clients sent again
   */
  public record Result(int complete, List<String> failures, long repeated) {}

  /**
   * @param server where requests go
   * @param file to ask for
   * @param expected what it holds
   * @param options asked for, by name
   * @param retransmit how long a client waits before it sends again
   * @param attempts how often it does that in a row before it gives up
   */
  public TftpSwarm(
      InetSocketAddress server,
      String file,
      byte[] expected,
      Map<String, String> options,
      Duration retransmit,
      int attempts) {
    this.server = server;
    this.file = file;
    this.expected = expected;
    this.options = Map.copyOf(options);
    this.retransmit = retransmit;
    this.attempts = attempts;
  }

  /** One client. */
  private final class Client {
    private final DatagramChannel channel;
    private final byte[] request;
    private InetSocketAddress peer;
    private int blksize = 512;
    private int windowsize = 1;
    private long blocks;
    private int unacknowledged;
    private boolean gapTold;
    private boolean begun;
    private boolean over;
    private int silences;
    private long lastProgress = System.nanoTime();
    private String failure;

    private Client(DatagramChannel channel) {
      this.channel = channel;
      this.request = TftpPacket.request(TftpPacket.RRQ, file, "octet", options).bytes();
    }

    private void ask() throws IOException {
      channel.send(ByteBuffer.wrap(request), server);
    }

    private void acknowledge() throws IOException {
      unacknowledged = 0;
      numbered.clear();
      numbered.putShort((short) TftpPacket.ACK).putShort((short) blocks).flip();
      channel.send(numbered, peer);
    }

    private void packet(InetSocketAddress from, ByteBuffer packet) throws IOException {
      if (failure != null || packet.remaining() < 2 || peer != null && !from.equals(peer)) {
        return;
      }
      if (over) {
        // It stays for a while, because its last acknowledgement may be lost (RFC 1350 section 6).
        if (packet.getShort(0) == TftpPacket.DATA && packet.getShort(2) == (short) blocks) {
          acknowledge();
        }
        return;
      }
      switch (packet.getShort(0)) {
        case TftpPacket.OACK -> granted(from, packet);
        case TftpPacket.DATA -> data(from, packet);
        case TftpPacket.ERROR -> {
          byte[] bytes = new byte[packet.remaining()];
          packet.get(bytes);
          fail(TftpPacket.of(bytes).toString());
        }
        default -> fail("opcode " + packet.getShort(0));
      }
    }

    private void granted(InetSocketAddress from, ByteBuffer packet) throws IOException {
      if (blocks > 0) {
        return;
      }
      byte[] bytes = new byte[packet.remaining()];
      packet.get(bytes);
      Map<String, String> granted = TftpPacket.of(bytes).options();
      TftpOptions agreed = TftpOptions.from(granted);
      String size = granted.get("tsize");
      if (size != null && Long.parseLong(size) != expected.length) {
        fail("tsize is " + size);
        return;
      }
      blksize = agreed.blksize();
      windowsize = agreed.windowsize();
      begun(from);
      acknowledge();
    }

    private void begun(InetSocketAddress from) {
      peer = from;
      begun = true;
      lastProgress = System.nanoTime();
    }

    private void data(InetSocketAddress from, ByteBuffer packet) throws IOException {
      if (!begun) {
        begun(from);
      }
      short ahead = (short) (packet.getShort(2) - blocks);
      if (ahead != 1) {
        // The last one again: its acknowledgement was lost. Older ones are copies.
        if (ahead == 0 || ahead > 0 && windowsize > 1 && !gapTold) {
          gapTold = ahead > 0;
          acknowledge();
        }
        return;
      }
      long position = blocks * blksize;
      int length = packet.remaining() - 4;
      if (length != Math.min(blksize, expected.length - position)) {
        fail("block " + (blocks + 1) + " has " + length + " bytes");
        return;
      }
      if (!packet.slice(4, length).equals(ByteBuffer.wrap(expected, (int) position, length))) {
        fail("block " + (blocks + 1) + " has other bytes");
        return;
      }
      blocks++;
      unacknowledged++;
      gapTold = false;
      silences = 0;
      lastProgress = System.nanoTime();
      if (length < blksize) {
        acknowledge();
        over = true;
        complete++;
      } else if (unacknowledged >= windowsize) {
        acknowledge();
      }
    }

    private void look(long now) throws IOException {
      if (over || now - lastProgress < retransmit.toNanos()) {
        return;
      }
      if (++silences > attempts) {
        fail("nothing came after block " + blocks);
        return;
      }
      repeated++;
      lastProgress = now;
      gapTold = false;
      if (begun) {
        acknowledge();
      } else {
        ask();
      }
    }

    private void fail(String why) {
      failure = why;
      over = true;
    }
  }

  /**
   * Reads the file with so many clients that begin together.
   *
   * @param clients how many, each with a socket of its own
   * @param limit for all
   */
  public Result read(int clients, Duration limit) throws IOException {
    complete = 0;
    repeated = 0;
    List<Client> all = new ArrayList<>();
    ByteBuffer buffer = ByteBuffer.allocateDirect(65536);
    try (Selector selector = Selector.open()) {
      for (int i = 0; i < clients; i++) {
        DatagramChannel channel = DatagramChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER);
        channel.bind(new InetSocketAddress(server.getAddress(), 0)).configureBlocking(false);
        Client client = new Client(channel);
        all.add(client);
        channel.register(selector, SelectionKey.OP_READ, client);
      }
      for (Client client : all) {
        client.ask();
      }
      long end = System.nanoTime() + limit.toNanos();
      long nextLook = System.nanoTime();
      long lastEnd = nextLook;
      int left = clients;
      while (left > 0
          ? System.nanoTime() - end < 0
          : System.nanoTime() - lastEnd < DALLY.toNanos()) {
        selector.select(TICK.toMillis());
        for (SelectionKey key : selector.selectedKeys()) {
          receive((Client) key.attachment(), buffer);
        }
        selector.selectedKeys().clear();
        long now = System.nanoTime();
        if (now - nextLook >= 0) {
          nextLook = now + TICK.toNanos();
          int running = 0;
          for (Client client : all) {
            client.look(now);
            running += client.over ? 0 : 1;
          }
          if (running < left) {
            left = running;
            lastEnd = now;
          }
        }
      }
    } finally {
      for (Client client : all) {
        client.channel.close();
      }
    }
    List<String> failures = new ArrayList<>();
    for (Client client : all) {
      if (!client.over) {
        failures.add("not done in time, at block " + client.blocks);
      } else if (client.failure != null) {
        failures.add(client.failure);
      }
    }
    return new Result(complete, failures, repeated);
  }

  private void receive(Client client, ByteBuffer buffer) throws IOException {
    // Some at a time, so that no client waits for all of another's.
    for (int i = 0; i < 64; i++) {
      buffer.clear();
      InetSocketAddress from;
      try {
        from = (InetSocketAddress) client.channel.receive(buffer);
      } catch (PortUnreachableException e) {
        continue;
      }
      if (from == null) {
        return;
      }
      buffer.flip();
      client.packet(from, buffer);
    }
  }
}
