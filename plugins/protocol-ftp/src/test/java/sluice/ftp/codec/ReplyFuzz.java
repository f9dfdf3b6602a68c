package sluice.ftp.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Whatever a server says, however it is cut. */
public final class ReplyFuzz {

  private static final int LONGEST_LINE = 48;
  private static final int LONGEST_REPLY = 256;

  private ReplyFuzz() {}

  /** Run by Jazzer, and on the seeds by {@link FuzzSeedsTest}. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    Told told = told(bytes, LONGEST_LINE, Pieces::whole);
    assertEquals(told, told(bytes, LONGEST_LINE, Pieces::anywhere));
    assertEquals(told, told(bytes, LONGEST_LINE, Pieces::single));
    assertEquals(longestLine(bytes) > LONGEST_LINE, told.refused());
    told.replies().forEach(ReplyFuzz::wellFormed);
    if (!told.refused()) {
      againTheSame(told.replies());
    }
  }

  private record Told(List<Reply> replies, boolean refused) {}

  private static Told told(byte[] bytes, int maxLine, BiConsumer<byte[], Consumer<ByteBuf>> cut) {
    ReplyDecoder decoder = new ReplyDecoder(maxLine, LONGEST_REPLY);
    List<Reply> replies = new ArrayList<>();
    try {
      cut.accept(
          bytes,
          piece -> {
            decoder.feed(piece, replies::add);
            assertFalse(piece.isReadable());
            assertTrue(!decoder.mayBeOver() || decoder.midReply());
          });
    } catch (IllegalStateException e) {
      return new Told(replies, true);
    }
    decoder.finish(replies::add);
    assertFalse(decoder.midReply());
    assertFalse(decoder.mayBeOver());
    return new Told(replies, false);
  }

  private static int longestLine(byte[] bytes) {
    int longest = 0;
    int length = 0;
    for (byte b : bytes) {
      length = b == '\n' ? 0 : length + 1;
      longest = Math.max(longest, length);
    }
    return longest;
  }

  private static void wellFormed(Reply reply) {
    assertTrue(reply.code() == 0 || reply.code() >= 100 && reply.code() <= 699, "its code");
    assertFalse(reply.lines().isEmpty());
    int size = 0;
    for (String line : reply.lines()) {
      assertTrue(line.indexOf('\n') < 0 && !line.endsWith("\r"), "a line end inside a line");
      // A line costs memory even if nothing is in it.
      size += line.length() + ReplyDecoder.LINE_COST;
    }
    assertTrue(
        size <= LONGEST_REPLY + LONGEST_LINE + ReplyDecoder.LINE_COST + 4,
        "a reply of " + size + " bytes is kept");
    String last = reply.lines().get(reply.lines().size() - 1);
    if (reply.code() != 0 && reply.last()) {
      assertTrue(last.startsWith(reply.code() + " "), "its last line");
      assertEquals(last.substring(4), reply.text());
    }
    assertTrue(reply.toString().chars().noneMatch(c -> c < ' ' || c == 127), "log text");
    // A client that goes by the code and the blank must not see an end before the end.
    for (int i = 0; reply.code() != 0 && i < reply.lines().size() - 1; i++) {
      assertFalse(reply.lines().get(i).startsWith(reply.code() + " "), "an end before the end");
    }
  }

  /** What is told to a client is understood by a client as the same replies. */
  private static void againTheSame(List<Reply> replies) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (Reply reply : replies) {
      for (String line : reply.lines()) {
        bytes.writeBytes((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
      }
    }
    // Longer by the code, which a last line may not have had, and by a CR.
    Told again = told(bytes.toByteArray(), LONGEST_LINE + 5, Pieces::whole);
    assertEquals(
        replies.stream().flatMap(reply -> reply.lines().stream()).toList(),
        again.replies().stream().flatMap(reply -> reply.lines().stream()).toList());
    assertEquals(
        replies.stream().map(Reply::code).toList(),
        again.replies().stream().map(Reply::code).toList());
  }
}
