package sluice.tftp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import sluice.api.Side;
import sluice.api.protocol.Outcome;
import sluice.tftp.packet.Packets;

/**
 * How a transfer ended, and the packet that ended it. That packet is the only one that nobody
 * acknowledges, so it is repeated when its receiver shows that it was lost.
 *
 * @param outcome for the records
 * @param receiver whom the last packet was for
 * @param lastPacket an ACK or an ERROR, on the heap
 */
record Ending(Outcome outcome, Side receiver, ByteBuf lastPacket) {

  /** The sender of the data has got the acknowledgement of the last block. */
  static Ending complete(Side sender, int block) {
    return new Ending(Outcome.ok(), sender, Packets.ack(block));
  }

  /** One side sent an ERROR. */
  static Ending error(Side from, ByteBuf error) {
    String seen = Packets.describeError(error);
    Outcome outcome =
        from == Side.CLIENT ? Outcome.aborted(from, seen) : Outcome.failed(from, seen);
    return new Ending(outcome, from.other(), Unpooled.copiedBuffer(error));
  }

  private boolean complete() {
    return Packets.opcode(lastPacket) == Packets.ACK;
  }

  /** Whether a packet shows that its sender has missed the last packet. */
  boolean missedBy(Side side, ByteBuf packet) {
    if (side != receiver) {
      return false;
    }
    return complete()
        ? Packets.opcode(packet) == Packets.DATA
            && Packets.number(packet) == Packets.number(lastPacket)
        : Packets.opcode(packet) != Packets.ERROR;
  }

  /** Whether a repeated request shows that the client has missed the last packet. */
  boolean missedByClient() {
    return receiver == Side.CLIENT && !complete();
  }
}
