package sluice.core.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static sluice.core.session.Bench.await;

import io.netty.util.concurrent.DefaultPromise;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sluice.api.PortRanges;
import sluice.api.Side;
import sluice.api.protocol.DataConnection;
import sluice.api.protocol.DataEvents;
import sluice.api.protocol.DataLeg;
import sluice.api.protocol.DataPeers;
import sluice.api.protocol.DataPlan;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.StreamSession;
import sluice.api.protocol.Transfer;
import sluice.api.protocol.TransferSpec;
import sluice.core.LogCapture;

/** Data connections: who may come, who is dialled, and how they end. */
class DataConnectionTest {

  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final DataLeg EXPECTED = DataLeg.expect(LOOPBACK, PortRanges.ANY, LOOPBACK);

  private TestServer control;
  private ServerSocket data;
  private Bench bench;
  private Socket client;
  private volatile StreamSession session;
  private volatile DataConnection connection;
  private volatile Transfer transfer;
  private volatile TransferSpec.Direction direction = TransferSpec.Direction.DOWNLOAD;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final CompletableFuture<Outcome> ended = new CompletableFuture<>();

  @BeforeEach
  void servers() throws Exception {
    control = TestServer.greeting("hello", socket -> socket.getInputStream().read());
    data = new ServerSocket(0, 5, LOOPBACK);
  }

  @AfterEach
  void close() throws Exception {
    if (client != null) {
      client.close();
      bench.close();
    }
    control.close();
    data.close();
  }

  /** A session whose only doing is one data connection after the greeting. */
  private void open(Function<StreamSession, DataPlan> plan) throws Exception {
    open(plan, Duration.ofSeconds(5));
  }

  private void open(Function<StreamSession, DataPlan> plan, Duration joinWithin) throws Exception {
    bench =
        Bench.start(
            Bench.whenAnswered(
                s -> {
                  session = s;
                  transfer = s.begin(new TransferSpec("MOVE", "plain", direction, "f"));
                  connection = s.open(plan.apply(s), events());
                  transfer.carriedBy(connection);
                  connection.joinWithin(joinWithin);
                }),
            "",
            "",
            control.address());
    client = bench.connect();
    ready.get(5, TimeUnit.SECONDS);
  }

  private DataEvents events() {
    return new DataEvents() {
      @Override
      public void ready(DataConnection data) {
        ready.complete(null);
      }

      @Override
      public void ended(DataConnection data, Outcome outcome) {
        transfer.end(outcome);
        ready.complete(null);
        ended.complete(outcome);
      }
    };
  }

