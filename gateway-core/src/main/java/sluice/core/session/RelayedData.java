package sluice.core.session;

import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import sluice.api.Side;
import sluice.api.protocol.DataConnection;
import sluice.api.protocol.DataEvents;
import sluice.api.protocol.DataPlan;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.TlsFacts;
import sluice.core.net.Relay;

/**
 * A session's data connection. On the session's loop.
 *
 * <p>It is told as over when the sender's stream has ended and is delivered, or both are. As long
 * as no transfer says who sends, the sender is the backend, or a client that has sent something. A
 * receiver that ends its own empty stream early, as some do, ends nothing. The sockets stay for a
 * moment longer, until the other side has ended its stream too.
 */
final class RelayedData implements DataConnection, DataLegs.Events, Relay.Events {

  private static final Logger LOG = LogManager.getLogger(RelayedData.class);
  private static final int CLOSE_SECONDS = 5;

  private final TcpSession session;
  private final Duration idleTimeout;
  private final DataEvents events;
  private final DataLegs legs;
  private SocketChannel client;
  private SocketChannel backend;
  private long fromClient;
  private long fromBackend;
  private LiveTransfer transfer;
  private Relay relay;
  private boolean ready;
  private boolean told;
  private boolean whole;
  private boolean released;
  private long lastMoved;
  private Future<?> timer;

  RelayedData(TcpSession session, DataPlan plan, DataEvents events) {
    this.session = session;
    this.idleTimeout = plan.idleTimeout();
    this.events = events;
    this.legs = new DataLegs(session, plan, this);
  }

  void start() {
    Outcome problem = legs.listen();
    // Told later, so that the caller has the connection in hand first.
    session.eventLoop().execute(() -> begin(problem));
  }

  private void begin(Outcome problem) {
    if (problem != null) {
      failed(problem);
    } else if (!told) {
      ready = true;
      events.ready(this);
      legs.dialWhatIsDue();
    }
  }

  @Override
  public void connected(SocketChannel connectedClient, SocketChannel connectedBackend) {
    client = connectedClient;
    backend = connectedBackend;
    cancelTimer();
    lastMoved = System.nanoTime();
    watchIdle(idleTimeout.toNanos());
    session.touch();
    events.joined(this);
    if (told) {
      client.close();
      backend.close();
    } else {
      relay = Relay.between(client, backend, this);
      relay.begin();
    }
  }

  @Override
  public void failed(Outcome outcome) {
    tell(outcome);
    release();
  }

  @Override
  public InetSocketAddress listening(Side side) {
    InetSocketAddress address = legs.listening(side);
    if (!ready || address == null) {
      throw new IllegalStateException("nothing is listening towards the " + side);
    }
    return address;
  }

  @Override
  public void joinWithin(Duration timeout) {
    if (joined() || told) {
      return;
    }
    cancelTimer();
    timer =
        session
            .eventLoop()
            .schedule(() -> neverCame(timeout), timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void neverCame(Duration timeout) {
    Side missing = legs.missing();
    failed(
        Outcome.timedOut(
            missing,
            "the "
                + missing
                + (legs.connected(missing)
                    ? " did not finish the TLS handshake of its data connection within "
                    : " did not open its data connection within ")
                + timeout.toSeconds()
                + " s"));
  }

  private void watchIdle(long nanos) {
    if (nanos > 0) {
      timer = session.eventLoop().schedule(this::checkIdle, nanos, TimeUnit.NANOSECONDS);
    }
  }

  /** Whether it is under way, and ends by itself when nothing moves. */
  boolean isWatched() {
    return joined() && !told && !idleTimeout.isZero();
  }

  private void checkIdle() {
    long left = idleTimeout.toNanos() - (System.nanoTime() - lastMoved);
    if (left > 0) {
      watchIdle(left);
      return;
    }
    // Whoever does not take what is written to it holds up the transfer; else it is the sender.
    boolean byClient = !client.isWritable() || (backend.isWritable() && fromClient > 0);
    failed(
        Outcome.timedOut(
            byClient ? Side.CLIENT : Side.BACKEND,
            "no byte of data moved for " + idleTimeout.toSeconds() + " s"));
  }

  @Override
  public void dial(Side side) {
    if (ready && !told) {
      legs.dial(side);
    }
  }

  @Override
  public boolean connected(Side side) {
    return joined() || legs.connected(side);
  }

  @Override
  public void beginTls() {
    legs.beginTls();
  }

  @Override
  public Optional<TlsFacts> tls(Side side) {
    return legs.tls(side);
  }

  @Override
  public boolean joined() {
    return client != null;
  }

  @Override
  public boolean ended() {
    return told;
  }

  @Override
  public long bytesFrom(Side side) {
    return side == Side.CLIENT ? fromClient : fromBackend;
  }

  void carries(LiveTransfer carried) {
    transfer = carried;
    carried.add(fromClient + fromBackend);
  }

  @Override
  public void moved(Side from, int bytes) {
    if (from == Side.CLIENT) {
      fromClient += bytes;
    } else {
      fromBackend += bytes;
    }
    lastMoved = System.nanoTime();
    session.count(from, bytes);
    if (transfer != null) {
      transfer.add(bytes);
    }
  }

  @Override
  public void delivered(Side from) {
    if (endsWith(from)) {
      tell(Outcome.ok());
      relay.acknowledge(from);
      // The other side ends its own stream in a moment, unless it never does.
      cancelTimer();
      timer = session.eventLoop().schedule(this::release, CLOSE_SECONDS, TimeUnit.SECONDS);
    }
  }

  private boolean endsWith(Side from) {
    return transfer != null ? from == transfer.source() : from == Side.BACKEND || fromClient > 0;
  }

  @Override
  public void ended(Side by, Throwable cause) {
    tell(
        by == null
            ? Outcome.ok()
            : Outcome.aborted(
                by, "the " + by + " broke the data connection: " + Failures.text(cause)));
    release();
  }

  private void tell(Outcome outcome) {
    if (told) {
      return;
    }
    told = true;
    whole = outcome.result() == Outcome.Result.OK;
    if (!whole) {
      LOG.info("{} data connection {}", session, outcome);
    }
    events.ended(this, outcome);
  }

  @Override
  public void close() {
    told = true;
    release();
  }

  /** Gives every socket back. */
  private void release() {
    if (released) {
      return;
    }
    released = true;
    cancelTimer();
    legs.close();
    if (relay != null && whole) {
      // Not a reset: what was delivered may still be on its way to a slow reader.
      relay.close();
    } else if (relay != null) {
      relay.abort();
    }
    session.closed(this);
  }

  private void cancelTimer() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }
}
