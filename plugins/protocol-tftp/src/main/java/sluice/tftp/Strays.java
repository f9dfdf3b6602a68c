package sluice.tftp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sluice.api.protocol.DatagramListener;
import sluice.tftp.packet.Packets;

/**
 * Answers packets that belong to no transfer with ERROR 5 (RFC 1350, section 4), and malformed
 * requests with ERROR 4: never an ERROR, for two peers would go on forever, and only so many in a
 * second, for senders may be forged.
 */
final class Strays {

  private static final Logger log = LoggerFactory.getLogger(Strays.class);

  private final String who;
  private final RateLimit limit;
  private final RateLimit words;
  private long count;

  /**
   * @param who for the log: a listener or a session
   * @param burst how many are answered at once
   * @param interval after these, one in this time
   */
  Strays(String who, int burst, Duration interval, LongSupplier nanoClock) {
    this.who = who;
    this.limit = new RateLimit(burst, interval, nanoClock);
    this.words = new RateLimit(1, Duration.ofMinutes(1), nanoClock);
  }

  /** How many packets there were, answered or not. */
  long count() {
    return count;
  }

  /** Answers a packet that came to a transfer's socket from somebody else. */
  void answer(Channel socket, InetSocketAddress sender, ByteBuf packet) {
    log.debug("{}: a packet from {} that belongs to another transfer, or to none", who, sender);
    if (answers(sender, packet)) {
      ByteBuf error = Packets.error(Packets.UNKNOWN_TRANSFER, "Unknown transfer ID");
      socket.writeAndFlush(new DatagramPacket(error, sender));
    }
  }

  /** Answers a packet that came to the listening socket. */
  void answer(
      DatagramListener listener,
      InetSocketAddress dialled,
      InetSocketAddress sender,
      ByteBuf packet,
      int code,
      String message) {
    if (words.allow()) {
      log.info(
          "{}: a packet of {} bytes from {} is not served: {} ({} such packets so far)",
          who,
          packet.readableBytes(),
          sender,
          message,
          count + 1);
    }
    if (answers(sender, packet)) {
      listener.send(dialled, sender, Packets.error(code, message));
    }
  }

  private boolean answers(InetSocketAddress sender, ByteBuf packet) {
    count++;
    return Packets.opcode(packet) != Packets.ERROR && repliable(sender) && limit.allow();
  }

  /** Whether a reply goes to one receiver, and to one that can exist. */
  static boolean repliable(InetSocketAddress sender) {
    return sender.getPort() != 0 && !sender.getAddress().isAnyLocalAddress() && !broadcast(sender);
  }

  /** Whether an address is a multicast or the limited broadcast address. */
  static boolean broadcast(InetSocketAddress address) {
    if (address.getAddress().isMulticastAddress()) {
      return true;
    }
    byte[] bytes = address.getAddress().getAddress();
    return bytes.length == 4 && (bytes[0] & bytes[1] & bytes[2] & bytes[3]) == -1;
  }
}
