package sluice.testkit.tftp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One TFTP packet as bytes (RFC 1350, section 5; RFC 2347 for options and OACK). It may be
 * malformed: tests send such packets too.
 */
public final class TftpPacket {

  /** Read request. */
  public static final int RRQ = 1;

  /** Write request. */
  public static final int WRQ = 2;

  /** A block of data. */
  public static final int DATA = 3;

  /** The acknowledgement of a block. */
  public static final int ACK = 4;

  /** An error; it ends a transfer. */
  public static final int ERROR = 5;

  /** The acknowledgement of options. */
  public static final int OACK = 6;

  private final byte[] bytes;

  private TftpPacket(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A packet of these bytes, whatever they are. */
  public static TftpPacket of(byte... bytes) {
    return new TftpPacket(bytes.clone());
  }

  /** A request with options, in the map's order. */
  public static TftpPacket request(
      int opcode, String file, String mode, Map<String, String> options) {
    List<String> strings = new ArrayList<>(List.of(file, mode));
    options.forEach((name, value) -> strings.addAll(List.of(name, value)));
    return strings(opcode, strings);
  }

  /** A read request in octet mode without options. */
  public static TftpPacket rrq(String file) {
    return request(RRQ, file, "octet", Map.of());
  }

  /** A write request in octet mode without options. */
  public static TftpPacket wrq(String file) {
    return request(WRQ, file, "octet", Map.of());
  }

  /** The acknowledgement of options. */
  public static TftpPacket oack(Map<String, String> options) {
    List<String> strings = new ArrayList<>();
    options.forEach((name, value) -> strings.addAll(List.of(name, value)));
    return strings(OACK, strings);
  }

  /**
   * A block of data.
   *
   * @param block any number; its low 16 bits are sent
   */
  public static TftpPacket data(long block, byte[] content, int offset, int length) {
    byte[] packet = numbered(DATA, block, length);
    System.arraycopy(content, offset, packet, 4, length);
    return new TftpPacket(packet);
  }

  /** A block of data. */
  public static TftpPacket data(long block, byte[] content) {
    return data(block, content, 0, content.length);
  }

  /** The acknowledgement of a block. */
  public static TftpPacket ack(long block) {
    return new TftpPacket(numbered(ACK, block, 0));
  }

  /** An error. */
  public static TftpPacket error(int code, String message) {
    byte[] text = message.getBytes(StandardCharsets.UTF_8);
    byte[] packet = numbered(ERROR, code, text.length + 1);
    System.arraycopy(text, 0, packet, 4, text.length);
    return new TftpPacket(packet);
  }

  private static byte[] numbered(int opcode, long number, int more) {
    byte[] packet = new byte[4 + more];
    packet[1] = (byte) opcode;
    packet[2] = (byte) (number >> 8);
    packet[3] = (byte) number;
    return packet;
  }

  private static TftpPacket strings(int opcode, List<String> strings) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0);
    out.write(opcode);
    for (String string : strings) {
      out.writeBytes(string.getBytes(StandardCharsets.UTF_8));
      out.write(0);
    }
    return new TftpPacket(out.toByteArray());
  }

  /** A copy of the packet's bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The packet's length. */
  public int length() {
    return bytes.length;
  }

  /** The opcode, or 0 if there is none. */
  public int opcode() {
    return bytes.length < 2 ? 0 : number(0);
  }

  /** The block number of DATA and ACK, or the code of ERROR; 0 if there is none. */
  public int block() {
    return bytes.length < 4 ? 0 : number(2);
  }

  private int number(int at) {
    return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
  }

  /** The content of DATA. */
  public byte[] content() {
    return Arrays.copyOfRange(bytes, Math.min(4, bytes.length), bytes.length);
  }

  /** The length of the content of DATA. */
  public int contentLength() {
    return Math.max(0, bytes.length - 4);
  }

  /** The message of ERROR. */
  public String message() {
    List<String> strings = strings(4);
    return strings.isEmpty() ? "" : strings.get(0);
  }

  /** The file name of a request. */
  public String file() {
    List<String> strings = strings(2);
    return strings.isEmpty() ? "" : strings.get(0);
  }

  /** The mode of a request, in lower case. */
  public String mode() {
    List<String> strings = strings(2);
    return strings.size() < 2 ? "" : strings.get(1).toLowerCase(Locale.ROOT);
  }

  /** The options of a request or an OACK, names in lower case, in their order. */
  public Map<String, String> options() {
    List<String> strings = strings(2);
    Map<String, String> options = new LinkedHashMap<>();
    for (int i = opcode() == OACK ? 0 : 2; i + 1 < strings.size(); i += 2) {
      options.put(strings.get(i).toLowerCase(Locale.ROOT), strings.get(i + 1));
    }
    return options;
  }

  private List<String> strings(int from) {
    List<String> strings = new ArrayList<>();
    int start = from;
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == 0) {
        strings.add(new String(bytes, start, i - start, StandardCharsets.UTF_8));
        start = i + 1;
      }
    }
    return strings;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TftpPacket packet && Arrays.equals(bytes, packet.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return switch (opcode()) {
      case RRQ, WRQ ->
          (opcode() == RRQ ? "RRQ " : "WRQ ") + file() + " " + mode() + " " + options();
      case DATA -> "DATA " + block() + " (" + contentLength() + " bytes)";
      case ACK -> "ACK " + block();
      case ERROR -> "ERROR " + block() + " " + message();
      case OACK -> "OACK " + options();
      default -> "opcode " + opcode() + " (" + length() + " bytes)";
    };
  }
}
