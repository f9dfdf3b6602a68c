package sluice.ftp.codec;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Cuts what a client sends into lines, in whatever pieces it arrives.
 *
 * <p>Telnet controls (RFC 854, as RFC 959 section 4.1.3 wants them before ABOR and STAT) are taken
 * out. When a client sends part of {@code IAC IP IAC DM} as urgent data, the system delivers that
 * part apart from the stream, and any of its bytes may be missing here: no command word starts with
 * such a byte, so at a line's start all of them are dropped. Inside a line a doubled IAC stays as
 * it is, because the backend is told the same bytes.
 *
 * <p>Lines end with CR LF or LF alone. A line that is too long, that holds a NUL or a CR, or that
 * is empty becomes a {@link BadLine}: there are servers for which a line ends at a CR or NUL, and a
 * command behind one must not pass unseen (the padded CR of RFC 2640 section 3.1 is given up for
 * that). Memory is bounded by the longest line.
 */
public final class CommandDecoder {

  private static final int IAC = 0xFF;
  private static final int FIRST_CONTROL = 0xF0;
  private static final int FIRST_NEGOTIATION = 0xFB;

  private enum Telnet {
    TEXT,
    IAC,
    OPTION
  }

  private final int maxLine;
  private byte[] line = new byte[128];
  private int length;
  private boolean tooLong;
  private Telnet telnet = Telnet.TEXT;

  /**
   * @param maxLine the longest line that is accepted, in bytes without its end
   */
  public CommandDecoder(int maxLine) {
    this.maxLine = maxLine;
  }

  /** Reads all of the buffer (which stays the caller's) and hands on every line that is whole. */
  public void feed(ByteBuf in, Consumer<ClientLine> out) {
    feed(in, out, () -> true);
  }

  /**
   * The same, as long as there is room for another line; the rest stays in the buffer.
   *
   * @param room asked before every byte
   */
  public void feed(ByteBuf in, Consumer<ClientLine> out, BooleanSupplier room) {
    while (in.isReadable() && room.getAsBoolean()) {
      take(in.readByte() & 0xFF, out);
    }
  }

  /** Whether part of a line has come. */
  public boolean midLine() {
    return length > 0 || tooLong || telnet != Telnet.TEXT;
  }

  private void take(int b, Consumer<ClientLine> out) {
    switch (telnet) {
      case IAC -> afterIac(b, out);
      case OPTION -> telnet = Telnet.TEXT;
      case TEXT -> {
        if (b == IAC) {
          telnet = Telnet.IAC;
        } else {
          text(b, out);
        }
      }
    }
  }

  private void afterIac(int b, Consumer<ClientLine> out) {
    telnet = Telnet.TEXT;
    if (b == IAC) {
      text(IAC, out);
      text(IAC, out);
    } else if (b >= FIRST_NEGOTIATION) {
      telnet = Telnet.OPTION;
    } else if (b < FIRST_CONTROL) {
      text(IAC, out);
      text(b, out);
    }
  }

  private void text(int b, Consumer<ClientLine> out) {
    if (b == '\n') {
      ClientLine whole = whole();
      length = 0;
      tooLong = false;
      out.accept(whole);
    } else if (length == 0 && b >= FIRST_CONTROL) {
      return;
    } else if (length == maxLine + 1) {
      // One more than the longest line, for its CR.
      tooLong = true;
    } else {
      if (length == line.length) {
        line = Arrays.copyOf(line, Math.min(2 * length, maxLine + 1));
      }
      line[length++] = (byte) b;
    }
  }

  private ClientLine whole() {
    int end = length;
    while (end > 0 && line[end - 1] == '\r') {
      end--;
    }
    if (tooLong || end > maxLine) {
      return new BadLine(500, "Command line longer than " + maxLine + " bytes, ignored.");
    }
    for (int i = 0; i < end; i++) {
      if (line[i] == 0 || line[i] == '\r') {
        return new BadLine(501, "Command line with a NUL or CR inside, ignored.");
      }
    }
    if (end == 0) {
      return new BadLine(500, "Empty command line.");
    }
    return new Command(new String(line, 0, end, StandardCharsets.ISO_8859_1));
  }
}
