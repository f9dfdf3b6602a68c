package sluice.tftp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import sluice.api.protocol.DatagramListener;
import sluice.api.protocol.DatagramSession;
import sluice.api.protocol.Refusal;
import sluice.testkit.tftp.TftpPacket;

/**
 * A listener in memory, with a clock that stands still until it is told otherwise. The client is
 * 192.0.2.7:2070 and the backend 10.0.0.69, which answers from port 4711. Every packet that is
 * given in must have been released when the rig is closed.
 */
final class Rig implements DatagramListener, AutoCloseable {

  static final InetSocketAddress CLIENT = new InetSocketAddress("192.0.2.7", 2070);
  static final InetSocketAddress DIALLED = new InetSocketAddress("192.0.2.1", 69);
  static final InetSocketAddress TRANSFER_ID = new InetSocketAddress("10.0.0.69", 4711);
  static final InetSocketAddress OWN = new InetSocketAddress("192.0.2.1", 50000);

  final List<FakeSession> sessions = new ArrayList<>();
  final List<String> sent = new ArrayList<>();
  final TftpListener listener;
  Refusal refusal;

  private final MockTicker ticker = Ticker.newMockTicker();
  private final EmbeddedChannel clock = EmbeddedChannel.builder().ticker(ticker).build();
  private final List<ByteBuf> given = new ArrayList<>();

  Rig(TftpOptions options) {
    listener = new TftpListener(this, new Policy(options), ticker::nanoTime);
  }

  /** Time goes by. */
  void pass(long millis) {
    ticker.advance(millis, TimeUnit.MILLISECONDS);
    clock.runScheduledPendingTasks();
  }

  FakeSession session() {
    return sessions.get(sessions.size() - 1);
  }

  /** A packet comes to the listening port. */
  void toListener(InetSocketAddress from, TftpPacket packet) {
    ByteBuf buffer = buffer(packet);
    listener.received(from, DIALLED, buffer);
    buffer.release();
  }

  /** The client sends to the listening port. */
  void request(TftpPacket packet) {
    toListener(CLIENT, packet);
  }

  /** The client sends to the transfer's port. */
  void client(TftpPacket packet) {
    client(CLIENT, packet);
  }

  /** Somebody sends to the transfer's port. */
  void client(InetSocketAddress from, TftpPacket packet) {
    session().clientSide.writeInbound(new DatagramPacket(buffer(packet), OWN, from));
  }

  /** The backend sends from its transfer id. */
  void backend(TftpPacket packet) {
    backend(TRANSFER_ID, packet);
  }

  /** Somebody sends to the port towards the backend. */
  void backend(InetSocketAddress from, TftpPacket packet) {
    session().link().channel.writeInbound(new DatagramPacket(buffer(packet), OWN, from));
  }

  private ByteBuf buffer(TftpPacket packet) {
    ByteBuf buffer = PooledByteBufAllocator.DEFAULT.buffer().writeBytes(packet.bytes());
    given.add(buffer);
    return buffer;
  }

  /** What went to the client since the last look, from the transfer's port. */
  void assertToClient(String... packets) {
    assertEquals(List.of(packets), packets(session().clientSide, CLIENT));
  }

  /** What went to the backend since the last look: requests to its port 69, else to its id. */
  void assertToBackend(String... packets) {
    assertEquals(List.of(packets), packets(session().link().channel, TRANSFER_ID));
  }

  /** What went out of the listening port since the last look. */
  void assertFromListener(String... packets) {
    assertEquals(List.of(packets), sent);
    sent.clear();
  }

  static List<String> packets(EmbeddedChannel channel, InetSocketAddress expected) {
    List<String> packets = new ArrayList<>();
    for (DatagramPacket out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      String text = TftpPacket.of(ByteBufUtil.getBytes(out.content())).toString();
      boolean usual =
          out.recipient().equals(expected)
              || out.recipient().equals(FakeSession.SERVER) && text.matches("[RW]RQ .*");
      packets.add(usual ? text : text + " to " + out.recipient());
      out.release();
    }
    return packets;
  }

  @Override
  public String name() {
    return "boot";
  }

  @Override
  public EventLoop eventLoop() {
    return clock.eventLoop();
  }

  @Override
  public InetSocketAddress localAddress() {
    return DIALLED;
  }

  @Override
  public DatagramSession open(InetSocketAddress client, InetSocketAddress dialled) {
    String id = "tftp-" + sessions.size();
    sessions.add(new FakeSession(id, clock.eventLoop(), client, dialled, refusal));
    return session();
  }

  @Override
  public void send(InetSocketAddress from, InetSocketAddress to, ByteBuf packet) {
    assertEquals(DIALLED, from);
    String text = TftpPacket.of(ByteBufUtil.getBytes(packet)).toString();
    sent.add(to.equals(CLIENT) ? text : text + " to " + to);
    packet.release();
  }

  @Override
  public void close() {
    for (FakeSession session : sessions) {
      session.links.forEach(link -> link.channel.finishAndReleaseAll());
      if (session.clientSide != null) {
        session.clientSide.finishAndReleaseAll();
      }
    }
    clock.finishAndReleaseAll();
    for (ByteBuf buffer : given) {
      assertEquals(0, buffer.refCnt(), "a packet was not released");
    }
  }
}
