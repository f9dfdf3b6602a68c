package sluice.core.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.api.PortRanges;
import sluice.api.Side;
import sluice.api.protocol.DataConnection;
import sluice.api.protocol.DataEvents;
import sluice.api.protocol.DataLeg;
import sluice.api.protocol.DataPlan;
import sluice.api.protocol.Outcome;
import sluice.core.StartException;

/** What a backend gets to know of the client: PROXY headers and source addresses. */
class ClientIdentityTest {

  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  /** What backends have seen: the peer's address, and the first read after a client's "ping". */
  private final BlockingQueue<String> peers = new LinkedBlockingQueue<>();

  private final BlockingQueue<byte[]> firstBytes = new LinkedBlockingQueue<>();

  private void serve(Socket socket) throws IOException {
    peers.add(socket.getInetAddress().getHostAddress());
    byte[] buffer = new byte[1000];
    int read = socket.getInputStream().read(buffer);
    firstBytes.add(java.util.Arrays.copyOf(buffer, read));
    socket.getOutputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
    socket.getInputStream().transferTo(socket.getOutputStream());
  }

  private static HAProxyMessage decoded(byte[] bytes) {
    EmbeddedChannel channel = new EmbeddedChannel(new HAProxyMessageDecoder());
    channel.writeInbound(Unpooled.wrappedBuffer(bytes));
    HAProxyMessage message = channel.readInbound();
    channel.finishAndReleaseAll();
    return message;
  }

