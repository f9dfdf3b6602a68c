package sluice.core.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static sluice.core.session.Bench.await;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a relayed connection keeps of a direct one, on every transport. */
class RelayTest {

  private static final int LARGE = 5 << 20;

  private static byte[] random(int size, int seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.append((char) c);
    }
    return line.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "nio"})
  void movesBothDirectionsAtOnceAndCountsEveryByte(String transport) throws Exception {
    byte[] up = random(LARGE, 1);
    byte[] down = random(LARGE, 2);
    CompletableFuture<byte[]> got = new CompletableFuture<>();
    try (TestServer server =
            TestServer.greeting(
                "hello",
                socket -> {
                  // Only the greeting goes by before the relay begins, and so uncounted.
                  byte[] first = socket.getInputStream().readNBytes(1);
                  CompletableFuture<Void> written =
                      CompletableFuture.runAsync(() -> writeAndEnd(socket, down));
                  byte[] rest = socket.getInputStream().readAllBytes();
                  byte[] all = Arrays.copyOf(first, 1 + rest.length);
                  System.arraycopy(rest, 0, all, 1, rest.length);
                  got.complete(all);
                  written.join();
                });
        Bench bench = Bench.start(transport, Bench.passThrough(), "", "", server.address());
        Socket client = bench.connect()) {
      InputStream in = client.getInputStream();
      assertEquals("hello", line(in));
      CompletableFuture<Void> written = CompletableFuture.runAsync(() -> writeAndEnd(client, up));
      assertArrayEquals(down, in.readAllBytes());
      written.join();
      assertArrayEquals(up, got.get(10, TimeUnit.SECONDS));
      Map<String, Object> record = bench.onlyRecord("session");
      assertEquals("ok", record.get("outcome"), record::toString);
      assertEquals((long) LARGE, record.get("bytes_from_client"));
      assertEquals((long) LARGE, record.get("bytes_from_backend"));
      assertEquals("p/a", record.get("backend"));
      assertEquals(0, bench.backend(0).sessions());
      assertEquals(2L * LARGE, bench.backend(0).totalBytes());
    }
  }

  private static void writeAndEnd(Socket socket, byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      socket.shutdownOutput();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "nio"})
  void aClientThatEndsItsStreamStillGetsTheAnswer(String transport) throws Exception {
    byte[] answer = random(300_000, 3);
    try (TestServer server =
            TestServer.greeting(
                "hello",
                socket -> {
                  byte[] question = socket.getInputStream().readAllBytes();
                  socket.getOutputStream().write(question);
                  socket.getOutputStream().write(answer);
                  socket.close();
                });
        Bench bench = Bench.start(transport, Bench.passThrough(), "", "", server.address());
        Socket client = bench.connect()) {
      InputStream in = client.getInputStream();
      line(in);
      client.getOutputStream().write("why\n".getBytes());
      client.shutdownOutput();
      assertEquals("why", line(in));
      assertArrayEquals(answer, in.readAllBytes());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "nio"})
  void aBackendThatEndsItsStreamStillGetsTheRest(String transport) throws Exception {
    byte[] rest = random(300_000, 4);
    CompletableFuture<byte[]> got = new CompletableFuture<>();
    try (TestServer server =
            TestServer.greeting(
                "hello",
                socket -> {
                  socket.shutdownOutput();
                  got.complete(socket.getInputStream().readAllBytes());
                });
        Bench bench = Bench.start(transport, Bench.passThrough(), "", "", server.address());
        Socket client = bench.connect()) {
      InputStream in = client.getInputStream();
      line(in);
      assertEquals(-1, in.read());
      client.getOutputStream().write(rest);
      client.shutdownOutput();
      assertArrayEquals(rest, got.get(10, TimeUnit.SECONDS));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "nio"})
  void aClientThatEndsItsStreamAndReadsSlowlyGetsTheWholeAnswer(String transport) throws Exception {
    byte[] answer = random(6 * LARGE, 6);
    try (TestServer server =
            TestServer.greeting(
                "hello",
                socket -> {
                  socket.getInputStream().readAllBytes();
                  socket.getOutputStream().write(answer);
                });
        Bench bench = Bench.start(transport, Bench.passThrough(), "", "", server.address());
        Socket client = bench.connect()) {
      InputStream in = client.getInputStream();
      line(in);
      client.shutdownOutput();
      byte[] got = new byte[answer.length];
      int size = 0;
      for (int n = 1; n > 0; size += n) {
        n = in.readNBytes(got, size, Math.min(100_000, got.length - size));
        LockSupport.parkNanos(500_000);
      }
      assertEquals(-1, in.read());
      assertArrayEquals(answer, got);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "nio"})
  void aResetByTheClientReachesTheBackendAsAReset(String transport) throws Exception {
    CompletableFuture<Throwable> seen = new CompletableFuture<>();
    try (TestServer server =
            TestServer.greeting(
                "hello",
                socket -> {
                  try {
                    socket.getInputStream().readAllBytes();
                    seen.complete(null);
                  } catch (IOException e) {
                    seen.complete(e);
                  }
                });
        Bench bench = Bench.start(transport, Bench.passThrough(), "", "", server.address())) {
      Socket client = bench.connect();
      line(client.getInputStream());
      client.getOutputStream().write(random(100_000, 5));
      client.setSoLinger(true, 0);
      client.close();
      assertInstanceOf(SocketException.class, seen.get(10, TimeUnit.SECONDS));
      assertEquals("aborted", bench.onlyRecord("session").get("outcome"));
      assertEquals("client", bench.onlyRecord("session").get("side"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "nio"})
  void aBackendMayTakeWhatWasSaidBeforeTheClientsReset(String transport) throws Exception {
    byte[] said = random(1 << 20, 7);
    CompletableFuture<Void> gone = new CompletableFuture<>();
    CompletableFuture<byte[]> got = new CompletableFuture<>();
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    try (TestServer server =
            TestServer.greeting(
                "hello",
                socket -> {
                  // Most of it waits in the gateway's socket, and a reset at once would drop it.
                  gone.join();
                  try {
                    got.complete(socket.getInputStream().readNBytes(said.length));
                    end.complete(new AssertionError("read " + socket.getInputStream().read()));
                  } catch (IOException e) {
                    got.completeExceptionally(e);
                    end.complete(e);
                  }
                });
        Bench bench = Bench.start(transport, Bench.passThrough(), "", "", server.address())) {
      Socket client = bench.connect();
      line(client.getInputStream());
      client.getOutputStream().write(said);
      await("all read", () -> bench.backend(0).totalBytes() == said.length);
      client.setSoLinger(true, 0);
      client.close();
      gone.complete(null);
      assertArrayEquals(said, got.get(10, TimeUnit.SECONDS));
      assertInstanceOf(SocketException.class, end.get(10, TimeUnit.SECONDS));
      assertEquals("aborted", bench.onlyRecord("session").get("outcome"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "nio"})
  void aResetByTheBackendReachesTheClientAsAReset(String transport) throws Exception {
    try (TestServer server =
            TestServer.greeting(
                "hello",
                socket -> {
                  socket.getInputStream().read();
                  socket.setSoLinger(true, 0);
                  socket.close();
                });
        Bench bench = Bench.start(transport, Bench.passThrough(), "", "", server.address());
        Socket client = bench.connect()) {
      line(client.getInputStream());
      client.getOutputStream().write(1);
      Throwable seen = null;
      try {
        client.getInputStream().readAllBytes();
      } catch (IOException e) {
        seen = e;
      }
      assertInstanceOf(SocketException.class, seen);
      assertEquals("backend", bench.onlyRecord("session").get("side"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "nio"})
  void aClientThatDoesNotReadHoldsTheBackendBack(String transport) throws Exception {
    int size = 64 << 20;
    AtomicLong taken = new AtomicLong();
    try (TestServer server =
            TestServer.greeting(
                "hello",
                socket -> {
                  byte[] chunk = new byte[1 << 16];
                  for (int i = 0; i < size / chunk.length; i++) {
                    socket.getOutputStream().write(chunk);
                    taken.addAndGet(chunk.length);
                  }
                  socket.shutdownOutput();
                });
        Bench bench = Bench.start(transport, Bench.passThrough(), "", "", server.address());
        Socket client = bench.connect()) {
      client.setReceiveBufferSize(1 << 16);
      InputStream in = new BufferedInputStream(client.getInputStream(), 1 << 16);
      line(in);
      // It stands still when two looks, half a second apart, see the same count.
      AtomicLong before = new AtomicLong(-1);
      await(
          "the backend is held back",
          () -> {
            long now = taken.get();
            boolean still = now == before.getAndSet(now) && now > 0;
            if (!still) {
              pause();
            }
            return still;
          });
      assertTrue(taken.get() < size / 2, () -> "taken: " + taken.get());
      long got = 0;
      byte[] chunk = new byte[1 << 16];
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        got += n;
      }
      assertEquals(size, got);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(500);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
