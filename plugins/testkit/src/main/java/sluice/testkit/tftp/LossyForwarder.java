package sluice.testkit.tftp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A bad network between TFTP clients and a server: packets are lost and doubled at random, both
 * ways. Clients talk to one port, as through a router that translates addresses; each has a port of
 * its own towards the server. One thread.
 */
public final class LossyForwarder implements AutoCloseable {

  private static final int BUFFER = 4 << 20;

  /** A client's way to the server. */
  private static final class Way {
    private final InetSocketAddress client;
    private final DatagramChannel channel;
    private InetSocketAddress server;

    private Way(InetSocketAddress client, DatagramChannel channel) {
      this.client = client;
      this.channel = channel;
    }
  }

  private final InetSocketAddress server;
  private final double loss;
  private final double duplicates;
  private final Random random;
  private final Selector selector;
  private final DatagramChannel face;
  private final Map<InetSocketAddress, Way> ways = new HashMap<>();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(65536);
  private final AtomicLong lost = new AtomicLong();
  private final AtomicLong forwarded = new AtomicLong();
  private final Thread thread;

  /**
   * Begins to forward.
   *
   * @param server where requests go
   * @param seed makes the faults repeatable
   * @param loss the share that is lost, 0 to 1
   * @param duplicates the share that is sent twice, 0 to 1
   */
  public LossyForwarder(InetSocketAddress server, long seed, double loss, double duplicates)
      throws IOException {
    this.server = server;
    this.loss = loss;
    this.duplicates = duplicates;
    this.random = new Random(seed);
    this.selector = Selector.open();
    this.face = open(new InetSocketAddress(server.getAddress(), 0));
    face.register(selector, SelectionKey.OP_READ);
    this.thread = new Thread(this::run, "lossy-forwarder");
    thread.setDaemon(true);
    thread.start();
  }

  private static DatagramChannel open(InetSocketAddress address) throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER);
    channel.bind(address);
    channel.configureBlocking(false);
    return channel;
  }

  /** Where clients send their requests. */
  public InetSocketAddress address() {
    return (InetSocketAddress) face.socket().getLocalSocketAddress();
  }

  /** How many packets were lost here. */
  public long lost() {
    return lost.get();
  }

  /** How many packets came through, copies not counted. */
  public long forwarded() {
    return forwarded.get();
  }

  private void run() {
    try {
      while (selector.isOpen()) {
        selector.select();
        for (SelectionKey key : selector.selectedKeys()) {
          if (key.attachment() instanceof Way way) {
            fromServer(way);
          } else {
            fromClients();
          }
        }
        selector.selectedKeys().clear();
      }
    } catch (ClosedSelectorException e) {
      // Closed.
    } catch (IOException e) {
      if (selector.isOpen()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void fromClients() throws IOException {
    while (true) {
      buffer.clear();
      InetSocketAddress client = (InetSocketAddress) face.receive(buffer);
      if (client == null) {
        return;
      }
      buffer.flip();
      Way way = ways.get(client);
      if (way == null) {
        way = new Way(client, open(new InetSocketAddress(server.getAddress(), 0)));
        way.channel.register(selector, SelectionKey.OP_READ, way);
        ways.put(client, way);
      }
      int opcode = buffer.remaining() < 2 ? 0 : buffer.getShort(0);
      if (opcode == TftpPacket.RRQ || opcode == TftpPacket.WRQ) {
        forward(way.channel, server);
      } else if (way.server != null) {
        forward(way.channel, way.server);
      }
    }
  }

  private void fromServer(Way way) throws IOException {
    while (true) {
      buffer.clear();
      InetSocketAddress from;
      try {
        from = (InetSocketAddress) way.channel.receive(buffer);
      } catch (PortUnreachableException e) {
        continue;
      }
      if (from == null) {
        return;
      }
      way.server = from;
      buffer.flip();
      forward(face, way.client);
    }
  }

  private void forward(DatagramChannel by, InetSocketAddress to) throws IOException {
    double roll = random.nextDouble();
    if (roll < loss) {
      lost.incrementAndGet();
      return;
    }
    forwarded.incrementAndGet();
    int length = buffer.limit();
    for (int copies = roll < loss + duplicates ? 2 : 1; copies > 0; copies--) {
      buffer.position(0).limit(length);
      by.send(buffer, to);
    }
  }

  /** Stops. */
  @Override
  public void close() throws IOException {
    selector.wakeup();
    selector.close();
    try {
      thread.join(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    face.close();
    for (Way way : ways.values()) {
      way.channel.close();
    }
  }
}