  private Socket dialFrom(String local) throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(local, 0));
    socket.connect(new InetSocketAddress(LOOPBACK, port()), 5000);
    socket.setSoTimeout(10_000);
    return socket;
  }

  private volatile int port;

  /** The announced port, read on the session's loop as a protocol would. */
  private int port() {
    if (port == 0) {
      CompletableFuture<Integer> known = new CompletableFuture<>();
      session
          .eventLoop()
          .execute(() -> known.complete(connection.listening(Side.CLIENT).getPort()));
      port = known.join();
    }
    return port;
  }

  private DataLeg dialsTheServer() {
    return DataLeg.dial((InetSocketAddress) data.getLocalSocketAddress(), LOOPBACK);
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private static byte[] serveOne(ServerSocket server, byte[] bytes) {
    try (Socket socket = server.accept()) {
      socket.getOutputStream().write(bytes);
      return bytes;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void anExpectedClientGetsWhatTheDialledBackendSends() throws Exception {
    byte[] file = random(3_000_000);
    open(s -> DataPlan.of(EXPECTED, dialsTheServer()));
    CompletableFuture.runAsync(() -> serveOne(data, file));
    try (Socket socket = dialFrom("127.0.0.1")) {
      assertArrayEquals(file, socket.getInputStream().readAllBytes());
    }
    Outcome outcome = ended.get(5, TimeUnit.SECONDS);
    assertEquals(Outcome.Result.OK, outcome.result(), outcome::toString);
    assertEquals(3_000_000L, bench.onlyRecord("transfer").get("bytes"));
    assertThrows(IOException.class, () -> new Socket(LOOPBACK, port()).close());
  }

  @Test
  void theAnnouncedPortIsOneOfTheRange() throws Exception {
    int free = freePort();
    PortRanges range = PortRanges.parse(free + "-" + Math.min(free + 20, 65535));
    open(s -> DataPlan.of(DataLeg.expect(LOOPBACK, range, LOOPBACK), dialsTheServer()));
    assertTrue(range.contains(port()));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Test
  void aStrangerIsClosedAndTheRightClientIsStillServed() throws Exception {
    open(s -> DataPlan.of(EXPECTED, dialsTheServer()));
    try (Socket stranger = dialFrom("127.0.0.9")) {
      assertClosed(stranger);
      CompletableFuture.runAsync(() -> serveOne(data, new byte[] {42}));
      try (Socket owner = dialFrom("127.0.0.1")) {
        assertEquals(42, owner.getInputStream().read());
      }
    }
    assertEquals(1L, bench.listener().refused().get("data-peer"));
  }

  private static void assertClosed(Socket socket) throws IOException {
    try {
      assertEquals(-1, socket.getInputStream().read());
    } catch (SocketException e) {
      assertTrue(e.getMessage().contains("reset"), e::getMessage);
    }
  }

  @Test
  void anExpectedBackendIsFollowedByADialToTheClientFromTheDialledAddress() throws Exception {
    byte[] file = random(100_000);
    open(
        s ->
            DataPlan.of(
                DataLeg.dial(
                    (InetSocketAddress) data.getLocalSocketAddress(),
                    s.info().dialledAddress().getAddress()),
                EXPECTED));
    CompletableFuture<Integer> backendPort = new CompletableFuture<>();
    session
        .eventLoop()
        .execute(() -> backendPort.complete(connection.listening(Side.BACKEND).getPort()));
    try (Socket backend = new Socket(LOOPBACK, backendPort.join());
        Socket atClient = data.accept()) {
      assertEquals(bench.address().getAddress(), atClient.getInetAddress());
      backend.getOutputStream().write(file);
      backend.shutdownOutput();
      assertArrayEquals(file, atClient.getInputStream().readAllBytes());
    }
    Outcome outcome = ended.get(5, TimeUnit.SECONDS);
    assertEquals(Outcome.Result.OK, outcome.result(), outcome::toString);
  }

  @Test
  void twoDialledSidesAreDialledAtOnceAndTwoExpectedOnesAreJoined() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 5, LOOPBACK)) {
      open(
          s ->
              DataPlan.of(
                  DataLeg.dial((InetSocketAddress) other.getLocalSocketAddress(), LOOPBACK),
                  dialsTheServer()));
      try (Socket atClient = other.accept();
          Socket atBackend = data.accept()) {
        atBackend.getOutputStream().write(7);
        assertEquals(7, atClient.getInputStream().read());
      }
    }
  }

  @Test
  void aSideThatWaitsIsDialledWhenThatIsSaid() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 5, LOOPBACK)) {
      open(
          s ->
              DataPlan.of(
                  DataLeg.dial((InetSocketAddress) other.getLocalSocketAddress(), LOOPBACK).later(),
                  dialsTheServer().later()));
      data.setSoTimeout(200);
      assertThrows(java.net.SocketTimeoutException.class, () -> data.accept());
      data.setSoTimeout(10_000);
      session.eventLoop().execute(() -> connection.dial(Side.BACKEND));
      try (Socket atBackend = data.accept()) {
        other.setSoTimeout(200);
        assertThrows(java.net.SocketTimeoutException.class, () -> other.accept());
        other.setSoTimeout(10_000);
        session.eventLoop().execute(() -> connection.dial(Side.CLIENT));
        try (Socket atClient = other.accept()) {
          atBackend.getOutputStream().write(7);
          assertEquals(7, atClient.getInputStream().read());
        }
      }
    }
  }

  @Test
  void aBackendThatIsDialledAheadIsResetIfTheClientNeverComes() throws Exception {
    open(s -> DataPlan.of(EXPECTED, dialsTheServer()), Duration.ofMillis(500));
    session.eventLoop().execute(() -> connection.dial(Side.BACKEND));
    try (Socket atBackend = data.accept()) {
      atBackend.setSoTimeout(10_000);
      // Not an end: the server would take it for an empty upload.
      assertThrows(SocketException.class, () -> atBackend.getInputStream().read());
    }
    assertEquals(Side.CLIENT, ended.get(5, TimeUnit.SECONDS).side());
  }

  @Test
  void manyConnectionsLeaveFromOnePortAtATime() throws Exception {
    int from = freePort();
    try (ServerSocket other = new ServerSocket(0, 5, LOOPBACK);
        ServerSocket another = new ServerSocket(0, 5, LOOPBACK)) {
      open(
          s ->
              DataPlan.of(
                  DataLeg.dial((InetSocketAddress) other.getLocalSocketAddress(), LOOPBACK)
                      .fromPort(from),
                  DataLeg.dial((InetSocketAddress) another.getLocalSocketAddress(), LOOPBACK)
                      .fromPort(from)));
      try (Socket atClient = other.accept();
          Socket atBackend = another.accept()) {
        assertEquals(from, atClient.getPort());
        assertEquals(from, atBackend.getPort());
        atBackend.getOutputStream().write(7);
        assertEquals(7, atClient.getInputStream().read());
      }
    }
  }

  @Test
  void aPortThatCannotBeUsedIsLeftForAnother() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 5, LOOPBACK)) {
      open(
          s ->
              DataPlan.of(
                  DataLeg.dial((InetSocketAddress) other.getLocalSocketAddress(), LOOPBACK)
                      .fromPort(data.getLocalPort()), // Somebody listens there.
                  dialsTheServer()));
      try (Socket atClient = other.accept();
          Socket atBackend = data.accept()) {
        atBackend.getOutputStream().write(7);
        assertEquals(7, atClient.getInputStream().read());
      }
    }
  }

  @Test
  void aPeerOfTheSameNetworkMayComeWhereThatIsAllowed() throws Exception {
    open(s -> DataPlan.of(EXPECTED.withPeers(DataPeers.SUBNET), dialsTheServer()));
    try (Socket stranger = dialFrom("127.0.1.1")) {
      assertClosed(stranger);
      CompletableFuture.runAsync(() -> serveOne(data, new byte[] {42}));
      try (Socket neighbour = dialFrom("127.0.0.9")) {
        assertEquals(42, neighbour.getInputStream().read());
      }
    }
    assertEquals(1L, bench.listener().refused().get("data-peer"));
  }

  @Test
  void aClientThatNeverComesIsNamed() throws Exception {
    open(s -> DataPlan.of(EXPECTED, dialsTheServer()), Duration.ofMillis(200));
    Outcome outcome = ended.get(5, TimeUnit.SECONDS);
    assertEquals(Outcome.Result.TIMED_OUT, outcome.result());
    assertEquals(Side.CLIENT, outcome.side());
  }

  @Test
  void aBackendThatRefusesItsDataConnectionIsNamed() throws Exception {
    data.close();
    open(s -> DataPlan.of(EXPECTED, dialsTheServer()));
    try (Socket socket = dialFrom("127.0.0.1")) {
      Outcome outcome = ended.get(5, TimeUnit.SECONDS);
      assertEquals(Outcome.Result.FAILED, outcome.result());
      assertEquals(Side.BACKEND, outcome.side());
      assertClosed(socket);
    }
  }

  @Test
  void anUploadThatIsResetReachesTheBackendAsAReset() throws Exception {
    direction = TransferSpec.Direction.UPLOAD;
    open(s -> DataPlan.of(EXPECTED, dialsTheServer()));
    Socket uploader = dialFrom("127.0.0.1");
    try (Socket atBackend = data.accept()) {
      atBackend.setSoTimeout(10_000);
      uploader.getOutputStream().write(new byte[10_000]);
      assertEquals(10_000, atBackend.getInputStream().readNBytes(10_000).length);
      uploader.setSoLinger(true, 0);
      uploader.close();
      assertThrows(SocketException.class, () -> atBackend.getInputStream().read());
    }
    Outcome outcome = ended.get(5, TimeUnit.SECONDS);
    assertEquals(Outcome.Result.ABORTED, outcome.result());
    assertEquals(Side.CLIENT, outcome.side());
  }

  @Test
  void aConnectionInWhichNothingMovesIsEnded() throws Exception {
    open(s -> DataPlan.of(EXPECTED, dialsTheServer()).withIdleTimeout(Duration.ofMillis(300)));
    try (Socket socket = dialFrom("127.0.0.1");
        Socket atBackend = data.accept()) {
      assertEquals(Outcome.Result.TIMED_OUT, ended.get(5, TimeUnit.SECONDS).result());
      assertClosed(socket);
      assertClosed(atBackend);
    }
  }

  @Test
  void aClientThatEndsItsEmptyStreamEarlyStillGetsTheWholeFile() throws Exception {
    byte[] file = random(500_000);
    open(s -> DataPlan.of(EXPECTED, dialsTheServer()));
    try (Socket socket = dialFrom("127.0.0.1");
        Socket atBackend = data.accept()) {
      socket.shutdownOutput();
      assertEquals(-1, atBackend.getInputStream().read());
      assertFalse(ended.isDone());
      atBackend.getOutputStream().write(file);
      atBackend.shutdownOutput();
      assertArrayEquals(file, socket.getInputStream().readAllBytes());
    }
    Outcome outcome = ended.get(5, TimeUnit.SECONDS);
    assertEquals(Outcome.Result.OK, outcome.result(), outcome::toString);
  }

  @Test
  void anUploadThatIsOverBeforeTheBackendHasComeIsNotLost() throws Exception {
    direction = TransferSpec.Direction.UPLOAD;
    open(s -> DataPlan.of(EXPECTED, EXPECTED));
    CompletableFuture<Integer> backendPort = new CompletableFuture<>();
    session
        .eventLoop()
        .execute(() -> backendPort.complete(connection.listening(Side.BACKEND).getPort()));
    try (Socket uploader = dialFrom("127.0.0.1")) {
      uploader.getOutputStream().write(random(20_000));
    }
    // Netty logs there what goes wrong in the middle of an event.
    try (LogCapture log = new LogCapture(DefaultPromise.class)) {
      try (Socket backend = new Socket(LOOPBACK, backendPort.join())) {
        assertArrayEquals(random(20_000), backend.getInputStream().readAllBytes());
      }
      Outcome outcome = ended.get(5, TimeUnit.SECONDS);
      assertEquals(Outcome.Result.OK, outcome.result(), outcome::toString);
      session.eventLoop().submit(() -> {}).get(5, TimeUnit.SECONDS); // What was under way is done.
      assertEquals(List.of(), log.lines());
    }
  }

  @Test
  void anEmptyUploadEndsAsWhole() throws Exception {
    direction = TransferSpec.Direction.UPLOAD;
    open(s -> DataPlan.of(EXPECTED, dialsTheServer()));
    Socket socket = dialFrom("127.0.0.1");
    try (Socket atBackend = data.accept()) {
      socket.close();
      assertEquals(-1, atBackend.getInputStream().read());
    }
    Outcome outcome = ended.get(5, TimeUnit.SECONDS);
    assertEquals(Outcome.Result.OK, outcome.result(), outcome::toString);
  }

  @Test
  void aBackendThatEndsItsEmptyStreamEarlyStillGetsTheWholeUpload() throws Exception {
    direction = TransferSpec.Direction.UPLOAD;
    byte[] file = random(500_000);
    open(s -> DataPlan.of(EXPECTED, dialsTheServer()));
    try (Socket uploader = dialFrom("127.0.0.1");
        Socket atBackend = data.accept()) {
      atBackend.shutdownOutput();
      assertEquals(-1, uploader.getInputStream().read());
      assertFalse(ended.isDone());
      uploader.getOutputStream().write(file);
      uploader.shutdownOutput();
      assertArrayEquals(file, atBackend.getInputStream().readAllBytes());
    }
    assertEquals(Outcome.Result.OK, ended.get(5, TimeUnit.SECONDS).result());
  }

  @Test
  void theEndOfTheSessionEndsItsDataConnection() throws Exception {
    open(s -> DataPlan.of(EXPECTED, dialsTheServer()));
    try (Socket socket = dialFrom("127.0.0.1");
        Socket atBackend = data.accept()) {
      client.close();
      assertClosed(socket);
      assertClosed(atBackend);
    }
    await("nothing is in flight", () -> bench.backend(0).transfers() == 0);
    assertEquals("aborted", bench.onlyRecord("transfer").get("outcome"));
    assertEquals(0, bench.backend(0).bytesInFlight());
  }

  @Test
  void whatWasDeliveredReachesASlowReaderAfterTheSessionHasEnded() throws Exception {
    byte[] file = random(1_000_000);
    open(s -> DataPlan.of(EXPECTED, dialsTheServer()));
    CompletableFuture.runAsync(() -> serveOne(data, file));
    try (Socket socket = dialFrom("127.0.0.1")) {
      socket.getInputStream().readNBytes(1);
      ended.get(5, TimeUnit.SECONDS);
      client.close();
      await("the session has ended", () -> bench.listener().sessions() == 0);
      assertEquals(file.length - 1, socket.getInputStream().readAllBytes().length);
    }
  }

  @Test
  void aPortThatIsNotFreeIsSaid() throws Exception {
    PortRanges taken = PortRanges.parse(Integer.toString(data.getLocalPort()));
    open(s -> DataPlan.of(DataLeg.expect(LOOPBACK, taken, LOOPBACK), dialsTheServer()));
    Outcome outcome = ended.get(5, TimeUnit.SECONDS);
    assertEquals(Outcome.Result.FAILED, outcome.result());
    assertTrue(outcome.cause().contains("no port of " + taken), outcome::cause);
  }
}
