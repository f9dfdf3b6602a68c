package sluice.ftp.codec;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/**
 * A client's command (RFC 959 section 5.3).
 *
 * @param line the line without its end and without Telnet controls; one character a byte (ISO
 *     8859-1), so that names are passed on byte for byte in whatever encoding they are
 */
public record Command(String line) implements ClientLine {

  private static final Set<String> SECRET = Set.of("PASS", "ACCT", "ADAT");

  /**
   * The command word in capitals: what a tolerant server would take it for. Space before it is
   * skipped and it ends where its letters end, so that no command that moves data can be slipped
   * past the gateway by odd spacing. Empty if the line starts with something else.
   */
  public String verb() {
    int start = wordStart();
    return line.substring(start, wordEnd(start)).toUpperCase(Locale.ROOT);
  }

  /** What stands after the command word and one separator; byte for byte, possibly empty. */
  public String argument() {
    int end = wordEnd(wordStart());
    return end < line.length() ? line.substring(end + 1) : "";
  }

  /** The argument for people and records: UTF-8 if it is that, else one character a byte. */
  public String readableArgument() {
    byte[] bytes = argument().getBytes(StandardCharsets.ISO_8859_1);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return argument();
    }
  }

  private int wordStart() {
    int start = 0;
    while (start < line.length() && line.charAt(start) <= ' ') {
      start++;
    }
    return start;
  }

  private int wordEnd(int start) {
    int end = start;
    while (end < line.length() && isWord(line.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isWord(char c) {
    return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '@';
  }

  /** For logs: never shows a password, nor a character that a log would not bear. */
  @Override
  public String toString() {
    String verb = verb();
    if (verb.equals("SITE")) {
      // SITE PSWD old new, and the like.
      return "SITE " + new Command(argument()).verb() + " ...";
    }
    return SECRET.contains(verb) ? verb + " ***" : line.replaceAll("\\p{Cntrl}", "?");
  }
}
