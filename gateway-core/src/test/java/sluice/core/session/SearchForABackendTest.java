package sluice.core.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static sluice.core.session.Bench.await;
import static sluice.core.session.Bench.unusedAddress;

import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import sluice.api.protocol.BackendConnector;
import sluice.api.protocol.BackendLink;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.Refusal;
import sluice.api.protocol.StreamProtocol;
import sluice.core.net.Network;

/** A session finds a backend that answers, unseen by its client, or is refused. */
class SearchForABackendTest {

  private static TestServer good() throws Exception {
    return TestServer.greeting("served", Socket::close);
  }

  private static String all(Socket client) throws Exception {
    return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
  }

  @Test
  void aBackendThatRefusesTheConnectionIsPassedOver() throws Exception {
    try (TestServer good = good();
        Bench bench = Bench.start(Bench.passThrough(), "", "", unusedAddress(), good.address());
        Socket client = bench.connect()) {
      assertEquals("served\n", all(client));
      client.close();
      Map<String, Object> record = bench.onlyRecord("session");
      assertEquals("p/b", record.get("backend"));
      assertEquals(2, record.get("attempts"));
      assertEquals(0, bench.backend(0).sessions());
      assertEquals(0, bench.backend(1).sessions());
      assertEquals(1, bench.backend(1).totalSessions());
    }
  }

  @Test
  void aBackendThatAcceptsAndSaysNothingIsPassedOverAfterTheAnswerTimeout() throws Exception {
    try (TestServer silent = TestServer.silent();
        TestServer good = good();
        Bench bench =
            Bench.start(
                Bench.passThrough(),
                "",
                "answer-timeout: 300ms",
                silent.address(),
                good.address())) {
      long start = System.nanoTime();
      try (Socket client = bench.connect()) {
        assertEquals("served\n", all(client));
      }
      long millis = (System.nanoTime() - start) / 1_000_000;
      assertTrue(millis >= 300, () -> "after " + millis + " ms");
      assertEquals(1, silent.accepted());
    }
  }

  @Test
  void aBackendThatClosesBeforeItAnswersIsPassedOver() throws Exception {
    try (TestServer closing = new TestServer(Socket::close);
        TestServer good = good();
        Bench bench = Bench.start(Bench.passThrough(), "", "", closing.address(), good.address());
        Socket client = bench.connect()) {
      assertEquals("served\n", all(client));
      assertEquals(1, closing.accepted());
    }
  }

  @Test
  void aBackendThatTheProtocolRejectsIsPassedOver() throws Exception {
    StreamProtocol rejectsTheFirst =
        session ->
            session.connect(
                new BackendConnector() {
                  @Override
                  public void connected(BackendLink link) {
                    if (link.backend().name().equals("a")) {
                      link.reject("not this one");
                    } else {
                      link.answered();
                      session.end(Outcome.ok());
                    }
                  }

                  @Override
                  public void refused(Refusal refusal) {
                    session.end(Outcome.refused(refusal));
                  }
                });
    try (TestServer a = good();
        TestServer b = good();
        Bench bench = Bench.start(rejectsTheFirst, "", "", a.address(), b.address());
        Socket client = bench.connect()) {
      assertEquals("", all(client));
      assertEquals("p/b", bench.onlyRecord("session").get("backend"));
    }
  }

  @Test
  void aNameThatIsNotResolvedInTimeIsPassedOver() throws Exception {
    CountDownLatch deafNameServer = new CountDownLatch(1);
    StreamProtocol afterLookUpsThatHang =
        session -> {
          Network network = ((TcpSession) session).scope().network();
          for (int i = 0; i < 8; i++) {
            network.resolve(
                session.eventLoop(),
                "hangs.invalid",
                () -> {
                  deafNameServer.await();
                  return null;
                },
                (address, problem) -> {});
          }
          Bench.passThrough().accept(session);
        };
    try (TestServer good = good();
        Bench bench =
            Bench.start(
                afterLookUpsThatHang,
                "",
                "connect-timeout: 300ms",
                InetSocketAddress.createUnresolved("localhost", 1),
                good.address());
        Socket client = bench.connect()) {
      assertEquals("served\n", all(client));
      client.close();
      assertEquals("p/b", bench.onlyRecord("session").get("backend"));
      assertEquals(0, bench.backend(0).sessions());
      deafNameServer.countDown();
    }
  }

