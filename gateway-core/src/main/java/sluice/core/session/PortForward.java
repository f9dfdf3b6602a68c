package sluice.core.session;

import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import sluice.api.Side;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.TransferSpec;
import sluice.api.protocol.TransferSpec.Direction;
import sluice.core.net.Addresses;
import sluice.core.net.LocalAddress;
import sluice.core.net.Network;
import sluice.core.net.Relay;

/**
 * A data connection that arrived on a static port, relayed unread to the same port of its session's
 * backend. Nothing announced it, so that it counts as a transfer from its first byte on, in the
 * direction of most bytes. On the session's loop.
 */
final class PortForward implements Relay.Events {

  private static final Logger LOG = LogManager.getLogger(PortForward.class);
  private static final Duration DIAL_TIMEOUT = Duration.ofSeconds(15);
  private static final TransferSpec UP = spec(Direction.UPLOAD);
  private static final TransferSpec DOWN = spec(Direction.DOWNLOAD);

  private final TcpSession session;
  private final SocketChannel client;
  private final Duration idleTimeout;
  private SocketChannel backend;
  private Relay relay;
  private LiveTransfer transfer;
  private long fromClient;
  private long fromBackend;
  private long lastMoved = System.nanoTime();
  private Future<?> timer;
  private boolean over;

  PortForward(TcpSession session, SocketChannel client, Duration idleTimeout) {
    this.session = session;
    this.client = client;
    this.idleTimeout = idleTimeout;
  }

  private static TransferSpec spec(Direction direction) {
    return new TransferSpec("DATA", "static", direction, "");
  }

  /** Dials the backend's port of the same number. */
  void start() {
    session.scope().network().configure(client);
    Network.hold(client);
    session.eventLoop().register(client);
    InetSocketAddress remote =
        new InetSocketAddress(
            session.backend().address().getAddress(), client.localAddress().getPort());
    ChannelFuture dialled;
    try {
      dialled = session.scope().network().dial(session.eventLoop(), remote, source(), DIAL_TIMEOUT);
    } catch (ChannelException e) {
      LOG.warn("{} data connection: {}", session, Network.problem(e));
      close();
      return;
    }
    backend = (SocketChannel) dialled.channel();
    Network.hold(backend);
    client.closeFuture().addListener(closed -> lostBeforeJoined());
    dialled.addListener(
        done -> {
          if (over) {
            backend.close();
          } else if (dialled.isSuccess()) {
            announce();
            join();
          } else {
            LOG.info(
                "{} data connection: {} does not answer on {}: {}",
                session,
                session.backendName(),
                Addresses.text(remote),
                Failures.text(dialled.cause()));
            close();
          }
        });
  }

  /** Servers want the data from where the control connection comes from. */
  private LocalAddress source() {
    Attempt served = session.backend();
    return served.local(Addresses.plain(served.channel().localAddress()).getAddress());
  }

  /** Tells the backend whose data connection it is, if the pool wants that. */
  private void announce() {
    session
        .backend()
        .pool()
        .proxyVersionOfData()
        .ifPresent(version -> backend.writeAndFlush(session.proxyHeader(version)));
  }

  private void lostBeforeJoined() {
    if (relay == null) {
      close();
    }
  }

  private void join() {
    session.touch();
    lastMoved = System.nanoTime();
    watchIdle(idleTimeout.toNanos());
    relay = Relay.start(client, backend, this);
  }

  private void watchIdle(long nanos) {
    if (nanos > 0) {
      timer = session.eventLoop().schedule(this::checkIdle, nanos, TimeUnit.NANOSECONDS);
    }
  }

  /** Whether it is under way, and ends by itself when nothing moves. */
  boolean isWatched() {
    return relay != null && !over && !idleTimeout.isZero();
  }

  private void checkIdle() {
    long left = idleTimeout.toNanos() - (System.nanoTime() - lastMoved);
    if (left > 0) {
      watchIdle(left);
      return;
    }
    Side side = client.isWritable() ? Side.BACKEND : Side.CLIENT;
    finish(Outcome.timedOut(side, "no byte of data moved for " + idleTimeout.toSeconds() + " s"));
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
    if (transfer == null) {
      transfer = (LiveTransfer) session.begin(DOWN);
    }
    transfer.known(fromClient > fromBackend ? UP : DOWN);
    transfer.add(bytes);
  }

  @Override
  public void delivered(Side from) {}

  @Override
  public void ended(Side by, Throwable cause) {
    finish(
        by == null
            ? Outcome.ok()
            : Outcome.aborted(
                by, "the " + by + " broke the data connection: " + Failures.text(cause)));
  }

  private void finish(Outcome outcome) {
    if (transfer != null) {
      transfer.end(outcome);
    }
    if (outcome.result() != Outcome.Result.OK) {
      LOG.info("{} data connection {}", session, outcome);
    }
    close();
  }

  /** Gives both sockets back; what is under way is lost. */
  void close() {
    if (over) {
      return;
    }
    over = true;
    if (timer != null) {
      timer.cancel(false);
    }
    if (relay != null) {
      relay.abort();
    } else {
      close(client);
      if (backend != null) {
        backend.close();
      }
    }
    session.closed(this);
  }

  private static void close(SocketChannel channel) {
    if (channel.isRegistered()) {
      channel.close();
    } else {
      channel.unsafe().closeForcibly();
    }
  }
}
