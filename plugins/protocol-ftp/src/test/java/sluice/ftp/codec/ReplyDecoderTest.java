package sluice.ftp.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReplyDecoderTest {

  private final ReplyDecoder decoder = new ReplyDecoder();

  private List<Reply> feed(String... pieces) {
    List<Reply> replies = new ArrayList<>();
    for (String piece : pieces) {
      decoder.feed(
          Unpooled.wrappedBuffer(piece.getBytes(StandardCharsets.ISO_8859_1)), replies::add);
    }
    return replies;
  }

  private List<Reply> finish() {
    List<Reply> replies = new ArrayList<>();
    decoder.finish(replies::add);
    return replies;
  }

  @Test
  void repliesMayBeSplitAnyhow() {
    String bytes = "220-hello\r\n there\r\n220 ready\r\n331 password\r\n";
    List<Reply> whole = feed(bytes);
    assertEquals(2, whole.size());
    assertEquals(List.of("220-hello", " there", "220 ready"), whole.get(0).lines());
    List<Reply> single = new ArrayList<>();
    for (char c : bytes.toCharArray()) {
      single.addAll(feed(String.valueOf(c)));
    }
    assertEquals(whole, single);
  }

  @Test
  void linesInsideMayStartWithOtherCodesOrTheSameWithAHyphen() {
    List<Reply> replies =
        feed(
            "230-hi\r\n220 not the end\r\n230-nor this\r\n 230 nor this\r\n2300\r\n\r\n230 end\r\n");
    assertEquals(1, replies.size());
    assertEquals(7, replies.get(0).lines().size());
    assertEquals("end", replies.get(0).text());
  }

  @Test
  void lastLineMayBeTheBareCodeOrHaveATab() {
    assertEquals("226 ", feed("226-a\r\n226\r\n").get(0).lines().get(1));
    assertEquals("226 done", feed("226-a\r\n226\tdone\r\n").get(0).lines().get(1));
    assertEquals(List.of("226 "), feed("226\r\n").get(0).lines());
    assertEquals(List.of("226 done"), feed("226 done\n").get(0).lines());
  }

  @Test
  void replyThatNeverEndsIsTakenWhenItsLastLineLooksLikeOne() {
    assertEquals(List.of(), feed("226-a\r\n"));
    assertFalse(decoder.mayBeOver(), "a first line alone promises more");
    assertEquals(List.of(), feed("226-b\r\n"));
    assertTrue(decoder.mayBeOver());
    assertEquals(List.of(new Reply(226, List.of("226-a", "226 b"), true)), finish());

    feed("226-a\r\n", " 226 padded\r\n");
    assertTrue(decoder.mayBeOver());
    assertEquals(List.of(new Reply(226, List.of("226-a", "226 padded"), true)), finish());

    feed("230-a\r\n", "just text\r\n");
    assertFalse(decoder.mayBeOver());
    feed("220 another code\r\n");
    assertTrue(decoder.mayBeOver());
    assertEquals("230 another code", finish().get(0).lines().get(2));
  }

  @Test
  void connectionsEndEndsAReplyToo() {
    feed("421-going");
    assertEquals(List.of(new Reply(421, List.of("421 going"), true)), finish());
    feed("421 gone");
    assertEquals(List.of(Reply.of(421, "gone")), finish());
    assertEquals(List.of(), finish());
  }

  @Test
  void whatIsNoReplyHasNoCode() {
    assertEquals(0, feed("SSH-2.0-x\r\n").get(0).code());
    assertEquals(0, feed("99\r\n").get(0).code());
    assertEquals(0, feed("2200 x\r\n").get(0).code());
    assertEquals(List.of(), feed("\r\n"));
  }

  @Test
  void textIsKeptByteForByte() {
    assertEquals(
        "257 \"/gr\u00fc\u00df\u00ff\"",
        feed("257 \"/gr\u00fc\u00df\u00ff\"\r\n").get(0).toString());
  }

  @Test
  void endlessReplyIsHandedOnInPieces() {
    List<Reply> replies = new ArrayList<>(feed("211-list\r\n"));
    for (int i = 0; i < 3000; i++) {
      replies.addAll(feed(" " + "x".repeat(100) + "\r\n"));
    }
    replies.addAll(feed("211 end\r\n"));
    assertTrue(replies.size() > 2);
    assertEquals(3002, replies.stream().mapToInt(reply -> reply.lines().size()).sum());
    assertTrue(replies.get(replies.size() - 1).last());
    assertFalse(replies.get(0).last());
  }

  @Test
  void endlessLineIsNoFtp() {
    assertThrows(IllegalStateException.class, () -> feed("220 " + "x".repeat(40_000)));
  }

  @Test
  void anyBytesGiveRepliesOrNothing() {
    Random random = new Random(3);
    String alphabet = "0123456--  \t\r\r\n\n\nab\u00ff";
    int replies = 0;
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(60); n > 0; n--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      List<Reply> got = feed(text.toString());
      if (i % 5 == 0) {
        got.addAll(finish());
      }
      for (Reply reply : got) {
        replies++;
        String last = reply.lines().get(reply.lines().size() - 1);
        assertTrue(reply.code() == 0 || !reply.last() || last.startsWith(reply.code() + " "), last);
      }
    }
    assertTrue(replies > 1000);
  }
}
