package sluice.core.session;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import sluice.api.Side;
import sluice.api.protocol.DataConnection;
import sluice.api.protocol.DataEvents;
import sluice.api.protocol.DataLeg;
import sluice.api.protocol.DataPlan;
import sluice.api.protocol.Outcome;
import sluice.core.net.Addresses;
import sluice.core.net.Network;
import sluice.core.net.Relay;

/**
 * A session's data connection: expects or dials either side, then relays. On the session's loop.
 *
 * <p>It is told as over when the backend's stream has ended and is delivered (a download, a
 * listing), or the client's with at least one byte (an upload), or both; a client that ends its own
 * empty stream early, as some do when they download, ends nothing. The sockets stay for a moment
 * longer, until the other side has ended its stream too.
 */
final class RelayedData implements DataConnection, Relay.Events {

  private static final Logger LOG = LogManager.getLogger(RelayedData.class);
  private static final Duration DIAL_TIMEOUT = Duration.ofSeconds(15);
  private static final int CLOSE_SECONDS = 5;

  private final TcpSession session;
  private final DataPlan plan;
  private final DataEvents events;
  private final Map<Side, Channel> listening = new EnumMap<>(Side.class);
  private final Map<Side, SocketChannel> legs = new EnumMap<>(Side.class);
  private long fromClient;
  private long fromBackend;
  private LiveTransfer transfer;
  private Relay relay;
  private boolean ready;
  private boolean joined;
  private boolean told;
  private boolean whole;
  private boolean released;
  private long lastMoved;
  private Future<?> timer;

  RelayedData(TcpSession session, DataPlan plan, DataEvents events) {
    this.session = session;
    this.plan = plan;
    this.events = events;
  }

  void start() {
    for (Side side : Side.values()) {
      DataLeg leg = plan.leg(side);
      if (leg.expected()) {
        try {
          listening.put(side, listen(side, leg));
        } catch (IOException e) {
          // Told later, so that the caller has the connection in hand first.
          session
              .eventLoop()
              .execute(() -> fail(Outcome.failed(side, "cannot listen: " + Failures.text(e))));
          return;
        }
      }
    }
    session
        .eventLoop()
        .execute(
            () -> {
              if (!told) {
                ready = true;
                events.ready(this);
                dialWhatIsDue();
              }
            });
  }

