package sluice.ftp.codec;

import java.util.List;

/**
 * A server's reply (RFC 959 section 4.2).
 *
 * @param code 100 to 699; 0 if the line was no reply at all
 * @param lines without line ends, one character a byte (ISO 8859-1); not empty
 * @param last false for the earlier pieces of a reply that is too long to be kept whole
 */
public record Reply(int code, List<String> lines, boolean last) {

  /** Copies the lines. */
  public Reply {
    lines = List.copyOf(lines);
  }

  /** A reply of one line. */
  public static Reply of(int code, String text) {
    return new Reply(code, List.of(code + " " + text), true);
  }

  /** Whether another reply to the same command follows (1yz). */
  public boolean preliminary() {
    return code >= 100 && code < 200;
  }

  /** Whether the command was accepted (2yz, 3yz). */
  public boolean positive() {
    return code >= 200 && code < 400;
  }

  /** Whether the command was refused (4yz, 5yz). */
  public boolean negative() {
    return code >= 400;
  }

  /** The text of the last line, without the code. */
  public String text() {
    String line = lines.get(lines.size() - 1);
    return code != 0 && line.length() > 4 ? line.substring(4) : code == 0 ? line : "";
  }

  /** For logs: the last line, without characters that a log would not bear. */
  @Override
  public String toString() {
    return lines.get(lines.size() - 1).replaceAll("\\p{Cntrl}", "?");
  }
}
