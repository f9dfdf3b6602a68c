package sluice.tftp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** The layout of TFTP packets, RFC 1350 section 5 and RFC 2347. Reading moves no index. */
final class Packets {

  static final int RRQ = 1;
  static final int WRQ = 2;
  static final int DATA = 3;
  static final int ACK = 4;
  static final int ERROR = 5;
  static final int OACK = 6;

  /** The bytes before the content of DATA. */
  static final int HEADER = 4;

  static final int UNDEFINED = 0;
  static final int ILLEGAL_OPERATION = 4;
  static final int UNKNOWN_TRANSFER = 5;

  private static final int LONGEST_MESSAGE = 200;

  private Packets() {}

  /** The opcode, or 0 if the packet is too short to have one. */
  static int opcode(ByteBuf packet) {
    return packet.readableBytes() < 2 ? 0 : packet.getUnsignedShort(packet.readerIndex());
  }

  /**
   * The block number of DATA and ACK, or the code of ERROR.
   *
   * @return -1 if the packet is too short to have one
   */
  static int number(ByteBuf packet) {
    return packet.readableBytes() < HEADER ? -1 : packet.getUnsignedShort(packet.readerIndex() + 2);
  }

  /** How many bytes of content a DATA packet has. */
  static int contentLength(ByteBuf data) {
    return data.readableBytes() - HEADER;
  }

  /** An acknowledgement. */
  static ByteBuf ack(int block) {
    return Unpooled.buffer(HEADER, HEADER).writeShort(ACK).writeShort(block);
  }

  /** An error; what netascii has no letter for becomes a question mark. */
  static ByteBuf error(int code, String message) {
    String text = printable(message);
    ByteBuf packet = Unpooled.buffer(HEADER + text.length() + 1);
    packet.writeShort(ERROR).writeShort(code);
    packet.writeCharSequence(text, StandardCharsets.US_ASCII);
    return packet.writeByte(0);
  }

  /** An ERROR packet for records and logs: its code and its message, as far as printable. */
  static String describeError(ByteBuf error) {
    int start = error.readerIndex() + HEADER;
    int length = Math.max(0, error.writerIndex() - start);
    String text = length == 0 ? "" : error.toString(start, length, StandardCharsets.ISO_8859_1);
    int end = text.indexOf(0);
    String message = printable(end < 0 ? text : text.substring(0, end)).strip();
    return "ERROR " + number(error) + (message.isEmpty() ? "" : ": " + message);
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
  static int option(ByteBuf oack, String name, int absent) {
    int at = oack.readerIndex() + 2;
    while (true) {
      int nameEnd = stringEnd(oack, at);
      int valueEnd = nameEnd < 0 ? -1 : stringEnd(oack, nameEnd + 1);
      if (valueEnd < 0) {
        return absent;
      }
      if (string(oack, at, nameEnd).equalsIgnoreCase(name)) {
        String value = string(oack, nameEnd + 1, valueEnd);
        if (!value.matches("[0-9]{1,5}")) {
          return absent;
        }
        int number = Integer.parseInt(value);
        return number >= 1 && number <= 65535 ? number : absent;
      }
      at = valueEnd + 1;
    }
  }

  /** The index of the NUL that ends the string that starts there, or -1. */
  static int stringEnd(ByteBuf packet, int start) {
    return start >= packet.writerIndex()
        ? -1
        : ByteBufUtil.indexOf(packet, start, packet.writerIndex(), (byte) 0);
  }

  /** The string between two indexes. */
  static String string(ByteBuf packet, int start, int end) {
    return packet.toString(start, end - start, StandardCharsets.UTF_8);
  }
}
