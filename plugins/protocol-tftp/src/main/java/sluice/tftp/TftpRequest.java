package sluice.tftp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Locale;
import sluice.api.protocol.TransferSpec;
import sluice.api.protocol.TransferSpec.Direction;

/**
 * A read or write request, and its packet as it came, for it is passed on unchanged.
 *
 * @param opcode {@link Packets#RRQ} or {@link Packets#WRQ}
 * @param file as the client gave it, read as UTF-8
 * @param mode in lower case
 * @param packet a copy of the packet on the heap, so that it needs no release
 */
record TftpRequest(int opcode, String file, String mode, ByteBuf packet) {

  /** RFC 2347 allows 512; some boot loaders send longer paths. */
  private static final int LONGEST = 2048;

  /** What is wrong with a request, in words for the client. */
  static final class MalformedException extends Exception {

    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * Reads a packet whose opcode is RRQ or WRQ. Options are not looked at: they are between the
   * client and the backend.
   */
  static TftpRequest read(ByteBuf packet) throws MalformedException {
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
        Unpooled.copiedBuffer(packet));
  }

  /** Whether the client reads. */
  boolean download() {
    return opcode == Packets.RRQ;
  }

  /** Whether a packet is this request once more. */
  boolean repeatedBy(ByteBuf other) {
    return ByteBufUtil.equals(packet, other);
  }

  /** Whether a backend's packet is a first answer to this request (RFC 1350, 2347). */
  boolean answeredBy(ByteBuf answer) {
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
  TransferSpec spec() {
    return new TransferSpec(
        download() ? "RRQ" : "WRQ", mode, download() ? Direction.DOWNLOAD : Direction.UPLOAD, file);
  }
}
