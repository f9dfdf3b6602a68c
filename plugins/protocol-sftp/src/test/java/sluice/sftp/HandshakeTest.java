package sluice.sftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sluice.api.Side;
import sluice.api.protocol.Outcome;

/** When a server is connected to, and which clients never get one. */
final class HandshakeTest {

  private final FakeSession session = new FakeSession();

  @AfterEach
  void nothingIsLeft() {
    session.client.finishAndReleaseAll();
  }

  private void accept(int handshakeSeconds, int waitSeconds) {
    session.client.freezeTime();
    new SftpProtocol(
            Limits.times(Duration.ofSeconds(handshakeSeconds), Duration.ofSeconds(waitSeconds)))
        .accept(session);
  }

  private void pass(int seconds) {
    session.client.advanceTimeBy(seconds, TimeUnit.SECONDS);
    session.client.runScheduledPendingTasks();
  }

  @Test
  void noServerIsConnectedToBeforeTheClientHasSaidWhoItIs() {
    accept(10, 2);
    assertNull(session.connector);
    session.say("SSH-2.0-Open");
    assertNull(session.connector);
    session.say("SSH_9.2p1 Debian\r\nKEXINIT");

    FakeSession.Link link = session.connect();
    assertEquals("", FakeSession.got(link.channel), "the server has not answered yet");
    FakeSession.say(link, "SSH-2.0-server\r\n");
    assertTrue(session.passedThrough);
    assertEquals("SSH-2.0-OpenSSH_9.2p1 Debian\r\nKEXINIT", FakeSession.got(link.channel));
    assertEquals("SSH-2.0-server\r\n", session.clientGot());
    assertEquals(Map.of("client-software", "SSH-2.0-OpenSSH_9.2p1 Debian"), session.facts);
    link.channel.finishAndReleaseAll();
  }

  @Test
  void theFirstWordsOfBothSidesAreCounted() {
    accept(10, 2);
    session.say("SSH-2.0-client\r\nKEXINIT");
    FakeSession.Link link = session.connect();
    FakeSession.say(link, "SSH-2.0-server\r\n");
    assertEquals(Map.of(Side.CLIENT, 23L, Side.BACKEND, 16L), session.carried);
    link.channel.finishAndReleaseAll();
  }

  @Test
  void aClientThatWaitsForTheServersWordsGetsThemAfterAWhile() {
    accept(10, 2);
    pass(1);
    assertNull(session.connector);
    pass(1);
    FakeSession.Link link = session.connect();
    FakeSession.say(link, "SSH-2.0-server\r\n");
    assertEquals("SSH-2.0-server\r\n", session.clientGot());
    assertFalse(session.passedThrough);

    FakeSession.say(link, "read already");
    session.say("SSH-2.0-ssh-keyscan\r\n");
    assertTrue(session.passedThrough);
    assertEquals("read already", session.clientGot());
    assertEquals("SSH-2.0-ssh-keyscan\r\n", FakeSession.got(link.channel));
    pass(60);
    assertTrue(session.ends.isEmpty(), "it has identified itself in time");
    link.channel.finishAndReleaseAll();
  }

  @Test
  void aSilentClientIsClosedInTimeAndTheServerIsToldInItsOwnWords() {
    accept(10, 2);
    pass(2);
    FakeSession.Link link = session.connect();
    FakeSession.say(link, "SSH-2.0-server\r\n");
    pass(8);
    assertEquals(Outcome.Result.TIMED_OUT, session.ends.get(0).result());
    assertEquals("no SSH identification within 10000 ms", session.ends.get(0).cause());
    String told = FakeSession.got(link.channel);
    assertTrue(told.startsWith("SSH-2.0-Sluice\r\n\0\0"), told);
    assertEquals("SSH-2.0-server\r\n", session.clientGot(), "nothing else");
    link.channel.finishAndReleaseAll();
  }

  @Test
  void aSilentClientNeverGetsAServerIfThatIsWanted() {
    accept(5, 5);
    pass(5);
    assertNull(session.connector);
    assertEquals(Outcome.Result.TIMED_OUT, session.ends.get(0).result());
    assertEquals("", session.clientGot());
  }

  @Test
  void theTimeOfTheSearchForAServerIsNotTheClients() {
    accept(5, 1);
    session.say("SSH-2.0-client\r\n");
    pass(60);
    assertTrue(session.ends.isEmpty());
  }

  @Test
  void aClientOfAnotherProtocolIsToldAndCostsNoServerAnything() {
    accept(10, 2);
    session.say("GET / HTTP/1.1\r\n");
    assertNull(session.connector);
    assertEquals("Sluice: This is an SSH service.\r\n", session.clientGot());
    assertEquals(Outcome.Result.FAILED, session.ends.get(0).result());
    assertEquals(Side.CLIENT, session.ends.get(0).side());
    assertEquals(
        "expected an SSH identification line, but it sent another line first, and said"
            + " \"GET / HTTP/1.1\"",
        session.ends.get(0).cause());
  }

  @Test
  void aTlsClientIsClosedAtItsFirstBytes() {
    accept(10, 2);
    session.say("\u0016\u0003\u0001\u0002\u0000");
    assertEquals(Outcome.Result.FAILED, session.ends.get(0).result());
  }

  @Test
  void anEndlessLineIsClosedAtItsBound() {
    accept(10, 2);
    session.say("SSH-2.0-" + "x".repeat(300));
    assertEquals(Outcome.Result.FAILED, session.ends.get(0).result());
    assertNull(session.connector);
  }

  @Test
  void aClientThatLeavesWithoutAWordCostsNoServerAnything() {
    accept(10, 2);
    session.client.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    assertEquals(Outcome.Result.ABORTED, session.ends.get(0).result());
    pass(20);
    assertNull(session.connector);
  }

  @Test
  void aServerThatBreaksAfterItsIdentificationEndsTheSession() {
    accept(10, 1);
    pass(1);
    FakeSession.Link link = session.connect();
    FakeSession.say(link, "SSH-2.0-server\r\n");
    link.channel.close();
    assertEquals(Outcome.Result.ABORTED, session.ends.get(0).result());
    assertEquals(Side.BACKEND, session.ends.get(0).side());
  }

  @Test
  void aGatewayThatStopsWaitsForNoSilentClient() {
    accept(10, 2);
    session.onFinish.run();
    String got = session.clientGot();
    assertTrue(got.startsWith("Sluice: The service is closing, please try again later.\r\n"), got);
    assertEquals(Outcome.Result.REFUSED, session.ends.get(0).result());
  }

  @Test
  void aSessionUnderWayIsLeftAloneWhenTheGatewayStops() {
    accept(10, 2);
    session.say("SSH-2.0-client\r\n");
    FakeSession.Link link = session.connect();
    FakeSession.say(link, "SSH-2.0-server\r\n");
    session.onFinish.run();
    assertTrue(session.ends.isEmpty());
    link.channel.finishAndReleaseAll();
  }
}
