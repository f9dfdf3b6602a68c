package sluice.tftp;

import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import sluice.tftp.packet.Packets;
import sluice.tftp.packet.TftpRequest;

/**
 * The most that client and backend may agree on.
 *
 * @param blksize bytes; 0 for any
 * @param windowsize blocks; 0 for any
 */
record Limits(int blksize, int windowsize) {

  /** RFC 2348. */
  static final int LEAST_BLKSIZE = 8;

  static final int MOST_BLKSIZE = 65464;

  /** The bytes of DATA before its content. */
  static final int HEADER = Packets.HEADER;

  static int within(int blksize) {
    return Math.max(LEAST_BLKSIZE, Math.min(MOST_BLKSIZE, blksize));
  }

  /** The request as it goes to the backend, on the heap. */
  ByteBuf offer(TftpRequest request) {
    if (blksize == 0 && windowsize == 0) {
      return request.packet();
    }
    Map<String, Integer> most = new HashMap<>();
    if (blksize > 0) {
      most.put("blksize", blksize);
    }
    if (windowsize > 0) {
      most.put("windowsize", windowsize);
    }
    return request.limited(most);
  }

  /**
   * What is wrong with a backend's first answer, in words for the backend and the log: a server may
   * grant less than was asked for, but not more.
   */
  Optional<String> broken(ByteBuf answer) {
    if (Packets.opcode(answer) != Packets.OACK) {
      return Optional.empty();
    }
    return more(answer, "blksize", blksize).or(() -> more(answer, "windowsize", windowsize));
  }

  private static Optional<String> more(ByteBuf oack, String option, int most) {
    long granted = Packets.option(oack, oack.readerIndex() + 2, option);
    return most > 0 && granted > most
        ? Optional.of(
            "The server granted " + option + " " + granted + ", max-" + option + " is " + most)
        : Optional.empty();
  }
}
