package sluice.core.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static sluice.core.session.Bench.await;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.api.PortRanges;
import sluice.api.protocol.BackendConnector;
import sluice.api.protocol.BackendLink;
import sluice.api.protocol.DatagramProtocol;
import sluice.api.protocol.DatagramSession;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.Refusal;

/** Sessions over UDP: a port of their own on either side, and the next backend when one is mute. */
class DatagramSessionTest {

  /** Asks the backend what the client asked; the first answer goes back from a new port. */
  private static DatagramProtocol askOnce() {
    return listener ->
        (client, dialled, packet) -> {
          DatagramSession session = listener.open(client, dialled);
          var question = packet.retain();
          session.onEnd(question::release);
          session.connect(
              new BackendConnector() {
                @Override
                public void connected(BackendLink link) {
                  link.channel().pipeline().addLast(new Answers(session, link));
                  link.channel().config().setAutoRead(true);
                  link.channel()
                      .writeAndFlush(
                          new DatagramPacket(question.retainedDuplicate(), link.address()));
                }

                @Override
                public void refused(Refusal refusal) {
                  session.end(Outcome.refused(refusal));
                }
              });
        };
  }

  private static final class Answers extends SimpleChannelInboundHandler<DatagramPacket> {
    private final DatagramSession session;
    private final BackendLink link;

    Answers(DatagramSession session, BackendLink link) {
      this.session = session;
      this.link = link;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
      link.answered();
      try {
        Channel side = session.bindClientSide(PortRanges.ANY, new Ignored());
        side.writeAndFlush(
                new DatagramPacket(packet.content().retain(), session.info().clientAddress()))
            .addListener(sent -> session.end(Outcome.ok()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static final class Ignored extends SimpleChannelInboundHandler<DatagramPacket> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {}
  }

  private static DatagramSocket mute() throws IOException {
    return new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  private static DatagramSocket echo() throws IOException {
    DatagramSocket socket = mute();
    Thread thread =
        new Thread(
            () -> {
              try {
                while (true) {
                  var packet = new java.net.DatagramPacket(new byte[65536], 65536);
                  socket.receive(packet);
                  socket.send(packet);
                }
              } catch (IOException e) {
                // Closed by the test.
              }
            });
    thread.setDaemon(true);
    thread.start();
    return socket;
  }

  private static InetSocketAddress address(DatagramSocket socket) {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "nio"})
  void aMuteBackendIsPassedOverAndLargePacketsStayWhole(String transport) throws Exception {
    byte[] question = new byte[60_000];
    Arrays.fill(question, (byte) 7);
    try (DatagramSocket mute = mute();
        DatagramSocket echo = echo();
        Bench bench =
            Bench.start(
                transport, askOnce(), "", "answer-timeout: 1500ms", address(mute), address(echo));
        DatagramSocket client = mute()) {
      client.setSoTimeout(10_000);
      client.send(new java.net.DatagramPacket(question, question.length, bench.address()));
      var answer = new java.net.DatagramPacket(new byte[65536], 65536);
      client.receive(answer);
      assertArrayEquals(question, Arrays.copyOf(answer.getData(), answer.getLength()));
      assertNotEquals(bench.address().getPort(), answer.getPort());
      assertEquals(bench.address().getAddress(), answer.getAddress());
      Map<String, Object> record = bench.onlyRecord("session");
      assertEquals("p/b", record.get("backend"));
      assertEquals(2, record.get("attempts"));
      await("no session is left", () -> bench.listener().sessions() == 0);
      // With the JDK's selectors a closed socket keeps its port until the next look at them.
      var port = new InetSocketAddress(answer.getAddress(), answer.getPort());
      await("the port of the transfer is free again", () -> isFree(port));
    }
  }

  private static boolean isFree(InetSocketAddress port) {
    try (DatagramSocket socket = new DatagramSocket(port)) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "nio"})
  void whenEveryBackendIsMuteTheSessionIsRefused(String transport) throws Exception {
    try (DatagramSocket mute = mute();
        Bench bench =
            Bench.start(transport, askOnce(), "", "answer-timeout: 100ms", address(mute));
        DatagramSocket client = mute()) {
      client.send(new java.net.DatagramPacket(new byte[4], 4, bench.address()));
      Map<String, Object> record = bench.onlyRecord("session");
      assertEquals("refused", record.get("outcome"));
      assertTrue(record.get("cause").toString().startsWith("no-answer"), record::toString);
    }
  }
}
