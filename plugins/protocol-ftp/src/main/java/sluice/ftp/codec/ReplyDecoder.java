package sluice.ftp.codec;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Puts a server's replies together, however they are split or joined.
 *
 * <p>A reply of several lines ends with the first line that starts with its code and no hyphen (RFC
 * 959 section 4.2). Servers end it with the bare code, with a tab, or never: then {@link
 * #mayBeOver()} says so, and the caller calls {@link #finish} after a while. The last line is
 * handed on in the form {@code 226 text}, which clients rely on; everything else byte for byte.
 *
 * <p>Memory is bounded: a reply that takes over 64 KiB, its many lines included, is handed on in
 * pieces.
 */
public final class ReplyDecoder {

  private static final int MAX_LINE = 32 * 1024;
  private static final int MAX_REPLY = 64 * 1024;

  /** What a line costs beside its text: without it, empty lines would cost nothing. */
  static final int LINE_COST = 32;

  private final int maxLine;
  private final int maxReply;
  private byte[] line = new byte[256];
  private int length;
  private final List<String> open = new ArrayList<>();
  private int openCode;
  private int openSize;

  /** With the limits above. */
  public ReplyDecoder() {
    this(MAX_LINE, MAX_REPLY);
  }

  /**
   * @param maxLine bytes without the line's end
   * @param maxReply bytes, with {@link #LINE_COST} for each line
   */
  ReplyDecoder(int maxLine, int maxReply) {
    this.maxLine = maxLine;
    this.maxReply = maxReply;
  }

  /**
   * Reads all of the buffer (which stays the caller's) and hands on every reply that is whole.
   *
   * @throws IllegalStateException if a line is longer than 32 KiB: that is no FTP server
   */
  public void feed(ByteBuf in, Consumer<Reply> out) {
    while (in.isReadable()) {
      byte b = in.readByte();
      if (b == '\n') {
        String text = takeLine();
        line(text, out);
      } else {
        if (length == maxLine) {
          throw new IllegalStateException("a reply line is longer than " + maxLine + " bytes");
        }
        if (length == line.length) {
          line = Arrays.copyOf(line, Math.min(2 * length, maxLine));
        }
        line[length++] = b;
      }
    }
  }

  private String takeLine() {
    int end = length;
    while (end > 0 && line[end - 1] == '\r') {
      end--;
    }
    length = 0;
    return new String(line, 0, end, StandardCharsets.ISO_8859_1);
  }

  private void line(String text, Consumer<Reply> out) {
    if (openCode != 0) {
      inside(text, out);
      return;
    }
    int code = code(text);
    if (text.isBlank()) {
      return; // Some servers put blank lines between replies.
    }
    if (code == 0) {
      out.accept(new Reply(0, List.of(text), true));
    } else if (text.length() > 3 && text.charAt(3) == '-') {
      openCode = code;
      open.add(text);
      openSize = text.length() + LINE_COST;
    } else {
      out.accept(new Reply(code, List.of(lastLine(code, text, 3)), true));
    }
  }

  private void inside(String text, Consumer<Reply> out) {
    boolean ends =
        code(text) == openCode
            && (text.length() == 3 || text.charAt(3) == ' ' || text.charAt(3) == '\t');
    open.add(ends ? lastLine(openCode, text, 3) : text);
    openSize += text.length() + LINE_COST;
    if (ends) {
      flush(true, out);
    } else if (openSize > maxReply) {
      flush(false, out);
    }
  }

  private void flush(boolean last, Consumer<Reply> out) {
    Reply reply = new Reply(openCode, open, last);
    open.clear();
    openSize = 0;
    if (last) {
      openCode = 0;
    }
    out.accept(reply);
  }

  /**
   * Whether a reply of several lines is open whose latest line looks like the end of one: nothing
   * is certain, so this is asked when the server has been silent for a while.
   */
  public boolean mayBeOver() {
    return openCode != 0
        && length == 0
        && open.size() > 1
        && code(open.get(open.size() - 1).strip()) != 0;
  }

  /** Whether part of a reply has come. */
  public boolean midReply() {
    return length > 0 || openCode != 0;
  }

  /** Takes what is there as a whole reply: the server is silent, or has closed the connection. */
  public void finish(Consumer<Reply> out) {
    if (length > 0) {
      line(takeLine(), out);
    }
    if (openCode != 0) {
      int at = open.size() - 1;
      if (at < 0) {
        open.add(openCode + " ");
      } else {
        String text = open.get(at).strip();
        open.set(at, lastLine(openCode, text, code(text) == 0 ? 0 : 3));
      }
      flush(true, out);
    }
  }

  private static String lastLine(int code, String text, int from) {
    if (from == 3 && text.length() > 3 && text.charAt(3) == ' ' && code(text) == code) {
      return text;
    }
    String rest = text.substring(Math.min(from, text.length()));
    if (from == 3 && !rest.isEmpty() && (rest.charAt(0) == '-' || rest.charAt(0) <= ' ')) {
      rest = rest.substring(1);
    }
    return code + " " + rest;
  }

  /** The code that a line starts with, or 0. */
  private static int code(String text) {
    if (text.length() < 3 || text.charAt(0) < '1' || text.charAt(0) > '6') {
      return 0;
    }
    for (int i = 1; i < 3; i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return 0;
      }
    }
    if (text.length() > 3 && text.charAt(3) >= '0' && text.charAt(3) <= '9') {
      return 0;
    }
    return Integer.parseInt(text.substring(0, 3));
  }
}
