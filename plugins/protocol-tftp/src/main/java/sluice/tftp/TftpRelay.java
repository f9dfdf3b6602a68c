package sluice.tftp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sluice.api.PoolRef;
import sluice.api.Side;
import sluice.api.protocol.BackendConnector;
import sluice.api.protocol.BackendLink;
import sluice.api.protocol.DatagramListener;
import sluice.api.protocol.DatagramSession;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.Refusal;
import sluice.api.protocol.Transfer;
import sluice.tftp.packet.Exchange;
import sluice.tftp.packet.Packets;
import sluice.tftp.packet.TftpRequest;

/**
 * One request from its arrival to the release of its ports: finds a backend, lets the conversation
 * run, and dallies. Used on the session's event loop.
 */
final class TftpRelay implements BackendConnector, Exchange {

  private static final Logger log = LoggerFactory.getLogger(TftpRelay.class);

  /**
   * A request that is repeated sooner than this is a copy that the network made; servers would
   * start a second transfer for it.
   */
  private static final long COPY = Duration.ofMillis(200).toNanos();

  /**
   * A request that is repeated this long after the client took part in the transfer comes from a
   * client that has started again.
   */
  private static final long STARTED_AGAIN = Duration.ofSeconds(1).toNanos();

  /** How long a client that heard nothing of an answer gets that one, before a new try is made. */
  private static final long UNHEARD = Duration.ofSeconds(10).toNanos();

  private static final int STRAYS_AT_ONCE = 16;
  private static final Duration STRAY_INTERVAL = Duration.ofMillis(250);

  private enum State {
    /** No backend has answered. */
    WAITING,
    RUNNING,
    /** Over, but what was lost at the end is repeated. */
    DALLYING,
    ENDED
  }

  private final DatagramSession session;
  private final TftpRequest request;
  private final TftpOptions options;
  private final Limits limits;
  private final Runnable whenOver;
  private final LongSupplier nanoClock;
  private final ClientSide client;
  private final Strays strays;
  private final RateLimit repeats;
  private final Deadlines deadlines;

  private State state = State.WAITING;
  private BackendSide backend;
  private BooleanSupplier fullAsk;
  private ByteBuf offer;
  private String lastFault;
  private Transfer transfer;
  private Conversation conversation;

  /** The backend's first answer, until the client has shown that it came. */
  private ByteBuf answer;

  private long requestSent;
  private long answeredAt;

  TftpRelay(
      DatagramListener listener,
      DatagramSession session,
      TftpRequest request,
      Policy policy,
      Runnable whenOver,
      LongSupplier nanoClock) {
    this.session = session;
    this.request = request;
    this.options = policy.options();
    this.whenOver = whenOver;
    this.limits = policy.limits(session.info().dialledAddress().getAddress());
    this.nanoClock = nanoClock;
    this.client = new ClientSide(listener, session);
    this.strays = new Strays(session.toString(), STRAYS_AT_ONCE, STRAY_INTERVAL, nanoClock);
    this.deadlines = new Deadlines(session.eventLoop(), options);
    this.repeats = new RateLimit(STRAYS_AT_ONCE, STRAY_INTERVAL, nanoClock);
  }

  /**
   * Asks for a backend of a pool.
   *
   * @param waitForRoom asked when all its backends are full: whether this waits for room, and is
   *     started once more when there is some
   */
  void start(PoolRef pool, BooleanSupplier waitForRoom) {
    if (fullAsk == null) {
      session.onEnd(this::released);
      session.onFinish(this::finish);
      offer = limits.offer(request);
    }
    fullAsk = waitForRoom;
    session.connect(pool, this);
  }

  @Override
  public void connected(BackendLink link) {
    backend = new BackendSide(link, this);
    requestSent = nanoClock.getAsLong();
    backend.open(offer.retainedDuplicate());
  }

  @Override
  public void refused(Refusal refusal) {
    backend = null;
    if (refusal.reason() == Refusal.Reason.BACKENDS_FULL && fullAsk.getAsBoolean()) {
      return;
    }
    String message = lastFault == null ? refusal.message() : refusal.message() + " " + lastFault;
    client.send(Packets.error(Packets.UNDEFINED, message));
    end(Outcome.refused(refusal));
  }

  @Override
  public boolean joins(ByteBuf packet) {
    if (!request.repeatedBy(packet)) {
      return false;
    }
    return switch (state) {
      case WAITING -> {
        long now = nanoClock.getAsLong();
        if (backend != null && now - requestSent >= COPY) {
          requestSent = now;
          backend.request(offer.retainedDuplicate());
        }
        yield true;
      }
      case RUNNING -> {
        if (answer == null) {
          yield conversation.sinceClient() < STARTED_AGAIN;
        }
        if (nanoClock.getAsLong() - answeredAt >= UNHEARD) {
          yield false;
        }
        client.send(answer.retainedDuplicate());
        client.flush();
        yield true;
      }
      case DALLYING -> {
        if (conversation.ending().missedByClient()) {
          repeatLast();
          flush();
          yield true;
        }
        yield false;
      }
      case ENDED -> false;
    };
  }

