package sluice.tftp.packet;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import sluice.api.protocol.TransferSpec;
import sluice.api.protocol.TransferSpec.Direction;

/**
 * A read or write request, and its packet as it came.
 *
 * @param opcode {@link Packets#RRQ} or {@link Packets#WRQ}
 * @param file as the client gave it, read as UTF-8
 * @param mode in lower case
 * @param packet a copy of the packet on the heap, so that it needs no release
 * @param options the index in it where the options begin
 */
public record TftpRequest(int opcode, String file, String mode, ByteBuf packet, int options) {

  /** RFC 2347 allows 512; some boot loaders send longer paths. */
  private static final int LONGEST = 2048;

  /** What is wrong with a request, in words for the client. */
  public static final class MalformedException extends Exception {

    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message, null, false, false);
    }
  }

  /** Reads a packet whose opcode is RRQ or WRQ. Options are not looked at, they may be anything. */
  public static TftpRequest read(ByteBuf packet) throws MalformedException {
    if (packet.readableBytes() > LONGEST) {
      throw new MalformedException("The request is longer than " + LONGEST + " bytes");
    }
    int start = packet.readerIndex() + 2;
    int fileEnd = Packets.stringEnd(packet, start);
    if (fileEnd < 0) {
      throw new MalformedException("The file name does not end with NUL");
    }
    if (fileEnd == start) {
      throw new MalformedException("The request names no file");
    }
    int modeEnd = Packets.stringEnd(packet, fileEnd + 1);
    if (modeEnd < 0 || modeEnd == fileEnd + 1) {
      throw new MalformedException("The request names no mode");
    }
    return new TftpRequest(
        Packets.opcode(packet),
        Packets.string(packet, start, fileEnd),
        Packets.string(packet, fileEnd + 1, modeEnd).toLowerCase(Locale.ROOT),
        Unpooled.copiedBuffer(packet),
        modeEnd + 1 - packet.readerIndex());
  }

  /** Whether it has options at all. */
  public boolean hasOptions() {
    return Packets.stringEnd(packet, options) > options;
  }

  /**
   * A number that the client asks for.
   *
   * @param name of the option, in lower case
   * @return -1 if it does not ask for that, or for no number
   */
  public long option(String name) {
    return Packets.option(packet, options, name);
  }

  /**
   * The packet with a smaller number in some options; all else is as the client sent it.
   *
   * @param most by the option's name in lower case, the greatest number that is passed on
   * @return on the heap
   */
  public ByteBuf limited(Map<String, Integer> most) {
    ByteBuf out = null;
    int copied = 0;
    int at = options;
    while (true) {
      int nameEnd = Packets.stringEnd(packet, at);
      int valueEnd = nameEnd < 0 ? -1 : Packets.stringEnd(packet, nameEnd + 1);
      if (valueEnd < 0) {
        break;
      }
      Integer limit = most.get(Packets.string(packet, at, nameEnd).toLowerCase(Locale.ROOT));
      if (limit != null
          && Packets.number(Packets.string(packet, nameEnd + 1, valueEnd)) > limit.intValue()) {
        if (out == null) {
          out = Unpooled.buffer(packet.readableBytes());
        }
        out.writeBytes(packet, copied, nameEnd + 1 - copied);
        out.writeCharSequence(limit.toString(), StandardCharsets.US_ASCII);
        copied = valueEnd;
      }
      at = valueEnd + 1;
    }
    return out == null
        ? packet.duplicate()
        : out.writeBytes(packet, copied, packet.writerIndex() - copied);
  }

  /** Whether the client reads. */
  public boolean download() {
    return opcode == Packets.RRQ;
  }

  /** Whether a packet is this request once more. */
  public boolean repeatedBy(ByteBuf other) {
    return ByteBufUtil.equals(packet, other);
  }

  /** Whether a backend's packet is a first answer to this request (RFC 1350, 2347). */
  public boolean answeredBy(ByteBuf answer) {
    int number = Packets.number(answer);
    return switch (Packets.opcode(answer)) {
      case Packets.OACK -> true;
      case Packets.ERROR -> number >= 0;
      case Packets.DATA -> download() && number == 1;
      case Packets.ACK -> !download() && number == 0;
      default -> false;
    };
  }

  /** For the record of the transfer. */
  public TransferSpec spec() {
    return new TransferSpec(
        download() ? "RRQ" : "WRQ", mode, download() ? Direction.DOWNLOAD : Direction.UPLOAD, file);
  }
}