  private static Socket from(Bench bench, String local) throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(local, 0));
    socket.connect(bench.address(), 5000);
    socket.setSoTimeout(10_000);
    return socket;
  }

  @ParameterizedTest
  @CsvSource({"epoll, v1", "epoll, v2", "nio, v1", "nio, v2"})
  void theBackendIsToldTheClientBeforeAnythingElse(String transport, String version)
      throws Exception {
    try (TestServer server = new TestServer(this::serve);
        Bench bench =
            Bench.start(
                transport,
                Bench.passThrough(),
                "",
                "proxy-protocol: { send: " + version + " }",
                server.address());
        Socket client = from(bench, "127.0.0.42")) {
      // The header is whole in the first read, and the server's words come back.
      HAProxyMessage told = decoded(firstBytes.poll(10, TimeUnit.SECONDS));
      assertEquals("127.0.0.42", told.sourceAddress());
      assertEquals(client.getLocalPort(), told.sourcePort());
      assertEquals("127.0.0.1", told.destinationAddress());
      assertEquals(bench.address().getPort(), told.destinationPort());
      assertEquals("hello\n", new String(client.getInputStream().readNBytes(6)));
      client.getOutputStream().write("ping".getBytes(StandardCharsets.US_ASCII));
      assertEquals("ping", new String(client.getInputStream().readNBytes(4)));
      if (version.equals("v2")) {
        String id = bench.gateway().sessions().get(0).id();
        assertEquals(id, told.tlvs().get(0).content().toString(StandardCharsets.US_ASCII));
      }
      told.release();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "nio"})
  void severalSourceAddressesTakeTurns(String transport) throws Exception {
    try (TestServer server =
            TestServer.greeting("hello", s -> peers.add(s.getInetAddress().getHostAddress()));
        Bench bench =
            Bench.start(
                transport,
                Bench.passThrough(),
                "",
                "source: \"127.0.0.11, 127.0.0.12\"",
                server.address())) {
      for (int i = 0; i < 4; i++) {
        Socket client = bench.connect();
        assertEquals('h', client.getInputStream().read());
        client.close();
      }
      assertEquals(
          List.of("127.0.0.11", "127.0.0.12", "127.0.0.11", "127.0.0.12"),
          List.of(peers.take(), peers.take(), peers.take(), peers.take()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "nio"})
  void everyClientHasItsOwnAddressInTheMappedNetwork(String transport) throws Exception {
    // All of 127/8 is routed to this machine, as a mapped network has to be.
    try (TestServer server =
            TestServer.greeting("hello", s -> peers.add(s.getInetAddress().getHostAddress()));
        Bench bench =
            Bench.start(
                transport,
                Bench.passThrough(),
                "",
                "source: \"127.99.0.0/16\"",
                server.address())) {
      from(bench, "127.0.3.4").close();
      assertEquals("127.99.3.4", peers.poll(10, TimeUnit.SECONDS));
      from(bench, "127.0.3.5").close();
      assertEquals("127.99.3.5", peers.poll(10, TimeUnit.SECONDS));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void dataConnectionsLeaveFromTheSessionsSourceAndBeginWithAHeaderIfWanted(boolean header)
      throws Exception {
    try (TestServer control = TestServer.greeting("hello", s -> s.getInputStream().read());
        ServerSocket data = new ServerSocket(0, 5, LOOPBACK)) {
      CompletableFuture<Integer> port = new CompletableFuture<>();
      InetAddress source = InetAddress.getByName("127.99.3.4");
      try (Bench bench =
              Bench.start(
                  Bench.whenAnswered(
                      session -> {
                        DataPlan plan =
                            DataPlan.of(
                                DataLeg.expect(
                                    LOOPBACK,
                                    PortRanges.ANY,
                                    session.info().clientAddress().getAddress()),
                                DataLeg.dial(
                                    (InetSocketAddress) data.getLocalSocketAddress(), source));
                        session.open(plan, portTo(port));
                      }),
                  "",
                  "source: \"127.99.0.0/16\"\n    proxy-protocol: { send: v2, data: "
                      + header
                      + " }",
                  control.address());
          Socket client = from(bench, "127.0.3.4");
          Socket clientData = new Socket()) {
        clientData.bind(new InetSocketAddress("127.0.3.4", 0));
        clientData.connect(new InetSocketAddress(LOOPBACK, port.get(10, TimeUnit.SECONDS)), 5000);
        try (Socket backend = data.accept()) {
          backend.setSoTimeout(10_000);
          assertEquals("127.99.3.4", backend.getInetAddress().getHostAddress());
          if (header) {
            int length = 16 + 12 + 3 + bench.gateway().sessions().get(0).id().length();
            HAProxyMessage told = decoded(backend.getInputStream().readNBytes(length));
            assertEquals("127.0.3.4", told.sourceAddress());
            assertEquals(client.getLocalPort(), told.sourcePort());
            told.release();
          }
          clientData.getOutputStream().write("up".getBytes(StandardCharsets.US_ASCII));
          assertEquals("up", new String(backend.getInputStream().readNBytes(2)));
        }
      }
    }
  }

  private static DataEvents portTo(CompletableFuture<Integer> port) {
    return new DataEvents() {
      @Override
      public void ready(DataConnection data) {
        port.complete(data.listening(Side.CLIENT).getPort());
      }

      @Override
      public void ended(DataConnection data, Outcome outcome) {}
    };
  }

  @Test
  void aSourceOfAnotherFamilyFailsTheAttempt() throws Exception {
    try (TestServer server = TestServer.greeting("hello", s -> s.getInputStream().read());
        Bench bench = Bench.start(Bench.passThrough(), "", "source: \"::1\"", server.address());
        Socket client = bench.connect()) {
      assertTrue(
          new String(client.getInputStream().readAllBytes()).startsWith("refused no-answer"));
      assertEquals(0, server.accepted());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "auto, 198.51.100.0/24, ip route add local",
    "nio, client, works on Linux with the transport epoll only"
  })
  void aSourceThatCannotWorkIsAProblemAtTheStart(String transport, String source, String said) {
    StartException problem =
        assertThrows(
            StartException.class,
            () ->
                Bench.start(
                        transport,
                        Bench.passThrough(),
                        "",
                        "source: \"" + source + "\"",
                        new InetSocketAddress(LOOPBACK, 1))
                    .close());
    assertTrue(problem.getMessage().contains("pools.p.source"), problem::getMessage);
    assertTrue(problem.getMessage().contains(said), problem::getMessage);
  }
}
