package sluice.tftp.packet;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** The layout of TFTP packets, RFC 1350 section 5 and RFC 2347. Reading moves no index. */
public final class Packets {

  public static final int RRQ = 1;
  public static final int WRQ = 2;
  public static final int DATA = 3;
  public static final int ACK = 4;
  public static final int ERROR = 5;
  public static final int OACK = 6;

  /** The bytes before the content of DATA. */
  public static final int HEADER = 4;

  /** The length of a block that nothing was agreed on for. */
  public static final int DEFAULT_BLKSIZE = 512;

  public static final int UNDEFINED = 0;
  public static final int ACCESS_VIOLATION = 2;
  public static final int ILLEGAL_OPERATION = 4;
  public static final int UNKNOWN_TRANSFER = 5;
  public static final int OPTION_REFUSED = 8;

  private static final int LONGEST_MESSAGE = 200;

  private Packets() {}

  /** The opcode, or 0 if the packet is too short to have one. */
  public static int opcode(ByteBuf packet) {
    return packet.readableBytes() < 2 ? 0 : packet.getUnsignedShort(packet.readerIndex());
  }

  /**
   * The block number of DATA and ACK, or the code of ERROR.
   *
   * @return -1 if the packet is too short to have one
   */
  public static int number(ByteBuf packet) {
    return packet.readableBytes() < HEADER ? -1 : packet.getUnsignedShort(packet.readerIndex() + 2);
  }

  /** How many bytes of content a DATA packet has. */
  public static int contentLength(ByteBuf data) {
    return data.readableBytes() - HEADER;
  }

  /** An acknowledgement. */
  public static ByteBuf ack(int block) {
    return Unpooled.buffer(HEADER, HEADER).writeShort(ACK).writeShort(block);
  }

  /** An error; what netascii has no letter for becomes a question mark. */
  public static ByteBuf error(int code, String message) {
    String text = printable(message);
    ByteBuf packet = Unpooled.buffer(HEADER + text.length() + 1);
    packet.writeShort(ERROR).writeShort(code);
    packet.writeCharSequence(text, StandardCharsets.US_ASCII);
    return packet.writeByte(0);
  }

  /** An ERROR packet for records and logs: its code and its message, as far as printable. */
  public static String describeError(ByteBuf error) {
    String message = message(error);
    return "ERROR " + number(error) + (message.isEmpty() ? "" : ": " + message);
  }

  /** The message of an ERROR packet, as far as printable. */
  public static String message(ByteBuf error) {
    int start = error.readerIndex() + HEADER;
    int length = Math.max(0, error.writerIndex() - start);
    String text = length == 0 ? "" : error.toString(start, length, StandardCharsets.ISO_8859_1);
    int end = text.indexOf(0);
    return printable(end < 0 ? text : text.substring(0, end)).strip();
  }

  private static String printable(String text) {
    StringBuilder printable = new StringBuilder();
    text.chars()
        .limit(LONGEST_MESSAGE)
        .forEach(c -> printable.append(c >= ' ' && c <= '~' ? (char) c : '?'));
    return printable.toString();
  }

  /**
   * A number among the options of an OACK.
   *
   * @param name in lower case
   * @param absent what to return if the option is not there, or is no number from 1 to 65535
   */
  public static int option(ByteBuf oack, String name, int absent) {
    long number = option(oack, oack.readerIndex() + 2, name);
    return number >= 1 && number <= 65535 ? (int) number : absent;
  }

  /**
   * A number among options.
   *
   * @param start the index of the first option's name
   * @param name in lower case
   * @return -1 if the option is not there or is no number
   */
  public static long option(ByteBuf packet, int start, String name) {
    int at = start;
    while (true) {
      int nameEnd = stringEnd(packet, at);
      int valueEnd = nameEnd < 0 ? -1 : stringEnd(packet, nameEnd + 1);
      if (valueEnd < 0) {
        return -1;
      }
      if (string(packet, at, nameEnd).equalsIgnoreCase(name)) {
        return number(string(packet, nameEnd + 1, valueEnd));
      }
      at = valueEnd + 1;
    }
  }

  /** A number of up to 18 digits, or -1. */
  static long number(String value) {
    return value.matches("[0-9]{1,18}") ? Long.parseLong(value) : -1;
  }

  /** The index of the NUL that ends the string that starts there, or -1. */
  public static int stringEnd(ByteBuf packet, int start) {
    return start >= packet.writerIndex()
        ? -1
        : ByteBufUtil.indexOf(packet, start, packet.writerIndex(), (byte) 0);
  }

  /** The string between two indexes. */
  public static String string(ByteBuf packet, int start, int end) {
    return packet.toString(start, end - start, StandardCharsets.UTF_8);
  }
}
