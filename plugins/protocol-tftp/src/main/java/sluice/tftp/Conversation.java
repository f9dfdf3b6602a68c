package sluice.tftp;

import io.netty.buffer.ByteBuf;
import java.util.function.LongSupplier;
import sluice.api.Side;
import sluice.api.protocol.Transfer;
import sluice.tftp.packet.Packets;

/** A running transfer: passes packets on as they are, one for one, and recognises its end. */
final class Conversation {

  private final Side sender;
  private final Leg client;
  private final Leg backend;
  private final Transfer transfer;
  private final LongSupplier nanoClock;
  private final Progress progress = new Progress();
  private long lastFromClient;
  private long lastFromBackend;
  private Ending ending;

  /**
   * @param sender the side that the data comes from
   */
  Conversation(Side sender, Leg client, Leg backend, Transfer transfer, LongSupplier nanoClock) {
    this.sender = sender;
    this.client = client;
    this.backend = backend;
    this.transfer = transfer;
    this.nanoClock = nanoClock;
    this.lastFromClient = nanoClock.getAsLong();
    this.lastFromBackend = lastFromClient;
  }

  /**
   * A packet from one side, for the other.
   *
   * @return whether it is one that this side may send, and was passed on
   */
  boolean relay(Side from, ByteBuf packet) {
    int opcode = Packets.opcode(packet);
    int number = Packets.number(packet);
    if (!mayCome(from, opcode, number)) {
      return false;
    }
    heard(from);
    Leg to = from == Side.CLIENT ? backend : client;
    to.send(packet.retain());
    switch (opcode) {
      case Packets.DATA -> transfer.moved(progress.sent(number, Packets.contentLength(packet)));
      case Packets.ACK -> {
        transfer.moved(progress.acknowledged(number));
        if (progress.isLast(number)) {
          ending = Ending.complete(sender, number);
        }
      }
      case Packets.ERROR -> ending = Ending.error(from, packet);
      default -> progress.granted(packet);
    }
    return true;
  }

  private boolean mayCome(Side from, int opcode, int number) {
    return switch (opcode) {
      case Packets.DATA -> from == sender && number >= 0;
      case Packets.ACK -> from != sender && number >= 0;
      case Packets.ERROR -> number >= 0;
      case Packets.OACK -> from == Side.BACKEND;
      default -> false;
    };
  }

  private void heard(Side side) {
    if (side == Side.CLIENT) {
      lastFromClient = nanoClock.getAsLong();
    } else {
      lastFromBackend = nanoClock.getAsLong();
    }
  }

  /** How long ago the client's last packet came. */
  long sinceClient() {
    return nanoClock.getAsLong() - lastFromClient;
  }

  /** How long ago the last packet of either side came. */
  long idle() {
    return Math.min(sinceClient(), nanoClock.getAsLong() - lastFromBackend);
  }

  /** The side whose packet is waited for: not the one that was heard last. */
  Side owing() {
    return lastFromClient - lastFromBackend > 0 ? Side.BACKEND : Side.CLIENT;
  }

  /** How it ended, or null while it runs. */
  Ending ending() {
    return ending;
  }
}