  private Channel listen(Side side, DataLeg leg) throws IOException {
    return session
        .scope()
        .network()
        .listen(
            session.eventLoop(),
            leg.local(),
            leg.ports().orElseThrow(),
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelRead(ChannelHandlerContext ctx, Object msg) {
                came(side, leg, (SocketChannel) msg);
              }
            });
  }

  private void came(Side side, DataLeg leg, SocketChannel channel) {
    InetSocketAddress peer = Addresses.plain(channel.remoteAddress());
    if (!peer.getAddress().equals(Addresses.plain(leg.peer().orElseThrow()))) {
      session.scope().counters().dataIntruder();
      LOG.warn(
          "{} a stranger, {}, came for the data connection of the {}; only {} may, so it was closed",
          session,
          Addresses.text(peer),
          side,
          leg.peer().orElseThrow().getHostAddress());
      channel.unsafe().closeForcibly();
      return;
    }
    if (told || legs.containsKey(side)) {
      channel.unsafe().closeForcibly();
      return;
    }
    Network.configure(channel);
    Network.hold(channel);
    session.eventLoop().register(channel);
    listening.remove(side).close();
    legs.put(side, channel);
    channel.closeFuture().addListener(closed -> lost(side));
    dialWhatIsDue();
    joinIfBoth();
  }

  /** Dials the legs that are to be dialled, once every expected side has come. */
  private void dialWhatIsDue() {
    for (Side side : Side.values()) {
      if (plan.leg(side).expected() && !legs.containsKey(side)) {
        return;
      }
    }
    for (Side side : Side.values()) {
      if (!plan.leg(side).expected() && !legs.containsKey(side)) {
        dial(side, plan.leg(side));
      }
    }
  }

  private void dial(Side side, DataLeg leg) {
    ChannelFuture dialled =
        session
            .scope()
            .network()
            .dial(session.eventLoop(), leg.remote().orElseThrow(), leg.local(), DIAL_TIMEOUT);
    legs.put(side, (SocketChannel) dialled.channel());
    Network.hold((SocketChannel) dialled.channel());
    dialled.addListener(
        done -> {
          if (told) {
            dialled.channel().close();
          } else if (dialled.isSuccess()) {
            dialled.channel().closeFuture().addListener(closed -> lost(side));
            joinIfBoth();
          } else {
            fail(
                Outcome.failed(
                    side,
                    "cannot connect to "
                        + Addresses.text(leg.remote().orElseThrow())
                        + ": "
                        + Failures.text(dialled.cause())));
          }
        });
  }

  private void lost(Side side) {
    if (!joined) {
      fail(Outcome.aborted(side, "it closed the data connection before it was joined"));
    }
  }

  private void joinIfBoth() {
    SocketChannel client = legs.get(Side.CLIENT);
    SocketChannel backend = legs.get(Side.BACKEND);
    if (joined || client == null || backend == null || !client.isActive() || !backend.isActive()) {
      return;
    }
    joined = true;
    cancelTimer();
    lastMoved = System.nanoTime();
    watchIdle(plan.idleTimeout().toNanos());
    session.touch();
    events.joined(this);
    if (!told) {
      relay = Relay.start(client, backend, this);
    }
  }

  @Override
  public InetSocketAddress listening(Side side) {
    Channel channel = listening.get(side);
    if (!ready || channel == null) {
      throw new IllegalStateException("nothing is listening towards the " + side);
    }
    return Addresses.plain(channel.localAddress());
  }

  @Override
  public void joinWithin(Duration timeout) {
    if (joined || told) {
      return;
    }
    cancelTimer();
    timer =
        session
            .eventLoop()
            .schedule(
                () -> {
                  Side missing = missing();
                  fail(
                      Outcome.timedOut(
                          missing,
                          "the "
                              + missing
                              + " did not open its data connection within "
                              + timeout.toSeconds()
                              + " s"));
                },
                timeout.toNanos(),
                TimeUnit.NANOSECONDS);
  }

  private Side missing() {
    SocketChannel client = legs.get(Side.CLIENT);
    return client == null || !client.isActive() ? Side.CLIENT : Side.BACKEND;
  }

  private void watchIdle(long nanos) {
    if (nanos > 0) {
      timer = session.eventLoop().schedule(this::checkIdle, nanos, TimeUnit.NANOSECONDS);
    }
  }

  private void checkIdle() {
    long left = plan.idleTimeout().toNanos() - (System.nanoTime() - lastMoved);
    if (left > 0) {
      watchIdle(left);
    } else {
      SocketChannel backend = legs.get(Side.BACKEND);
      SocketChannel client = legs.get(Side.CLIENT);
      // Whoever does not take what is written to it holds up the transfer; else it is the sender.
      Side slow =
          !client.isWritable() || (backend.isWritable() && fromClient > 0)
              ? Side.CLIENT
              : Side.BACKEND;
      fail(
          Outcome.timedOut(
              slow, "no byte of data moved for " + plan.idleTimeout().toSeconds() + " s"));
    }
  }

  @Override
  public boolean joined() {
    return joined;
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
    if (from == Side.BACKEND || fromClient > 0) {
      tell(Outcome.ok());
      // The other side ends its own stream in a moment, unless it never does.
      cancelTimer();
      timer = session.eventLoop().schedule(this::release, CLOSE_SECONDS, TimeUnit.SECONDS);
    }
  }

  @Override
  public void ended(Side by, Throwable cause) {
    tell(by == null ? Outcome.ok() : Outcome.aborted(by, dataBroken(by, cause)));
    release();
  }

  private static String dataBroken(Side by, Throwable cause) {
    return "the " + by + " broke the data connection: " + Failures.text(cause);
  }

  private void fail(Outcome outcome) {
    boolean first = !told;
    told = true;
    release();
    if (first) {
      LOG.info("{} data connection {}", session, outcome);
      events.ended(this, outcome);
    }
  }

  private void tell(Outcome outcome) {
    if (!told) {
      told = true;
      whole = outcome.result() == Outcome.Result.OK;
      if (!whole) {
        LOG.info("{} data connection {}", session, outcome);
      }
      events.ended(this, outcome);
    }
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
    listening.values().forEach(Channel::close);
    if (relay != null && whole) {
      // Not a reset: what was delivered may still be on its way to a slow reader.
      relay.close();
    } else if (relay != null) {
      relay.abort();
    } else {
      legs.values().forEach(Channel::close);
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
