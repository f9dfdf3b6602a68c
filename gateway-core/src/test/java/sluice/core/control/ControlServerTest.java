package sluice.core.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlServerTest {

  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

  @TempDir Path folder;
  private Path socket;
  private final Fake gateway = new Fake();

  /** A gateway that notes what it is asked. */
  private static final class Fake implements Operations {

    final AtomicInteger stops = new AtomicInteger();
    RuntimeException failure;

    @Override
    public Status status() {
      if (failure != null) {
        throw failure;
      }
      return new Status(
          "1.0.0",
          42,
          "2026-01-02T03:04:05Z",
          "running",
          "epoll",
          "openssl",
          List.of(
              new Status.Listener(
                  "ftp",
                  "ftp",
                  List.of("127.0.0.1:2121"),
                  "files",
                  2,
                  7,
                  Map.of("no-backend", 1L))),
          List.of(
              new Status.Pool(
                  "files",
                  "round-robin",
                  "tcp",
                  List.of(
                      new Status.Backend(
                          "a",
                          "10.0.0.1:21",
                          "up",
                          "ready",
                          1,
                          false,
                          2,
                          1,
                          10,
                          7,
                          99,
                          "then",
                          "fine",
                          1.5)))));
    }

    @Override
    public List<SessionStatus> sessions() {
      return List.of(
          new SessionStatus(
              "ftp-1", "ftp", "10.1.1.1:5000", "files/a", "then", 1, 10, Map.of("user", "anna")));
    }

    @Override
    public void stop() {
      stops.incrementAndGet();
    }
  }

  private ControlServer server;
  private Instance instance;

  @AfterEach
  void close() throws IOException {
    if (server != null) {
      server.close();
    }
    if (instance != null) {
      instance.close();
    }
  }

  @BeforeEach
  void place() {
    socket = folder.resolve("run/gateway.sock");
  }

  private ControlServer start() throws IOException {
    instance = Instance.claim(socket);
    return ControlServer.start(socket, gateway, STOP_TIMEOUT);
  }

  @Test
  void answersStatusAndSessionsAsTheGatewayGivesThem() throws IOException {
    server = start();
    ControlClient client = new ControlClient(socket);

    assertEquals(gateway.status(), client.status());
    assertEquals(gateway.sessions(), client.sessions());
  }

  @Test
  void writesKeysAsTheAccessLogDoes() throws IOException {
    server = start();
    String json = new String(new ControlClient(socket).ask("GET", "/status"), UTF_8);

    assertTrue(json.contains("\"bytes_in_flight\" : 10"), json);
    assertTrue(json.endsWith("}\n"), json);
  }

  @Test
  void beginsAStopAndSaysHowLongItMayTake() throws IOException {
    server = start();
    assertEquals(STOP_TIMEOUT, new ControlClient(socket).stop());
    assertEquals(1, gateway.stops.get());
  }

  @Test
  void saysWhatCanBeAskedWhenAskedForSomethingElse() throws IOException {
    server = start();
    ControlClient client = new ControlClient(socket);

    assertEquals(
        "there is no /reload here, but /sessions, /status, /stop",
        assertThrows(ControlException.class, () -> client.ask("POST", "/reload")).getMessage());
    assertEquals(
        "/stop is asked with POST",
        assertThrows(ControlException.class, () -> client.ask("GET", "/stop")).getMessage());
    assertEquals(0, gateway.stops.get());
  }

  @Test
  void goesOnAfterARequestThatFailed() throws IOException {
    server = start();
    ControlClient client = new ControlClient(socket);
    gateway.failure = new IllegalStateException("broken");
    assertTrue(
        assertThrows(ControlException.class, client::status).getMessage().contains("broken"));

    gateway.failure = null;
    assertEquals(42, client.status().pid());
  }

  @Test
  void letsOnlyTheOwnerConnectAndLeavesNothingBehind() throws IOException {
    server = start();
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
    assertEquals(ProcessHandle.current().pid() + "\n", Files.readString(Instance.pidFile(socket)));
    server.close();
    instance.close();
    try (var left = Files.list(socket.getParent())) {
      assertEquals(List.of(), left.toList());
    }
  }

  @Test
  void isTheOnlyOneBehindItsSocket() throws IOException {
    server = start();
    String message = assertThrows(ControlException.class, this::start).getMessage();

    assertTrue(message.startsWith("another gateway runs here (pid "), message);
    assertTrue(message.contains("gateway.sh stop"), message);
    assertEquals(42, new ControlClient(socket).status().pid(), "the first one goes on");
  }

  @Test
  void takesThePlaceOfAGatewayThatDied() throws IOException {
    Files.createDirectories(socket.getParent());
    Files.writeString(socket, "left behind");
    Files.writeString(Instance.pidFile(socket), "99999999\n");

    server = start();
    assertEquals(42, new ControlClient(socket).status().pid());
  }

  @Test
  void refusesAPathThatIsTooLongForTheSystem() throws IOException {
    socket = folder.resolve("x".repeat(120)).resolve("gateway.sock");

    String message = assertThrows(ControlException.class, this::start).getMessage();

    assertTrue(message.contains("107 bytes"), message);
    assertTrue(message.contains("control.socket"), message);
  }

  @Test
  void sayNoGatewayRunsWhenNobodyListens() throws IOException {
    ControlClient client = new ControlClient(socket);
    assertThrows(NotRunningException.class, client::status);

    Files.createDirectories(socket.getParent());
    try (var dead =
        java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
      dead.bind(java.net.UnixDomainSocketAddress.of(socket));
    }
    assertTrue(Files.exists(socket));
    assertThrows(NotRunningException.class, client::status);
  }
}