  @Test
  void noMoreThanTheRetriesAreTried() throws Exception {
    InetSocketAddress dead = unusedAddress();
    try (TestServer good = good();
        Bench bench =
            Bench.start(
                Bench.passThrough(), "", "retries: 1", dead, unusedAddress(), good.address());
        Socket client = bench.connect()) {
      assertEquals("refused no-answer\n", all(client));
      assertEquals(2, bench.onlyRecord("session").get("attempts"));
      assertEquals(0, good.accepted());
      assertEquals(Map.of("no-answer", 1L), bench.listener().refused());
    }
  }

  @Test
  void whenNothingAnswersTheProtocolRefusesAndTheSessionEnds() throws Exception {
    try (Bench bench = Bench.start(Bench.passThrough(), "", "", unusedAddress());
        Socket client = bench.connect()) {
      assertEquals("refused no-answer\n", all(client));
      assertEquals("refused", bench.onlyRecord("session").get("outcome"));
      await("no session is left", () -> bench.listener().sessions() == 0);
    }
  }

  @Test
  void aBackendWithAllItsSessionsTakesNoFurtherOne() throws Exception {
    try (TestServer server = TestServer.greeting("served", s -> s.getInputStream().read());
        Bench bench = Bench.start(Bench.passThrough(), "max-sessions: 1", "", server.address());
        Socket first = bench.connect()) {
      first.getInputStream().read();
      try (Socket second = bench.connect()) {
        assertEquals("refused listener-full\n", all(second));
      }
      first.close();
      await("the first has ended", () -> bench.listener().sessions() == 0);
      try (Socket third = bench.connect()) {
        assertEquals('s', third.getInputStream().read());
      }
    }
  }

  @Test
  void aClientThatLeavesWhileABackendIsSoughtHoldsNothing() throws Exception {
    try (TestServer silent = TestServer.silent();
        Bench bench =
            Bench.start(Bench.passThrough(), "", "answer-timeout: 500ms", silent.address())) {
      Socket client = bench.connect();
      await("the backend was dialled", () -> silent.accepted() == 1);
      client.setSoLinger(true, 0);
      client.close();
      await("the session has ended", () -> bench.listener().sessions() == 0);
      assertEquals(0, bench.backend(0).sessions());
    }
  }

  @Test
  void aNameIsResolvedOffTheEventLoop() throws Exception {
    try (TestServer good = good();
        Bench bench =
            Bench.start(
                Bench.passThrough(),
                "",
                "",
                InetSocketAddress.createUnresolved("localhost", good.address().getPort()));
        Socket client = bench.connect()) {
      assertEquals("served\n", all(client));
    }
  }

  @Test
  void aSessionGivesItsBackendBackAndAsksForAnother() throws Exception {
    CountDownLatch left = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    StreamProtocol changesItsMind =
        session -> {
          BackendConnector second =
              new BackendConnector() {
                @Override
                public void connected(BackendLink link) {
                  link.answered();
                  session.end(Outcome.ok());
                }

                @Override
                public void refused(Refusal refusal) {
                  session.end(Outcome.refused(refusal));
                }
              };
          session.connect(
              new BackendConnector() {
                @Override
                public void connected(BackendLink link) {
                  link.answered();
                  session.disconnect();
                  session.disconnect();
                  left.countDown();
                  new Thread(
                          () -> {
                            try {
                              go.await();
                            } catch (InterruptedException e) {
                              return;
                            }
                            session.eventLoop().execute(() -> session.connect(second));
                          })
                      .start();
                }

                @Override
                public void refused(Refusal refusal) {
                  session.end(Outcome.refused(refusal));
                }
              });
        };
    try (TestServer a = TestServer.silent();
        Bench bench = Bench.start(changesItsMind, "", "", a.address());
        Socket client = bench.connect()) {
      left.await();
      await("the place is given back", () -> bench.backend(0).sessions() == 0);
      go.countDown();
      assertEquals("", all(client));
      Map<String, Object> record = bench.onlyRecord("session");
      assertEquals("p/a", record.get("backend"));
      assertEquals(2, record.get("attempts"));
      assertEquals("ok", record.get("outcome"));
      assertEquals(0, bench.backend(0).sessions());
      assertEquals(2, bench.backend(0).totalSessions());
    }
  }
}
