package sluice.core.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static sluice.core.session.Bench.await;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import sluice.api.SessionKey;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.StreamProtocol;
import sluice.api.protocol.TransferSpec;

/** How sessions begin, idle, finish and are cut off. */
class SessionLifeTest {

  private static final TransferSpec SPEC =
      new TransferSpec("GET", "plain", TransferSpec.Direction.DOWNLOAD, "/file");

  private static TestServer held() throws Exception {
    return TestServer.greeting("served", socket -> socket.getInputStream().readAllBytes());
  }

  @Test
  void aSessionInWhichNothingMovesIsEnded() throws Exception {
    try (TestServer server = held();
        Bench bench =
            Bench.start(Bench.passThrough(), "idle-timeout: 300ms", "", server.address());
        Socket client = bench.connect()) {
      client.getInputStream().read();
      assertEquals("timed-out", bench.onlyRecord("session").get("outcome"));
      await("the session has ended", () -> bench.listener().sessions() == 0);
    }
  }

  @Test
  void movementKeepsASessionFromBeingIdle() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    try (TestServer server =
            TestServer.greeting(
                "served",
                socket -> {
                  for (int i = 0; i < 12; i++) {
                    over.await(100, TimeUnit.MILLISECONDS);
                    socket.getOutputStream().write('x');
                  }
                  socket.close();
                });
        Bench bench =
            Bench.start(Bench.passThrough(), "idle-timeout: 600ms", "", server.address());
        Socket client = bench.connect()) {
      byte[] got = client.getInputStream().readAllBytes();
      assertEquals("served\nxxxxxxxxxxxx", new String(got, StandardCharsets.US_ASCII));
      client.close();
      assertEquals("ok", bench.onlyRecord("session").get("outcome"));
    }
  }

  @Test
  void anIdleSessionMayTellTheClientWhy() throws Exception {
    StreamProtocol polite =
        Bench.whenAnswered(
            session ->
                session.onFinish(
                    () ->
                        session
                            .client()
                            .writeAndFlush(
                                session
                                    .client()
                                    .alloc()
                                    .buffer()
                                    .writeBytes(
                                        session
                                            .idleCause()
                                            .orElse("")
                                            .getBytes(StandardCharsets.US_ASCII)))));
    try (TestServer server = held();
        Bench bench = Bench.start(polite, "idle-timeout: 1s", "", server.address());
        Socket client = bench.connect()) {
      assertEquals(
          "served\nnothing moved for 1 s",
          new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
      assertEquals("timed-out", bench.onlyRecord("session").get("outcome"));
      assertEquals("nothing moved for 1 s", bench.onlyRecord("session").get("cause"));
    }
  }

  @Test
  void aStopLetsASessionFinishAndRefusesNewConnections() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (TestServer server =
            TestServer.greeting(
                "served",
                socket -> {
                  go.await(5, TimeUnit.SECONDS);
                  socket.getOutputStream().write("the rest".getBytes());
                  socket.close();
                });
        Bench bench = Bench.start(Bench.passThrough(), "", "", server.address());
        Socket client = bench.connect()) {
      client.getInputStream().readNBytes(7);
      var address = bench.address();
      bench.gateway().stop();
      await("it listens no more", () -> refuses(address));
      assertFalse(bench.gateway().stopped().isDone());
      go.countDown();
      assertEquals("the rest", new String(client.getInputStream().readAllBytes()));
      client.close();
      bench.gateway().stopped().get(5, TimeUnit.SECONDS);
      // The look whether it still listens may have been a session too.
      assertTrue(
          bench.records.stream()
              .anyMatch(r -> "p/a".equals(r.get("backend")) && "ok".equals(r.get("outcome"))),
          bench.records::toString);
    }
  }

  private static boolean refuses(java.net.InetSocketAddress address) {
    try (Socket socket = new Socket()) {
      socket.connect(address, 1000);
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void aStopCutsOffWhatDoesNotFinishInTime() throws Exception {
    try (TestServer server = held();
        Bench bench = Bench.start(Bench.passThrough(), "", "", server.address());
        Socket client = bench.connect()) {
      client.getInputStream().read();
      bench.gateway().stop(Duration.ofMillis(200));
      bench.gateway().stopped().get(8, TimeUnit.SECONDS);
      assertEquals("aborted", bench.onlyRecord("session").get("outcome"));
    }
  }

  @Test
  void aStopAsksTheProtocolToFinish() throws Exception {
    StreamProtocol polite =
        Bench.whenAnswered(session -> session.onFinish(() -> session.end(Outcome.ok())));
    try (TestServer server = held();
        Bench bench = Bench.start(polite, "", "", server.address());
        Socket client = bench.connect()) {
      client.getInputStream().readNBytes(7);
      bench.gateway().stop();
      assertEquals(-1, client.getInputStream().read());
      bench.gateway().stopped().get(5, TimeUnit.SECONDS);
    }
  }

  @Test
  void theLastWordsArriveBeforeTheEndEvenIfTheClientHasSentMore() throws Exception {
    StreamProtocol lastWords =
        session -> {
          session
              .client()
              .writeAndFlush(session.client().alloc().buffer().writeBytes(new byte[100_000]));
          session.end(Outcome.ok());
        };
    try (TestServer server = held();
        Bench bench = Bench.start(lastWords, "", "", server.address());
        Socket client = bench.connect()) {
      client.getOutputStream().write(new byte[1000]);
      assertEquals(100_000, client.getInputStream().readAllBytes().length);
    }
  }

  @Test
  void aProtocolThatFailsTakesNoListenerDown() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    StreamProtocol failing =
        session -> {
          if (calls.incrementAndGet() == 1) {
            throw new IllegalStateException("broken on purpose");
          }
          session.end(Outcome.ok());
        };
    try (TestServer server = held();
        Bench bench = Bench.start(failing, "", "", server.address())) {
      for (int i = 1; i <= 2; i++) {
        int over = i;
        try (Socket client = bench.connect()) {
          assertEquals(-1, client.getInputStream().read());
        }
        await("it is over", () -> bench.records.size() == over);
      }
      assertEquals("failed", bench.records.get(0).get("outcome"));
      assertEquals("ok", bench.records.get(1).get("outcome"));
    }
  }

  @Test
  void aTransferCountsAsLoadUntilItEndsAndLeavesARecord() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    StreamProtocol transfers =
        Bench.whenAnswered(
            session -> {
              session.set(SessionKey.USER, "ann");
              var transfer = session.begin(SPEC);
              transfer.moved(1234);
              session
                  .eventLoop()
                  .schedule(
                      new Runnable() {
                        @Override
                        public void run() {
                          if (end.getCount() > 0) {
                            session.eventLoop().schedule(this, 5, TimeUnit.MILLISECONDS);
                            return;
                          }
                          transfer.end(Outcome.ok());
                          session.end(Outcome.ok());
                        }
                      },
                      5,
                      TimeUnit.MILLISECONDS);
            });
    try (TestServer server = held();
        Bench bench = Bench.start(transfers, "", "", server.address());
        Socket client = bench.connect()) {
      await("it has moved something", () -> bench.backend(0).bytesInFlight() > 0);
      assertEquals(1234, bench.backend(0).bytesInFlight());
      assertEquals(1, bench.backend(0).transfers());
      assertEquals("ann", bench.gateway().sessions().get(0).facts().get("user"));
      end.countDown();
      assertEquals("served\n", new String(client.getInputStream().readAllBytes()));
      var record = bench.onlyRecord("transfer");
      assertEquals(1234L, record.get("bytes"));
      assertEquals("download", record.get("direction"));
      assertEquals("/file", record.get("file"));
      assertEquals("ann", record.get("user"));
      assertEquals(0, bench.backend(0).transfers());
      assertEquals(0, bench.backend(0).bytesInFlight());
    }
  }

  @Test
  void aTransferWithoutABackendIsAnError() throws Exception {
    AtomicInteger thrown = new AtomicInteger();
    StreamProtocol early =
        session -> {
          assertThrows(IllegalStateException.class, () -> session.begin(SPEC));
          thrown.incrementAndGet();
          session.end(Outcome.ok());
        };
    try (TestServer server = held();
        Bench bench = Bench.start(early, "", "", server.address());
        Socket client = bench.connect()) {
      assertEquals(-1, client.getInputStream().read());
      assertTrue(thrown.get() == 1);
    }
  }
}
