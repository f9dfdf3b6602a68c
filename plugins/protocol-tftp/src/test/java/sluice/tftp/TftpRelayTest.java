package sluice.tftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sluice.api.PortRanges;
import sluice.api.SessionKey;
import sluice.api.protocol.Refusal;
import sluice.testkit.tftp.TftpPacket;

/** One client's packets and one backend's, one by one. */
class TftpRelayTest {

  private static final TftpPacket RRQ = TftpPacket.rrq("kernel");
  private static final TftpPacket WRQ = TftpPacket.wrq("core");

  private Rig rig = new Rig(TftpOptions.DEFAULT);

  @AfterEach
  void close() {
    rig.close();
  }

  private static TftpPacket data(long block, int length) {
    return TftpPacket.data(block, new byte[length]);
  }

  private static TftpPacket ack(long block) {
    return TftpPacket.ack(block);
  }

  private void begun() {
    rig.request(RRQ);
    rig.backend(data(1, 512));
    rig.assertToBackend("RRQ kernel octet {}");
    rig.assertToClient("DATA 1 (512 bytes)");
  }

  private void complete() {
    begun();
    rig.client(ack(1));
    rig.backend(data(2, 100));
    rig.client(ack(2));
    rig.assertToBackend("ACK 1", "ACK 2");
    rig.assertToClient("DATA 2 (100 bytes)");
  }

  @Test
  void aDownloadIsRelayedAndItsEndIsRecognised() {
    complete();
    assertEquals(List.of("RRQ kernel ok"), rig.session().transfers);
    assertEquals(612, rig.session().bytes);
    assertEquals("kernel", rig.session().get(SessionKey.FILE).orElseThrow());
    rig.pass(2999);
    assertFalse(rig.session().ended());
    rig.pass(1);
    assertEquals("ok", rig.session().outcome.toString());
    assertEquals(0, rig.listener.relays());
  }

  @Test
  void anUploadIsRelayedAndItsEndIsRecognised() {
    rig.request(WRQ);
    rig.backend(ack(0));
    rig.client(data(1, 512));
    rig.backend(ack(1));
    rig.client(data(2, 0));
    rig.backend(ack(2));
    rig.assertToBackend("WRQ core octet {}", "DATA 1 (512 bytes)", "DATA 2 (0 bytes)");
    rig.assertToClient("ACK 0", "ACK 1", "ACK 2");
    assertEquals(List.of("WRQ core ok"), rig.session().transfers);
    assertEquals(512, rig.session().bytes);
  }

  @Test
  void theRequestIsPassedOnAsItCame() {
    TftpPacket odd =
        TftpPacket.request(
            TftpPacket.RRQ, "K\u00e4se", "OcTeT", Map.of("BLKSIZE", "1428", "x", ""));
    rig.request(odd);
    rig.assertToBackend(odd.toString());
    assertEquals("K\u00e4se", rig.session().get(SessionKey.FILE).orElseThrow());
  }

  @Test
  void aCopyOfTheRequestIsNotASecondTransfer() {
    rig.request(RRQ);
    rig.request(RRQ);
    rig.pass(199);
    rig.request(RRQ);
    rig.assertToBackend("RRQ kernel octet {}");
    assertEquals(1, rig.sessions.size());
  }

  @Test
  void aRequestThatWasLostOnTheWayToTheBackendIsSentAgainWithTheClients() {
    rig.request(RRQ);
    rig.pass(1000);
    rig.request(RRQ);
    rig.assertToBackend("RRQ kernel octet {}", "RRQ kernel octet {}");
    rig.backend(data(1, 5));
    rig.client(ack(1));
    assertEquals(List.of("RRQ kernel ok"), rig.session().transfers);
    assertEquals(1, rig.sessions.size());
  }

  @Test
  void aBackendThatDoesNotAnswerIsReplacedAndItsLateAnswerIgnored() {
    rig.request(RRQ);
    FakeSession.Link first = rig.session().link();
    rig.session().nextBackend();
    assertNotSame(first, rig.session().link());
    rig.assertToBackend("RRQ kernel octet {}");
    rig.backend(data(1, 512));
    assertFalse(first.answered);
    assertTrue(rig.session().link().answered);
    rig.assertToClient("DATA 1 (512 bytes)");
  }

