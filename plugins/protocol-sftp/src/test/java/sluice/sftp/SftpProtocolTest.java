package sluice.sftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.Refusal;

final class SftpProtocolTest {

  private static final String KEXINIT = "\u0000\u0000\u0004\u001c\u0009\u0014binary\u0080\u00ff";

  private final FakeSession session = new FakeSession();

  @BeforeEach
  void accept() {
    new SftpProtocol(Limits.none()).accept(session);
    session.say("SSH-2.0-client\r\n");
  }

  @AfterEach
  void nothingIsLeft() {
    session.client.finishAndReleaseAll();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 1000})
  void whatTheBackendSaysReachesTheClientUnchangedHoweverItIsCut(int pieces) {
    String said = "SSH-2.0-OpenSSH_9.2p1 Debian\r\n" + KEXINIT;
    FakeSession.Link link = session.connect();
    assertTrue(link.channel.config().isAutoRead());
    String left = said;
    while (!link.answered) {
      String piece = left.substring(0, Math.min(pieces, left.length()));
      left = left.substring(piece.length());
      assertEquals("", session.clientGot());
      say(link, piece);
    }
    assertTrue(session.passedThrough);
    assertEquals(said.substring(0, said.length() - left.length()), session.clientGot());
    assertFalse(link.channel.config().isAutoRead(), "the relay says when to read on");
    assertFalse(session.client.config().isAutoRead(), "nothing more is read from the client");
    assertEquals("SSH-2.0-client\r\n", FakeSession.got(link.channel));
    link.channel.finishAndReleaseAll();
  }

  @Test
  void linesBeforeTheIdentificationArePassedOn() {
    FakeSession.Link link = session.connect();
    say(link, "Authorised use only\r\nSSH is spoken here\r\nSSH-1.99-Cisco-1.25\n");
    assertTrue(link.answered);
    assertEquals(
        "Authorised use only\r\nSSH is spoken here\r\nSSH-1.99-Cisco-1.25\n", session.clientGot());
    link.channel.finishAndReleaseAll();
  }

  @Test
  void aServerThatSendsItsOverloadAndClosesIsReplacedUnseen() {
    FakeSession.Link full = session.connect();
    say(full, "Exceeded MaxStartups\r\n");
    full.channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    assertRejected(full, "but it closed the connection, and said \"Exceeded MaxStartups\"");

    FakeSession.Link next = session.connect();
    say(next, "SSH-2.0-next\r\n");
    assertTrue(next.answered);
    assertEquals("SSH-2.0-next\r\n", session.clientGot());
    full.channel.finishAndReleaseAll();
    next.channel.finishAndReleaseAll();
  }

  @Test
  void aConnectionClosedWithoutAWordIsRejected() {
    FakeSession.Link link = session.connect();
    link.channel.close();
    assertRejected(link, "but it closed the connection, and said nothing before");
  }

  @Test
  void aBrokenConnectionIsRejectedWithItsCause() {
    FakeSession.Link link = session.connect();
    link.channel.pipeline().fireExceptionCaught(new java.io.IOException("Connection reset"));
    assertRejected(link, "but it broke the connection (Connection reset)");
  }

  @Test
  void theLongestIdentificationLineIsTaken() {
    FakeSession.Link link = session.connect();
    say(link, "SSH-2.0-" + "x".repeat(255 - 10) + "\r\n");
    assertTrue(link.answered);
    link.channel.finishAndReleaseAll();
  }

  @Test
  void aLongerIdentificationLineIsRejected() {
    FakeSession.Link link = session.connect();
    say(link, "SSH-2.0-" + "x".repeat(255 - 9) + "\r\n");
    assertRejected(link, "an identification line of more than 255 bytes");
  }

  @Test
  void fiftyLinesMayComeBefore() {
    FakeSession.Link link = session.connect();
    say(link, "banner\r\n".repeat(50) + "SSH-2.0-x\r\n");
    assertTrue(link.answered);
    link.channel.finishAndReleaseAll();
  }

  @Test
  void moreLinesAreRejected() {
    FakeSession.Link link = session.connect();
    say(link, "banner\r\n".repeat(51));
    assertRejected(link, "sent no identification line in 51 lines");
  }

  @Test
  void aLineWithoutEndIsRejectedAtItsBound() {
    FakeSession.Link link = session.connect();
    say(link, "x".repeat(8191));
    assertTrue(link.rejected.isEmpty());
    say(link, "x");
    assertRejected(link, "sent no identification line in 8192 bytes");
  }

  @Test
  void binaryIsRejectedAtOnceAndShownPrintable() {
    FakeSession.Link link = session.connect();
    say(link, "\u0016\u0003\u0001\u0000\u0000");
    assertRejected(link, "but it sent a NUL byte, which is not text, and said \"???\"");
  }

  @Test
  void anotherProtocolsGreetingIsNoAnswer() {
    FakeSession.Link link = session.connect();
    say(link, "220 ftp ready\r\n");
    assertFalse(link.answered);
    link.channel.close();
    assertRejected(link, "said \"220 ftp ready\"");
  }

  @ParameterizedTest
  @EnumSource(Refusal.Reason.class)
  void aRefusedClientIsToldInALineAndInADisconnect(Refusal.Reason reason) {
    session.connector.refused(new Refusal(reason, "no server is available, try again later"));
    String got = session.clientGot();
    String lines = "Sluice: no server is available, try again later\r\nSSH-2.0-Sluice\r\n";
    assertTrue(got.startsWith(lines), got);
    ByteBuffer packet =
        ByteBuffer.wrap(got.substring(lines.length()).getBytes(StandardCharsets.ISO_8859_1));
    assertEquals(0, packet.remaining() % 8, "RFC 4253, section 6: a multiple of the block size");
    assertEquals(packet.remaining() - 4, packet.getInt());
    int padding = packet.get();
    assertTrue(padding >= 4, "padding " + padding);
    assertEquals(1, packet.get(), "SSH_MSG_DISCONNECT");
    boolean full =
        reason == Refusal.Reason.LISTENER_FULL
            || reason == Refusal.Reason.CLIENT_FULL
            || reason == Refusal.Reason.BACKENDS_FULL;
    assertEquals(full ? 12 : 7, packet.getInt());
    byte[] text = new byte[packet.getInt()];
    packet.get(text);
    assertEquals(
        "no server is available, try again later", new String(text, StandardCharsets.UTF_8));
    assertEquals(0, packet.getInt(), "language tag");
    assertEquals(padding, packet.remaining());
  }

  @Test
  void aRefusalEndsTheSessionWithItsReason() {
    session.connector.refused(new Refusal(Refusal.Reason.NO_BACKEND, "none"));
    assertEquals(1, session.ends.size());
    assertEquals(Outcome.Result.REFUSED, session.ends.get(0).result());
    assertEquals("no-backend: none", session.ends.get(0).cause());
  }

  private void assertRejected(FakeSession.Link link, String part) {
    assertEquals(1, link.rejected.size());
    assertTrue(link.rejected.get(0).contains(part), link.rejected.get(0));
    assertFalse(link.answered);
    assertFalse(session.passedThrough);
    assertEquals("", session.clientGot());
    link.channel.finishAndReleaseAll();
  }

  private static void say(FakeSession.Link link, String bytes) {
    link.channel.writeInbound(Unpooled.copiedBuffer(bytes.getBytes(StandardCharsets.ISO_8859_1)));
  }
}
