package sluice.tftp;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import sluice.api.protocol.DatagramListener;
import sluice.api.protocol.DatagramProtocol;
import sluice.api.protocol.DatagramSession;
import sluice.tftp.hot.HotCache;
import sluice.tftp.packet.Exchange;
import sluice.tftp.packet.Packets;
import sluice.tftp.packet.TftpRequest;
import sluice.tftp.storm.Admission;
import sluice.tftp.storm.BootStorm;
import sluice.tftp.storm.Wheel;

/**
 * Takes the packets of one listening socket: requests open sessions, and a repeated request joins
 * the one that runs. Used on the socket's event loop.
 */
final class TftpListener implements DatagramProtocol.Receiver {

  private static final int STRAYS_AT_ONCE = 100;
  private static final Duration STRAY_INTERVAL = Duration.ofMillis(20);

  private final DatagramListener listener;
  private final TftpOptions options;
  private final Arrival.Parts parts;
  private final Strays strays;
  private final Map<InetSocketAddress, Exchange> exchanges = new HashMap<>();

  TftpListener(DatagramListener listener, Policy policy, LongSupplier nanoClock) {
    this.listener = listener;
    this.options = policy.options();
    this.strays =
        new Strays("listener " + listener.name(), STRAYS_AT_ONCE, STRAY_INTERVAL, nanoClock);
    Wheel wheel = new Wheel(listener.eventLoop(), nanoClock);
    BootStorm storm = policy.options().bootStorm();
    this.parts =
        new Arrival.Parts(
            policy,
            new Admission(storm, wheel, nanoClock),
            new HotCache(listener, storm, policy.fills(), wheel, nanoClock),
            nanoClock);
  }

  @Override
  public void received(InetSocketAddress client, InetSocketAddress dialled, ByteBuf packet) {
    int opcode = Packets.opcode(packet);
    if (opcode == Packets.RRQ || opcode == Packets.WRQ) {
      request(client, dialled, packet);
      return;
    }
    Exchange relay = exchanges.get(client);
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
    Exchange running = exchanges.get(client);
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
      exchanges.remove(client);
      running.replaced();
    }
    DatagramSession session = listener.open(client, dialled);
    Arrival arrival = new Arrival(listener, session, request, parts);
    exchanges.put(client, arrival);
    session.onEnd(() -> exchanges.remove(client, arrival));
    arrival.start();
  }

  /** How many bytes of hot files are in memory. */
  long hotBytes() {
    return parts.cache().bytes();
  }

  /** How many requests wait. */
  int waiting() {
    return parts.admission().queued();
  }

  /** How many clients have a transfer, or had one a moment ago. */
  int relays() {
    return exchanges.size();
  }

  /** How many packets belonged to no transfer or were malformed. */
  long strays() {
    return strays.count();
  }
}
