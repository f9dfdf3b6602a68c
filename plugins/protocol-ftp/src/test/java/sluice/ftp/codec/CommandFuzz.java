package sluice.ftp.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Whatever a client says, however it is cut. */
public final class CommandFuzz {

  private static final int MAX_LINE = 64;
  private static final Set<String> SECRET = Set.of("PASS", "ACCT", "ADAT");

  private CommandFuzz() {}

  /** Run by Jazzer, and on the seeds by {@link FuzzSeedsTest}. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    List<ClientLine> lines = lines(bytes, Pieces::whole);
    assertEquals(lines, lines(bytes, Pieces::anywhere));
    assertEquals(lines, lines(bytes, Pieces::single));
    assertTrue(lines.size() <= newlines(bytes), "a line out of nothing");
    for (ClientLine line : lines) {
      if (line instanceof Command command) {
        passedOn(command);
        notInLogs(command);
      } else if (line instanceof BadLine bad) {
        assertTrue(bad.code() == 500 || bad.code() == 501);
      }
    }
  }

  private static List<ClientLine> lines(byte[] bytes, BiConsumer<byte[], Consumer<ByteBuf>> cut) {
    CommandDecoder decoder = new CommandDecoder(MAX_LINE);
    List<ClientLine> lines = new ArrayList<>();
    cut.accept(
        bytes,
        piece -> {
          decoder.feed(piece, lines::add);
          assertFalse(piece.isReadable());
        });
    return lines;
  }

  private static int newlines(byte[] bytes) {
    int count = 0;
    for (byte b : bytes) {
      count += b == '\n' ? 1 : 0;
    }
    return count;
  }

  /** One line for a backend as well, whatever it takes for a line's end; and the same line. */
  private static void passedOn(Command command) {
    String line = command.line();
    assertTrue(!line.isEmpty() && line.length() <= MAX_LINE, "its length");
    assertTrue(line.chars().noneMatch(c -> c == '\r' || c == '\n' || c == 0), "a line end inside");
    assertTrue(command.verb().matches("[A-Z@]*"), "its word");
    assertTrue(line.endsWith(command.argument()), "its argument");
    command.readableArgument();
    byte[] bytes = (line + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    assertEquals(List.of(command), lines(bytes, Pieces::whole));
  }

  private static void notInLogs(Command command) {
    String text = command.toString();
    assertTrue(text.chars().noneMatch(c -> c < ' ' || c == 127), "log text");
    if (SECRET.contains(command.verb())) {
      assertEquals(command.verb() + " ***", text);
    }
  }
}
