package sluice.core.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sluice.api.Backend;
import sluice.api.balance.Balancer;
import sluice.api.balance.BalancerFactory;
import sluice.api.health.Health;
import sluice.api.health.HealthCheck;
import sluice.api.health.HealthCheckFactory;
import sluice.api.protocol.DataPeers;
import sluice.api.protocol.Protocol;
import sluice.api.protocol.ProtocolFactory;
import sluice.api.protocol.StaticPorts;
import sluice.core.Gateway;
import sluice.core.StartException;
import sluice.core.control.Status;
import sluice.core.descriptor.load.DescriptorLoader;
import sluice.core.plugins.Extensions;

/**
 * Two backends with static ranges of ten ports each. A client's connection from 127.0.0.N goes to
 * the backend whose turn it is; each backend says its name on every data port.
 */
@Timeout(60)
final class StaticPortsTest {

  private static final int PORTS = 10;
  private static final String OWNER = "127.0.0.21";
  private static final String STRANGER = "127.0.0.22";

  private final InetAddress gatewayAddress = address();
  private final InetAddress a = address();
  private final InetAddress b = address();
  private final int first = ThreadLocalRandom.current().nextInt(20_000, 30_000);
  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<Map<String, Object>> records = new CopyOnWriteArrayList<>();
  private volatile String down = "";
  private Gateway gateway;

  @BeforeEach
  void servers() throws IOException {
    for (InetAddress server : List.of(a, b)) {
      String name = server == a ? "a" : "b";
      serve(
          server,
          2121,
          socket -> {
            socket.getOutputStream().write(("220 " + name + "\n").getBytes());
            socket.getInputStream().transferTo(socket.getOutputStream());
          });
      for (int i = 0; i < PORTS; i++) {
        int port = (server == a ? first : first + PORTS) + i;
        serve(
            server,
            port,
            socket -> {
              byte[] got = socket.getInputStream().readAllBytes();
              socket.getOutputStream().write((name + port + ":").getBytes());
              socket.getOutputStream().write(got);
            });
      }
    }
  }

