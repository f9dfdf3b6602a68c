package sluice.ftp.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandDecoderTest {

  private final CommandDecoder decoder = new CommandDecoder(512);

  private List<ClientLine> feed(String... pieces) {
    List<ClientLine> lines = new ArrayList<>();
    for (String piece : pieces) {
      decoder.feed(Unpooled.wrappedBuffer(piece.getBytes(StandardCharsets.ISO_8859_1)), lines::add);
    }
    return lines;
  }

  private static List<ClientLine> commands(String... lines) {
    return List.<ClientLine>copyOf(java.util.Arrays.stream(lines).map(Command::new).toList());
  }

  @Test
  void linesEndWithCrLfOrLfAndMayComeInAnyPieces() {
    assertEquals(
        commands("USER a", "PASS b", "NOOP"), feed("US", "ER a\r", "\nPASS b\nNO", "OP\r\n"));
  }

  @Test
  void namesPassByteForByte() {
    assertEquals(
        commands("RETR gr\u00fc\u00df", "RETR \u00c3\u00bc  x "),
        feed("RETR gr\u00fc\u00df\r\nRETR \u00c3\u00bc  x \r\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // all of IAC IP IAC DM in the stream
        "\u00ff\u00f4\u00ff\u00f2ABOR\r\n",
        // the last byte of the first three was urgent
        "\u00ff\u00f4\u00f2ABOR\r\n",
        // the first byte was urgent
        "\u00f4\u00ff\u00f2ABOR\r\n",
        // DM was urgent
        "\u00ff\u00f4\u00ffABOR\r\n",
        "\u00f2ABOR\r\n",
        // other controls and a negotiation
        "\u00ff\u00f1\u00ff\u00fd\u0003ABOR\r\n",
        "AB\u00ff\u00f1OR\r\n",
      })
  void telnetControlsAreTakenOut(String bytes) {
    assertEquals(commands("ABOR"), feed(bytes));
  }

  @Test
  void telnetControlsMayBeSplit() {
    assertEquals(
        commands("ABOR", "NOOP"), feed("\u00ff", "\u00f4", "\u00ff", "\u00f2", "ABOR\r\nNOOP\r\n"));
  }

  @Test
  void doubledIacIsAByteOfAName() {
    assertEquals(commands("RETR \u00ff\u00ff.txt"), feed("RETR \u00ff\u00ff.txt\r\n"));
  }

  @Test
  void overlongLineIsRefusedAndTheNextIsRead() {
    List<ClientLine> lines = feed("STOR " + "x".repeat(100_000), "xx\r\nNOOP\r\n");
    assertEquals(new BadLine(500, "Command line longer than 512 bytes, ignored."), lines.get(0));
    assertEquals(commands("NOOP"), lines.subList(1, 2));
    assertEquals(512, ((Command) feed("x".repeat(512) + "\r\n").get(0)).line().length());
    assertInstanceOf(BadLine.class, feed("x".repeat(513) + "\r\n").get(0));
  }

  @Test
  void commandBehindACrOrNulDoesNotPassUnseen() {
    for (String inside : new String[] {"\r", "\0", "\r\0", "\0\r"}) {
      List<ClientLine> lines = feed("NOOP" + inside + "PORT 10,0,0,1,0,22\r\nNOOP\r\n");
      assertEquals(501, ((BadLine) lines.get(0)).code());
      assertEquals(commands("NOOP"), lines.subList(1, 2));
    }
  }

  @Test
  void nulAndEmptyLinesAreRefused() {
    List<ClientLine> lines = feed("RETR a\0b\r\n\r\n\nNOOP\r\n");
    assertEquals(501, ((BadLine) lines.get(0)).code());
    assertEquals(500, ((BadLine) lines.get(1)).code());
    assertEquals(500, ((BadLine) lines.get(2)).code());
    assertEquals(commands("NOOP"), lines.subList(3, 4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PORT 1,2", "port 1,2", " PORT 1,2", "\tPoRt\t1,2", "PORT,1,2", "PORT"})
  void commandThatATolerantServerUnderstandsIsRecognised(String line) {
    assertEquals("PORT", new Command(line).verb());
  }

  @Test
  void argumentKeepsItsSpaces() {
    assertEquals(" a b ", new Command("RETR  a b ").argument());
    assertEquals("", new Command("RETR").argument());
    assertEquals("\u00fc", new Command("RETR \u00c3\u00bc").readableArgument());
    assertEquals("\u00fc", new Command("RETR \u00fc").readableArgument());
  }

  @Test
  void passwordsAreNotShown() {
    assertEquals("PASS ***", new Command("pass secret").toString());
    assertEquals("ACCT ***", new Command(" ACCT secret").toString());
    assertEquals("SITE PSWD ...", new Command("site pswd old new").toString());
    assertEquals("USER me", new Command("USER me").toString());
  }

  @Test
  void anyBytesGiveLinesOrNothing() {
    Random random = new Random(11);
    int lines = 0;
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes = new byte[random.nextInt(600)];
      random.nextBytes(bytes);
      List<ClientLine> got = new ArrayList<>();
      decoder.feed(Unpooled.wrappedBuffer(bytes), got::add);
      for (ClientLine line : got) {
        lines++;
        if (line instanceof Command command) {
          assertTrue(command.line().length() <= 512 && command.line().indexOf('\n') < 0);
          assertEquals(command.verb(), new Command(command.verb()).verb());
        }
      }
    }
    assertTrue(lines > 100);
  }
}
