package sluice.sftp.wire;

import java.nio.charset.StandardCharsets;

/**
 * Finds the identification line in what an SSH peer says first (RFC 4253, section 4.2): a line that
 * begins with {@code SSH-} and is at most 255 bytes long with its line end. A server may send other
 * lines before it, a client may not; they are bounded here, because a peer that does not speak SSH
 * could go on for ever. A line end without CR is taken too, as old servers send it.
 *
 * <p>Not thread-safe.
 */
public final class Identification {

  /** What is known so far. */
  public enum State {
    /** The line is not there yet. */
    INCOMPLETE,
    /** The line is complete. */
    FOUND,
    /** This does not speak SSH; nothing more needs to be read. */
    NOT_SSH
  }

  /** RFC 4253, section 4.2: with CR and LF. */
  static final int MAX_LINE = 255;

  /** All lines before, and the line itself. */
  static final int MAX_BYTES = 8192;

  /** Lines before the identification. */
  static final int MAX_LINES = 50;

  private static final byte[] PREFIX = "SSH-".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_SHOWN = 200;

  private final int mostLines;
  private final StringBuilder line = new StringBuilder();
  private final StringBuilder before = new StringBuilder();
  private State state = State.INCOMPLETE;
  private String problem = "";
  private int bytes;
  private int lines;
  private int column;
  private boolean ssh = true;

  private Identification(int mostLines) {
    this.mostLines = mostLines;
  }

  /** For what a server says. */
  public static Identification ofServer() {
    return new Identification(MAX_LINES);
  }

  /** For what a client says: the identification is its first line. */
  public static Identification ofClient() {
    return new Identification(0);
  }

  /**
   * Takes the next byte; once the state is not {@link State#INCOMPLETE}, nothing changes any more.
   */
  public State feed(byte next) {
    if (state != State.INCOMPLETE) {
      return state;
    }
    bytes++;
    column++;
    if (column <= PREFIX.length) {
      ssh &= next == PREFIX[column - 1];
    }
    if (next == 0) {
      return notSsh("sent a NUL byte, which is not text");
    }
    if (ssh && column > MAX_LINE) {
      return notSsh("sent an identification line of more than " + MAX_LINE + " bytes");
    }
    if (next == '\n') {
      return endOfLine();
    }
    if (next != '\r' && line.length() < MAX_LINE) {
      line.append(printable(next));
    }
    return bytes >= MAX_BYTES
        ? notSsh("sent no identification line in " + bytes + " bytes")
        : state;
  }

  private State endOfLine() {
    if (ssh && column > PREFIX.length) {
      state = State.FOUND;
      return state;
    }
    lines++;
    if (!before.isEmpty()) {
      before.append(" | ");
    }
    if (before.length() < MAX_SHOWN) {
      before.append(line);
    }
    line.setLength(0);
    column = 0;
    ssh = true;
    if (lines > mostLines) {
      return notSsh(
          lines == 1
              ? "sent another line first"
              : "sent no identification line in " + lines + " lines");
    }
    return bytes >= MAX_BYTES
        ? notSsh("sent no identification line in " + bytes + " bytes")
        : state;
  }

  private State notSsh(String what) {
    problem = what;
    state = State.NOT_SSH;
    return state;
  }

  private static char printable(byte octet) {
    return octet >= ' ' && octet < 127 ? (char) octet : '?';
  }

  /** What is known so far. */
  public State state() {
    return state;
  }

  /** The identification line without its end, once it was found; printable. */
  public String line() {
    return line.toString();
  }

  /**
   * What was seen instead of an identification line, in one printable line for operators.
   *
   * @param ending how it ended if the state is still {@link State#INCOMPLETE}, for example {@code
   *     "closed the connection"}
   */
  public String problem(String ending) {
    String what = state == State.NOT_SSH ? problem : ending;
    String said = said();
    return said.isEmpty()
        ? what + ", and said nothing before"
        : what + ", and said \"" + said + "\"";
  }

  private String said() {
    String all =
        before.isEmpty()
            ? line.toString()
            : line.isEmpty() ? before.toString() : before + " | " + line;
    return all.length() > MAX_SHOWN ? all.substring(0, MAX_SHOWN) + "..." : all;
  }
}