  @Test
  void anAnswerThatWasLostOnTheWayToTheClientIsRepeatedForARepeatedRequest() {
    begun();
    rig.pass(1000);
    rig.request(RRQ);
    rig.assertToClient("DATA 1 (512 bytes)");
    rig.assertToBackend();
    assertEquals(1, rig.sessions.size());
    rig.client(ack(1));
    rig.pass(500);
    rig.request(RRQ);
    rig.assertToClient();
    rig.assertToBackend("ACK 1");
    assertEquals(1, rig.sessions.size());
    assertEquals(512, rig.session().bytes);
  }

  @Test
  void aClientThatHasStartedAgainIsServedAnew() {
    begun();
    rig.client(ack(1));
    rig.assertToBackend("ACK 1");
    rig.pass(1001);
    FakeSession old = rig.session();
    rig.request(RRQ);
    assertEquals(2, rig.sessions.size());
    assertEquals(
        List.of("ERROR 0 the client began another transfer from the same port"),
        Rig.packets(old.links.get(0).channel, Rig.TRANSFER_ID));
    assertEquals(
        List.of(
            "RRQ kernel aborted by client (the client began another transfer from the same port)"),
        old.transfers);
    rig.assertToBackend("RRQ kernel octet {}");
    rig.backend(data(1, 3));
    rig.client(ack(1));
    assertEquals(List.of("RRQ kernel ok"), rig.session().transfers);
  }

  @Test
  void aClientThatNeverHearsTheAnswerIsServedAnewAtLast() {
    begun();
    rig.pass(10_000);
    rig.request(RRQ);
    assertEquals(2, rig.sessions.size());
  }

  @Test
  void anotherFileFromTheSamePortReplacesWhatRuns() {
    begun();
    rig.request(TftpPacket.rrq("initrd"));
    assertEquals(2, rig.sessions.size());
    assertTrue(rig.sessions.get(0).ended());
    rig.assertToBackend("RRQ initrd octet {}");
    rig.request(TftpPacket.rrq("third"));
    assertTrue(rig.sessions.get(1).ended());
    rig.assertToBackend("RRQ third octet {}");
    assertEquals(1, rig.listener.relays());
  }

  @Test
  void theNextFileFromTheSamePortIsServedAtOnceAfterTheEnd() {
    complete();
    FakeSession first = rig.session();
    rig.request(RRQ);
    rig.assertToBackend("RRQ kernel octet {}");
    rig.backend(data(1, 3));
    // The old one keeps its port, and mends a lost last acknowledgement.
    first
        .links
        .get(0)
        .channel
        .writeInbound(
            new io.netty.channel.socket.DatagramPacket(
                io.netty.buffer.Unpooled.wrappedBuffer(data(2, 100).bytes()),
                Rig.OWN,
                Rig.TRANSFER_ID));
    assertEquals(List.of("ACK 2"), Rig.packets(first.links.get(0).channel, Rig.TRANSFER_ID));
    rig.pass(3000);
    assertTrue(first.ended());
    assertEquals(1, rig.listener.relays());
  }

  @Test
  void aLostLastAcknowledgementOfADownloadIsRepeatedWithoutTheClient() {
    complete();
    rig.pass(1000);
    rig.backend(data(2, 100));
    rig.backend(data(1, 512));
    rig.assertToBackend("ACK 2");
    rig.assertToClient();
    assertEquals(612, rig.session().bytes);
  }

  @Test
  void aLostLastAcknowledgementOfAnUploadIsRepeatedWithoutTheBackend() {
    rig.request(WRQ);
    rig.backend(ack(0));
    rig.client(data(1, 9));
    rig.backend(ack(1));
    rig.assertToClient("ACK 0", "ACK 1");
    rig.pass(1000);
    rig.client(data(1, 9));
    rig.assertToClient("ACK 1");
    rig.assertToBackend("WRQ core octet {}", "DATA 1 (9 bytes)");
  }