  @Override
  public void replaced() {
    String why = "the client began another transfer from the same port";
    switch (state) {
      case WAITING -> end(Outcome.aborted(Side.CLIENT, why));
      case RUNNING -> {
        tellBackend(why);
        end(Outcome.aborted(Side.CLIENT, why));
      }
      case DALLYING -> {
        // On a port of its own it may go on repeating its last packet.
        if (options.singlePort()) {
          end(conversation.ending().outcome());
        }
      }
      case ENDED -> {}
    }
  }

  void fromBackend(BackendSide from, InetSocketAddress sender, ByteBuf packet) {
    if (from != backend || state == State.ENDED) {
      return; // An attempt that was given up.
    }
    if (!from.knows(sender)) {
      strays.answer(from.link().channel(), sender, packet);
      return;
    }
    if (state == State.WAITING) {
      if (!request.answeredBy(packet)) {
        return;
      }
      from.pin(sender);
      Optional<String> fault = limits.broken(packet);
      if (fault.isPresent()) {
        lastFault = fault.get();
        backend.send(Packets.error(Packets.OPTION_REFUSED, lastFault));
        backend.flush();
        backend.link().reject(lastFault);
        return;
      }
      answered(packet);
    }
    received(Side.BACKEND, packet);
  }

  private void answered(ByteBuf packet) {
    backend.link().answered();
    if (state != State.WAITING) {
      return;
    }
    transfer = session.begin(request.spec());
    if (!options.singlePort()) {
      try {
        client.open(options, this, strays);
      } catch (IOException e) {
        log.warn("{}: no port towards the client: {}", session, e.getMessage());
        String why = "no port is free for the transfer";
        tellBackend(why);
        client.send(Packets.error(Packets.UNDEFINED, why));
        end(Outcome.failed(Side.CLIENT, why + " (transfer-ports " + options.transferPorts() + ")"));
        return;
      }
    }
    Side sender = request.download() ? Side.BACKEND : Side.CLIENT;
    conversation = new Conversation(sender, client, backend, transfer, nanoClock);
    answeredAt = nanoClock.getAsLong();
    answer = Unpooled.copiedBuffer(packet);
    state = State.RUNNING;
    deadlines.watch(conversation, this::timedOut);
  }

  @Override
  public void fromClient(ByteBuf packet) {
    if (state == State.WAITING && Packets.opcode(packet) == Packets.ERROR) {
      end(Outcome.aborted(Side.CLIENT, Packets.describeError(packet)));
      return;
    }
    received(Side.CLIENT, packet);
  }

  private void received(Side from, ByteBuf packet) {
    if (state == State.RUNNING && conversation.relay(from, packet)) {
      session.touch();
      if (from == Side.CLIENT) {
        answer = null;
      }
      if (conversation.ending() != null) {
        over(conversation.ending());
      }
    } else if (state == State.DALLYING && conversation.ending().missedBy(from, packet)) {
      repeatLast();
    }
  }

  private void over(Ending ending) {
    state = State.DALLYING;
    answer = null;
    flush();
    log.debug(
        "{}: {} of {}: {}", session, request.spec().command(), request.file(), ending.outcome());
    transfer.end(ending.outcome());
    whenOver.run();
    deadlines.dally(() -> end(ending.outcome()));
  }

  private void repeatLast() {
    if (repeats.allow()) {
      Ending ending = conversation.ending();
      Leg to = ending.receiver() == Side.CLIENT ? client : backend;
      to.send(ending.lastPacket().retainedDuplicate());
    }
  }

  @Override
  public void flush() {
    client.flush();
    if (backend != null) {
      backend.flush();
    }
  }

  /** The system reported an error on a socket: packets may be lost, which TFTP mends by itself. */
  void socketFailed(Throwable cause) {
    log.debug("{}: {}", session, cause.toString());
  }

  private void finish() {
    if (state == State.DALLYING) {
      end(conversation.ending().outcome());
    }
  }

  private void timedOut(String why) {
    client.send(Packets.error(Packets.UNDEFINED, "The transfer is over: " + why));
    tellBackend("The transfer is over: " + why);
    end(Outcome.timedOut(conversation.owing(), why));
  }

  private void tellBackend(String why) {
    backend.send(Packets.error(Packets.UNDEFINED, why));
    flush();
  }

  private void end(Outcome outcome) {
    if (state != State.ENDED) {
      state = State.ENDED;
      if (transfer != null) {
        transfer.end(outcome);
      }
      session.end(outcome);
    }
  }

  private void released() {
    state = State.ENDED;
    answer = null;
    deadlines.cancel();
  }
}