  @AfterEach
  void close() throws Exception {
    if (gateway != null) {
      gateway.close();
    }
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  @Test
  void everyPortLeadsToTheSamePortOfItsBackend() throws Exception {
    start(DataPeers.STRICT, "");
    Socket onA = session(OWNER, "220 a");
    for (int i = 0; i < PORTS; i++) {
      assertEquals("a" + (first + i) + ":hello", talk(OWNER, first + i, "hello"));
    }
    Socket onB = session(STRANGER, "220 b");
    assertEquals("b" + (first + PORTS + 3) + ":hello", talk(STRANGER, first + PORTS + 3, "hello"));

    onA.close();
    onB.close();
    Bench.await("11 transfers", () -> records("transfer").size() == PORTS + 1);
    Map<String, Object> record = records("transfer").get(0);
    assertEquals("static", record.get("mode"));
    assertEquals("p/a", record.get("backend"));
    assertEquals("download", record.get("direction"), record::toString);
    assertEquals(("a" + first + ":").length() + 2L * 5, record.get("bytes"));
    assertEquals("ok", record.get("outcome"));
  }

  @Test
  void largeDataGoesBothWaysAndCountsAsTheBackendsLoad() throws Exception {
    start(DataPeers.STRICT, "");
    session(OWNER, "220 a");
    String text = "x".repeat(3 << 20);

    String echoed = talk(OWNER, first, text);

    assertEquals("a" + first + ":" + text, echoed);
    Status.Backend backend = gateway.status().pools().get(0).backends().get(0);
    Bench.await(
        "no transfer runs",
        () -> gateway.status().pools().get(0).backends().get(0).transfers() == 0);
    assertTrue(backend.totalBytes() >= 2L * text.length(), backend::toString);
  }

  @Test
  void aPortOfAnotherBackendLeadsNowhere() throws Exception {
    start(DataPeers.STRICT, "");
    session(OWNER, "220 a");

    assertEquals("", talk(OWNER, first + PORTS, "hello"));
    assertEquals("a" + first + ":still", talk(OWNER, first, "still"));
  }

  @Test
  void aStrangerIsRefusedWhileTheOwnerIsServed() throws Exception {
    start(DataPeers.STRICT, "");
    session(OWNER, "220 a");

    assertEquals("", talk(STRANGER, first, "steal"));
    assertEquals("a" + first + ":mine", talk(OWNER, first, "mine"));
    Bench.await(
        "the stranger is counted",
        () -> gateway.status().listeners().get(0).refused().getOrDefault("data-peer", 0L) == 1);
  }

  @Test
  void anyPeerIsServedWhereThatIsWantedAndASessionIsThere() throws Exception {
    start(DataPeers.ANY, "");
    assertEquals("", talk(STRANGER, first, "too early"));
    Socket control = session(OWNER, "220 a");

    assertEquals("a" + first + ":roaming", talk(STRANGER, first, "roaming"));
    control.close();
    Bench.await("the session ends", () -> gateway.sessions().isEmpty());
    assertEquals("", talk(STRANGER, first, "too late"));
  }

  @Test
  void aBackendThatIsDownGetsNothing() throws Exception {
    start(
        DataPeers.STRICT,
        "    health: { check: told, interval: 20ms, timeout: 20ms, rise: 1, fall: 1 }\n");
    session(OWNER, "220 a");
    assertEquals("a" + first + ":up", talk(OWNER, first, "up"));

    down = "a";
    Bench.await(
        "a is down",
        () -> gateway.status().pools().get(0).backends().get(0).state().equals("down"));
    assertEquals("", talk(OWNER, first, "down"));
  }

  @Test
  void dataThatIsStillUnderWayOutlivesTheGoodBye() throws Exception {
    start(DataPeers.STRICT, "");
    Socket control = session(OWNER, "220 a");
    try (Socket data = connect(OWNER, first)) {
      data.getOutputStream().write('x');
      Bench.await("it runs", () -> gateway.sessions().get(0).transfers() == 1);
      control.shutdownOutput();
      assertEquals(-1, control.getInputStream().read());
      data.getOutputStream().write('y');
      data.shutdownOutput();

      assertEquals("a" + first + ":xy", new String(data.getInputStream().readAllBytes()));
    }
    Bench.await("the session ends then", () -> gateway.sessions().isEmpty());
    assertEquals("ok", records("session").get(0).get("outcome"));
    assertEquals("ok", records("transfer").get(0).get("outcome"));
  }

  @Test
  void dataEndsWithASessionThatBreaks() throws Exception {
    start(DataPeers.STRICT, "");
    Socket control = session(OWNER, "220 a");
    try (Socket data = connect(OWNER, first)) {
      data.getOutputStream().write('x');
      Bench.await("it runs", () -> gateway.sessions().get(0).transfers() == 1);
      control.setSoLinger(true, 0);
      control.close();

      assertThrows(SocketException.class, () -> data.getInputStream().readAllBytes());
    }
    Bench.await("the session ends", () -> gateway.sessions().isEmpty());
    assertEquals("aborted", records("transfer").get(0).get("outcome"));
  }

  @Test
  void silenceEndsAConnection() throws Exception {
    start(DataPeers.STRICT, "", Duration.ofMillis(200));
    session(OWNER, "220 a");
    try (Socket data = connect(OWNER, first)) {
      data.getOutputStream().write('x');
      assertThrows(SocketException.class, () -> data.getInputStream().readAllBytes());
    }
    Bench.await("a record", () -> records("transfer").size() == 1);
    assertEquals("timed-out", records("transfer").get(0).get("outcome"));
  }

  @Test
  void allPortsAreFreeWhenTheGatewayHasStopped() throws Exception {
    start(DataPeers.STRICT, "");
    session(OWNER, "220 a");
    gateway.close();

    for (int i = 0; i < 2 * PORTS; i++) {
      int port = first + i;
      assertThrows(ConnectException.class, () -> connect(OWNER, port));
    }
  }

  @Test
  void aPortThatIsTakenIsNamedAtTheStartAndNothingStaysOpen() throws Exception {
    try (ServerSocket taken = new ServerSocket(first + 12, 1, gatewayAddress)) {
      StartException refused =
          assertThrows(StartException.class, () -> start(DataPeers.STRICT, ""));

      assertTrue(refused.getMessage().contains("p/b"), refused::getMessage);
      assertTrue(refused.getMessage().contains(":" + (first + 12)), refused::getMessage);
      assertTrue(refused.getMessage().contains("in use"), refused::getMessage);
      assertThrows(ConnectException.class, () -> connect(OWNER, first));
      assertTrue(taken.isBound());
    }
  }

  private void start(DataPeers peers, String pool) throws StartException {
    start(peers, pool, Duration.ZERO);
  }

  private void start(DataPeers peers, String pool, Duration idle) throws StartException {
    String yaml =
        """
        stop-timeout: 2s
        listeners:
          l: { protocol: unread, bind: "%s:0", pool: p }
        pools:
          p:
            balance: { strategy: in-turn }
        %s    backends:
              a: { address: "%s:2121", data-ports: %d-%d }
              b: { address: "%s:2121", data-ports: %d-%d }
        """
            .formatted(
                gatewayAddress.getHostAddress(),
                pool,
                a.getHostAddress(),
                first,
                first + PORTS - 1,
                b.getHostAddress(),
                first + PORTS,
                first + 2 * PORTS - 1);
    Extensions extensions =
        Extensions.of(new Unread(new StaticPorts("it", peers, idle)), new InTurn(), new Told());
    gateway =
        Gateway.start(
            DescriptorLoader.forTests(extensions).load("test.yaml", yaml).get(),
            extensions,
            records::add,
            "test");
  }

  private List<Map<String, Object>> records(String type) {
    return records.stream().filter(record -> type.equals(record.get("type"))).toList();
  }

  /** A control connection that was greeted. */
  private Socket session(String from, String greeting) throws IOException {
    String text = gateway.status().listeners().get(0).addresses().get(0);
    Socket socket = connect(from, Integer.parseInt(text.substring(text.lastIndexOf(':') + 1)));
    byte[] line = socket.getInputStream().readNBytes(greeting.length() + 1);
    assertEquals(greeting + "\n", new String(line, StandardCharsets.US_ASCII));
    return socket;
  }

  private Socket connect(String from, int port) throws IOException {
    Socket socket = new Socket();
    open.add(socket);
    socket.bind(new InetSocketAddress(from, 0));
    socket.setSoTimeout(10_000);
    socket.connect(new InetSocketAddress(gatewayAddress, port), 5000);
    return socket;
  }

  /** What comes back; empty if the connection is refused or cut. */
  private String talk(String from, int port, String text) throws IOException {
    try (Socket socket = connect(from, port)) {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    } catch (SocketException e) {
      return "";
    }
  }

  private void serve(InetAddress at, int port, TestServer.Behaviour behaviour) throws IOException {
    open.add(new TestServer(new InetSocketAddress(at, port), behaviour));
  }

  private static InetAddress address() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    try {
      return InetAddress.getByAddress(
          new byte[] {
            127,
            (byte) random.nextInt(2, 250),
            (byte) random.nextInt(256),
            (byte) random.nextInt(2, 250)
          });
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private record Unread(StaticPorts wanted) implements ProtocolFactory<Bench.None> {
    @Override
    public String name() {
      return "unread";
    }

    @Override
    public Class<Bench.None> optionsType() {
      return Bench.None.class;
    }

    @Override
    public Transport transport() {
      return Transport.STREAM;
    }

    @Override
    public Optional<StaticPorts> staticPorts(Bench.None options) {
      return Optional.of(wanted);
    }

    @Override
    public Protocol create(Bench.None options) {
      return Bench.passThrough();
    }
  }

  private static final class InTurn implements BalancerFactory<Bench.None> {
    @Override
    public String name() {
      return "in-turn";
    }

    @Override
    public Class<Bench.None> optionsType() {
      return Bench.None.class;
    }

    @Override
    public Balancer create(Bench.None options) {
      return (session, candidates) ->
          candidates.get(session.clientAddress().getHostString().equals(OWNER) ? 0 : 1);
    }
  }

  private final class Told implements HealthCheckFactory<Bench.None> {
    @Override
    public String name() {
      return "told";
    }

    @Override
    public Class<Bench.None> optionsType() {
      return Bench.None.class;
    }

    @Override
    public HealthCheck create(Bench.None options) {
      return (Backend backend, Duration timeout) ->
          backend.name().equals(down) ? Health.down("told so") : Health.up("told so");
    }
  }
}