  @Test
  void aStormOfRepeatedAcknowledgementsIsNotMultiplied() {
    begun();
    for (int i = 0; i < 50; i++) {
      rig.client(ack(1));
    }
    assertEquals(50, Rig.packets(rig.session().link().channel, Rig.TRANSFER_ID).size());
    rig.assertToClient();
    rig.backend(data(2, 10));
    for (int i = 0; i < 50; i++) {
      rig.client(ack(2));
    }
    rig.assertToBackend("ACK 2");
    rig.assertToClient("DATA 2 (10 bytes)");
  }

  @Test
  void theBlockSizeThatEndsATransferIsTheNegotiatedOne() {
    rig.request(TftpPacket.request(TftpPacket.RRQ, "f", "octet", Map.of("blksize", "1428")));
    rig.backend(TftpPacket.oack(Map.of("BlkSize", "1000")));
    rig.client(ack(0));
    rig.backend(data(1, 1000));
    rig.client(ack(1));
    assertEquals(List.of(), rig.session().transfers);
    rig.backend(data(2, 999));
    rig.client(ack(2));
    assertEquals(List.of("RRQ f ok"), rig.session().transfers);
    assertEquals(1999, rig.session().bytes);
  }

  @Test
  void blocksOfAWindowThatComeAgainCountOnce() {
    rig.request(TftpPacket.request(TftpPacket.RRQ, "f", "octet", Map.of("windowsize", "4")));
    rig.backend(TftpPacket.oack(Map.of("windowsize", "4")));
    rig.client(ack(0));
    rig.backend(data(1, 512));
    rig.backend(data(3, 512)); // 2 was lost
    rig.backend(data(4, 512));
    rig.client(ack(1));
    rig.backend(data(2, 512));
    rig.backend(data(3, 512));
    rig.backend(data(4, 512));
    rig.backend(data(5, 12));
    rig.client(ack(5));
    assertEquals(4 * 512 + 12, rig.session().bytes);
    assertEquals(List.of("RRQ f ok"), rig.session().transfers);
  }

  @Test
  void anErrorOfTheBackendAsFirstAnswerGoesToTheClientAndIsRepeated() {
    rig.request(RRQ);
    rig.backend(TftpPacket.error(1, "File not found"));
    rig.assertToClient("ERROR 1 File not found");
    assertTrue(rig.session().link().answered);
    assertEquals(
        List.of("RRQ kernel failed by backend (ERROR 1: File not found)"), rig.session().transfers);
    rig.pass(1000);
    rig.request(RRQ);
    rig.assertToClient("ERROR 1 File not found");
    assertEquals(1, rig.sessions.size());
    rig.pass(2000);
    assertTrue(rig.session().ended());
  }

  @Test
  void anErrorOfTheClientEndsTheTransferAndIsRepeatedForADeafBackend() {
    begun();
    rig.client(TftpPacket.error(8, "no\noptions"));
    rig.assertToBackend("ERROR 8 no\noptions");
    assertEquals(
        List.of("RRQ kernel aborted by client (ERROR 8: no?options)"), rig.session().transfers);
    rig.backend(data(1, 512));
    rig.assertToBackend("ERROR 8 no\noptions");
    rig.backend(TftpPacket.error(0, "bye"));
    rig.assertToBackend();
    rig.assertToClient();
  }

  @Test
  void strangersGetAnErrorAndDisturbNothing() {
    InetSocketAddress otherPort = new InetSocketAddress("10.0.0.69", 4712);
    InetSocketAddress otherHost = new InetSocketAddress("10.0.0.70", 4711);
    rig.request(RRQ);
    rig.backend(otherHost, data(1, 512));
    rig.assertToBackend("RRQ kernel octet {}", "ERROR 5 Unknown transfer ID to /10.0.0.70:4711");
    rig.backend(data(1, 512));
    rig.backend(otherPort, data(1, 512));
    rig.backend(otherPort, TftpPacket.error(1, "File not found"));
    rig.backend(otherHost, TftpPacket.of());
    rig.assertToBackend(
        "ERROR 5 Unknown transfer ID to /10.0.0.69:4712",
        "ERROR 5 Unknown transfer ID to /10.0.0.70:4711");
    rig.assertToClient("DATA 1 (512 bytes)");

    InetSocketAddress thief = new InetSocketAddress("192.0.2.8", 2070);
    rig.client(thief, ack(1));
    rig.client(thief, TftpPacket.error(0, "stop"));
    rig.assertToClient("ERROR 5 Unknown transfer ID to /192.0.2.8:2070");
    rig.assertToBackend();
    rig.client(ack(1));
    rig.assertToBackend("ACK 1");
  }

