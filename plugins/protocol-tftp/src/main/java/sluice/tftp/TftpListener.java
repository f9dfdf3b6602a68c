package sluice.tftp;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sluice.api.protocol.DatagramListener;
import sluice.api.protocol.DatagramProtocol;
import sluice.api.protocol.DatagramSession;
import sluice.tftp.packet.Packets;
import sluice.tftp.packet.TftpRequest;

/**
 * Takes the packets of one listening socket: requests open sessions, and a repeated request joins
 * the one that runs. Used on the socket's event loop.
 */
final class TftpListener implements DatagramProtocol.Receiver {

  private static final Logger log = LoggerFactory.getLogger(TftpListener.class);
  private static final int STRAYS_AT_ONCE = 100;
  private static final Duration STRAY_INTERVAL = Duration.ofMillis(20);

  private final DatagramListener listener;
  private final TftpOptions options;
  private final Policy policy;
  private final LongSupplier nanoClock;
  private final Strays strays;
  private final Map<InetSocketAddress, TftpRelay> relays = new HashMap<>();

  TftpListener(DatagramListener listener, Policy policy, LongSupplier nanoClock) {
    this.listener = listener;
    this.policy = policy;
    this.options = policy.options();
    this.nanoClock = nanoClock;
    this.strays =
        new Strays("listener " + listener.name(), STRAYS_AT_ONCE, STRAY_INTERVAL, nanoClock);
    if (options.singlePort() && listener.localAddress().getAddress().isAnyLocalAddress()) {
      log.warn(
          "listener {}: with single-port, answers from {} leave from the address that the system"
              + " chooses; where the machine has several addresses, bind the listener to one",
          listener.name(),
          listener.localAddress());
    }
  }

  @Override
  public void received(InetSocketAddress client, InetSocketAddress dialled, ByteBuf packet) {
    int opcode = Packets.opcode(packet);
    if (opcode == Packets.RRQ || opcode == Packets.WRQ) {
      request(client, dialled, packet);
      return;
    }
    TftpRelay relay = relays.get(client);
    if (relay != null && options.singlePort()) {
      relay.fromClient(packet);
      relay.flush();
    } else if (relay == null) {
      boolean known = opcode >= Packets.DATA && opcode <= Packets.OACK;
      strays.answer(
          listener,
          dialled,
          client,
          packet,
          known ? Packets.UNKNOWN_TRANSFER : Packets.ILLEGAL_OPERATION,
          known ? "Unknown transfer ID" : "Illegal TFTP operation");
    }
    // Otherwise a client with a transfer of its own sent to the wrong port: an ERROR would end it.
  }

  private void request(InetSocketAddress client, InetSocketAddress dialled, ByteBuf packet) {
    if (Strays.broadcast(dialled) || !Strays.repliable(client)) {
      return; // RFC 1123, section 4.2.3.3
    }
    TftpRelay running = relays.get(client);
    if (running != null && running.joins(packet)) {
      return;
    }
    TftpRequest request;
    try {
      request = TftpRequest.read(packet);
    } catch (TftpRequest.MalformedException e) {
      strays.answer(listener, dialled, client, packet, Packets.ILLEGAL_OPERATION, e.getMessage());
      return;
    }
    if (running != null) {
      relays.remove(client);
      running.replaced();
    }
    DatagramSession session = listener.open(client, dialled);
    TftpRelay relay = new TftpRelay(listener, session, request, policy, nanoClock);
    relays.put(client, relay);
    session.onEnd(() -> relays.remove(client, relay));
    relay.start();
  }

  /** How many clients have a transfer, or had one a moment ago. */
  int relays() {
    return relays.size();
  }

  /** How many packets belonged to no transfer or were malformed. */
  long strays() {
    return strays.count();
  }
}
