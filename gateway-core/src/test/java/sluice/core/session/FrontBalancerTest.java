package sluice.core.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static sluice.core.session.Bench.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.core.LogCapture;
import sluice.core.listener.FrontBalancers;

/** Balancers in front of a listener tell in a PROXY header who the client is. */
class FrontBalancerTest {

  private static final String V1 = "PROXY TCP4 192.0.2.7 198.51.100.1 40123 21\r\n";
  private static final String V2 =
      "\r\n\r\n\0\r\nQUIT\n\041\021\0\014\300\0\002\007\306\063\144\001" + "\234\273\0\025";
  private static final String FROM_HERE =
      "proxy-protocol: { accept-from: [\"127.0.0.2\", \"127.5.0.0/16\"], timeout: 1500ms }";

  private TestServer server;
  private LogCapture log;

  @BeforeEach
  void start() throws Exception {
    server = TestServer.greeting("hello", FrontBalancerTest::echo);
    log = new LogCapture(FrontBalancers.class);
  }

  @AfterEach
  void close() throws Exception {
    server.close();
    log.close();
  }

  private static void echo(Socket socket) throws IOException {
    socket.getInputStream().transferTo(socket.getOutputStream());
  }

  private Bench gateway(String transport) throws Exception {
    return Bench.start(transport, Bench.passThrough(), FROM_HERE, "", server.address());
  }

  private static Socket dial(Bench bench, String from) throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(from, 0));
    socket.connect(bench.address(), 5000);
    socket.setSoTimeout(10_000);
    socket.setTcpNoDelay(true);
    return socket;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Whether the gateway closed it without a word. */
  private static boolean closed(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() == -1;
    } catch (SocketException e) {
      return true; // A reset: what was sent was not read.
    }
  }

  @ParameterizedTest
  @CsvSource({"epoll, 1", "epoll, 2", "nio, 1", "nio, 2"})
  void theAddressesOfTheHeaderAreTheSessions(String transport, int version) throws Exception {
    try (Bench bench = gateway(transport)) {
      try (Socket balancer = dial(bench, "127.5.6.7")) {
        // What follows the header in the same segment is the client's.
        balancer.getOutputStream().write(bytes((version == 1 ? V1 : V2) + "ping"));
        assertArrayEquals(bytes("hello\nping"), balancer.getInputStream().readNBytes(10));
      }
      Map<String, Object> record = bench.onlyRecord("session");
      assertEquals("192.0.2.7:40123", record.get("client"));
      assertEquals("198.51.100.1:21", record.get("dialled"));
      assertEquals(Map.of(), bench.listener().refused());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "nio"})
  void aHeaderMayComeByteByByteAndMuchMayFollowIt(String transport) throws Exception {
    byte[] much = new byte[300_000];
    new java.util.Random(1).nextBytes(much);
    try (Bench bench = gateway(transport);
        Socket balancer = dial(bench, "127.0.0.2")) {
      OutputStream out = balancer.getOutputStream();
      for (byte one : bytes(V2)) {
        out.write(one);
        out.flush();
      }
      Thread writer =
          new Thread(
              () -> {
                try {
                  out.write(much);
                } catch (IOException e) {
                  // The reader below notices.
                }
              });
      writer.start();
      assertArrayEquals(bytes("hello\n"), balancer.getInputStream().readNBytes(6));
      assertArrayEquals(much, balancer.getInputStream().readNBytes(much.length));
      writer.join();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PROXY UNKNOWN\r\n", "\r\n\r\n\0\r\nQUIT\n\040\0\0\0"})
  void aHeaderWithoutAddressesLeavesTheConnectionsOwn(String header) throws Exception {
    try (Bench bench = gateway("auto")) {
      String own;
      try (Socket balancer = dial(bench, "127.0.0.2")) {
        own = "127.0.0.2:" + balancer.getLocalPort();
        balancer.getOutputStream().write(bytes(header));
        assertArrayEquals(bytes("hello\n"), balancer.getInputStream().readNBytes(6));
      }
      assertEquals(own, bench.onlyRecord("session").get("client"));
    }
  }

  @Test
  void anyoneElseIsClosedAtOnceAndLoggedOnce() throws Exception {
    try (Bench bench = gateway("auto")) {
      for (int i = 0; i < 3; i++) {
        try (Socket stranger = dial(bench, "127.0.0.9")) {
          assertTrue(closed(stranger));
        }
      }
      await("all are counted", () -> bench.listener().refused().equals(Map.of("proxy-source", 3L)));
      assertEquals(1, log.lines().size(), log.lines()::toString);
      assertTrue(
          log.lines()
              .get(0)
              .startsWith("WARN listener l closed a connection from 127.0.0.9: it is"),
          log.lines()::toString);
      assertEquals(0, server.accepted());
      assertEquals(0, bench.listener().totalSessions());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"USER anonymous\r\n", "PROXY TCP4 192.0.2.7", "", "\r\n\r\n"})
  void aBalancerWithoutAHeaderIsClosedInTime(String said) throws Exception {
    try (Bench bench = gateway("auto");
        Socket balancer = dial(bench, "127.0.0.2")) {
      balancer.getOutputStream().write(bytes(said));
      assertTrue(closed(balancer));
      await("it is counted", () -> bench.listener().refused().equals(Map.of("proxy-header", 1L)));
      assertEquals(0, server.accepted());
    }
  }

  /** Many times, as it may hang up before or after its session begins. */
  @RepeatedTest(25)
  void aBalancerThatHangsUpIsCounted() throws Exception {
    try (Bench bench = gateway("auto")) {
      try (Socket balancer = dial(bench, "127.0.0.2")) {
        balancer.getOutputStream().write(bytes("PROXY"));
      }
      await("it is counted", () -> bench.listener().refused().equals(Map.of("proxy-header", 1L)));
      await("it is logged", () -> !log.lines().isEmpty());
      assertTrue(
          log.lines().get(0).contains("closed the connection before"), log.lines()::toString);
    }
  }
}