  @Test
  void strangersAreAnsweredSoManyTimesOnly() {
    begun();
    InetSocketAddress stranger = new InetSocketAddress("10.0.0.69", 4712);
    for (int i = 0; i < 100; i++) {
      rig.backend(stranger, data(1, 512));
    }
    int answered = Rig.packets(rig.session().link().channel, Rig.TRANSFER_ID).size();
    assertEquals(16, answered);
    rig.pass(1000);
    rig.backend(stranger, data(1, 512));
    rig.assertToBackend("ERROR 5 Unknown transfer ID to /10.0.0.69:4712");
  }

  @Test
  void whatASideMayNotSendIsNotPassedOn() {
    begun();
    rig.client(data(1, 512));
    rig.client(RRQ);
    rig.client(TftpPacket.oack(Map.of()));
    rig.client(TftpPacket.of((byte) 0, (byte) 4, (byte) 0));
    rig.client(TftpPacket.of());
    rig.backend(ack(1));
    rig.backend(TftpPacket.of((byte) 0, (byte) 9, (byte) 0, (byte) 0));
    rig.assertToClient();
    rig.assertToBackend();
    rig.client(ack(1));
    rig.assertToBackend("ACK 1");
  }

  @Test
  void whatIsNoAnswerDoesNotMakeABackendTheBackend() {
    rig.request(RRQ);
    rig.backend(data(2, 512));
    rig.backend(ack(0));
    rig.backend(TftpPacket.of((byte) 0, (byte) 3));
    assertFalse(rig.session().link().answered);
    assertNull(rig.session().clientSide);
  }

  @Test
  void aTransferInWhichNothingComesIsEnded() {
    begun();
    rig.pass(20_000);
    rig.client(ack(1));
    rig.pass(29_000);
    assertFalse(rig.session().ended());
    rig.pass(1000);
    assertEquals(
        "timed-out by backend (nothing came for 30000 ms)", rig.session().outcome.toString());
    rig.assertToBackend("ACK 1", "ERROR 0 The transfer is over: nothing came for 30000 ms");
    rig.assertToClient("ERROR 0 The transfer is over: nothing came for 30000 ms");
    assertEquals(0, rig.listener.relays());
  }

  @Test
  void aTransferMayTakeSoLongOnly() {
    rig.close();
    rig =
        new Rig(
            new TftpOptions(
                PortRanges.ANY,
                false,
                Duration.ZERO,
                Duration.ofSeconds(30),
                Duration.ofSeconds(60)));
    begun();
    for (int i = 0; i < 6; i++) {
      rig.client(ack(1));
      rig.pass(10_000);
    }
    assertEquals("timed-out", rig.session().outcome.result().toString());
  }

  @Test
  void withoutDallyThePortsAreClosedAtTheEnd() {
    rig.close();
    rig =
        new Rig(
            new TftpOptions(
                PortRanges.ANY, false, Duration.ZERO, Duration.ofSeconds(30), Duration.ZERO));
    complete();
    assertEquals("ok", rig.session().outcome.toString());
  }

  @Test
  void aGatewayThatStopsWaitsForTransfersButNotForTheDally() {
    begun();
    rig.session().finish();
    assertFalse(rig.session().ended());
    rig.client(ack(1));
    rig.backend(data(2, 1));
    rig.client(ack(2));
    rig.session().finish();
    assertEquals("ok", rig.session().outcome.toString());
  }

  @Test
  void aRefusalIsSaidInTheProtocolsWords() {
    rig.refusal = new Refusal(Refusal.Reason.NO_BACKEND, "No server is available");
    rig.request(RRQ);
    rig.assertFromListener("ERROR 0 No server is available");
    assertEquals("refused (no-backend: No server is available)", rig.session().outcome.toString());
    rig.refusal = null;
    rig.request(RRQ);
    rig.assertToBackend("RRQ kernel octet {}");
  }
}
