package sluice.tftp;

import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.util.Optional;
import java.util.function.LongSupplier;
import sluice.api.PoolRef;
import sluice.api.SessionKey;
import sluice.api.Side;
import sluice.api.protocol.DatagramListener;
import sluice.api.protocol.DatagramSession;
import sluice.api.protocol.Outcome;
import sluice.tftp.hot.Agreed;
import sluice.tftp.hot.HotCache;
import sluice.tftp.hot.HotRead;
import sluice.tftp.packet.Exchange;
import sluice.tftp.packet.Packets;
import sluice.tftp.packet.TftpRequest;
import sluice.tftp.storm.Admission;

/**
 * A request from the time it came: refused by a rule, or waiting for a place, or served from memory
 * or by a backend. On the session's event loop.
 */
final class Arrival implements Exchange {

  /** What the requests of a listening socket share. */
  record Parts(Policy policy, Admission admission, HotCache cache, LongSupplier nanoClock) {}

  private final DatagramListener listener;
  private final DatagramSession session;
  private final TftpRequest request;
  private final Parts parts;
  private final InetAddress client;
  private PoolRef pool;
  private Admission.Ticket ticket;
  private Exchange served;
  private TftpRelay relay;

  Arrival(DatagramListener listener, DatagramSession session, TftpRequest request, Parts parts) {
    this.listener = listener;
    this.session = session;
    this.request = request;
    this.parts = parts;
    this.client = session.info().clientAddress().getAddress();
  }

  void start() {
    session.set(SessionKey.FILE, request.file());
    Optional<Policy.Denial> denial = parts.policy().denial(request, client);
    if (denial.isPresent()) {
      deny(denial.get());
      return;
    }
    pool = parts.policy().pool(request, client).orElse(session.pool());
    ticket = parts.admission().enter(client, this::proceed, this::forgotten);
    session.onEnd(this::ended);
    if (ticket.holds()) {
      proceed();
    } else if (!ticket.waits()) {
      // No answer: the client asks again, and there may be room then.
      session.end(Outcome.refused("too many requests wait (boot-storm.queue)"));
    }
  }

  private void deny(Policy.Denial denial) {
    session.noteRefusal(
        denial.reason(), request.spec().command(), request.file(), denial.message());
    listener.send(
        session.info().dialledAddress(),
        session.info().clientAddress(),
        Packets.error(denial.code(), denial.message()));
    session.end(Outcome.refused(denial.message()));
  }

  /** There is a place. */
  private void proceed() {
    if (session.ended()) {
      ticket.leave();
    } else if (relay != null) {
      relay.start(pool, ticket::waitForRoom);
    } else if (hot()) {
      fromMemory();
    } else {
      fromBackend();
    }
  }

  private boolean hot() {
    return request.download()
        && request.mode().equals("octet")
        && parts.cache().hot(request.file());
  }

  private void fromMemory() {
    TftpOptions options = parts.policy().options();
    Limits limits = parts.policy().limits(session.info().dialledAddress().getAddress());
    HotRead.Terms terms =
        new HotRead.Terms(
            options.singlePort() ? null : options.transferPorts(),
            options.maxDuration(),
            this::fromBackend);
    HotRead read =
        new HotRead(
            listener,
            session,
            request,
            parts.cache(),
            Agreed.on(request, limits.blksize(), limits.windowsize()),
            terms);
    served = read;
    read.start(pool);
  }

  private void fromBackend() {
    relay =
        new TftpRelay(listener, session, request, parts.policy(), ticket::leave, parts.nanoClock());
    served = relay;
    relay.start(pool, ticket::waitForRoom);
  }

  private void forgotten() {
    session.end(
        Outcome.aborted(Side.CLIENT, "it did not repeat its request while it waited for a place"));
  }

  private void ended() {
    ticket.leave();
    parts.admission().room();
  }

  @Override
  public boolean joins(ByteBuf packet) {
    if (ticket != null && ticket.waits()) {
      ticket.repeated();
      return request.repeatedBy(packet);
    }
    return served != null && served.joins(packet);
  }

  @Override
  public void replaced() {
    if (served != null) {
      served.replaced();
    } else {
      session.end(
          Outcome.aborted(Side.CLIENT, "the client began another transfer from the same port"));
    }
  }

  @Override
  public void fromClient(ByteBuf packet) {
    if (served != null) {
      served.fromClient(packet);
    } else if (Packets.opcode(packet) == Packets.ERROR) {
      session.end(Outcome.aborted(Side.CLIENT, Packets.describeError(packet)));
    }
  }

  @Override
  public void flush() {
    if (served != null) {
      served.flush();
    }
  }
}
