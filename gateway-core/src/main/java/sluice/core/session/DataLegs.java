package sluice.core.session;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import sluice.api.Side;
import sluice.api.protocol.DataLeg;
import sluice.api.protocol.DataPlan;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.TlsFacts;
import sluice.core.net.Addresses;
import sluice.core.net.LocalAddress;
import sluice.core.net.Network;
import sluice.core.net.Relay;
import sluice.core.tls.ControlTls;

/**
 * The two sides of a data connection until they are joined: listens for, or dials, either. On the
 * session's loop.
 */
final class DataLegs {

  private static final Logger LOG = LogManager.getLogger(DataLegs.class);
  private static final Duration DIAL_TIMEOUT = Duration.ofSeconds(15);

  /** Told how it goes; nothing is told after {@link #close}. */
  interface Events {

    /** Both sides are connected. Told once, instead of {@link #failed}. */
    void connected(SocketChannel client, SocketChannel backend);

    /** It came to nothing. Told once. */
    void failed(Outcome outcome);
  }

  private final TcpSession session;
  private final DataPlan plan;
  private final Events events;
  private final Map<Side, Channel> listening = new EnumMap<>(Side.class);
  private final Map<Side, SocketChannel> legs = new EnumMap<>(Side.class);
  private final Map<Side, TlsFacts> secured = new EnumMap<>(Side.class);
  private final Set<Side> securing = EnumSet.noneOf(Side.class);
  private boolean tlsBegun;
  private boolean over;

  DataLegs(TcpSession session, DataPlan plan, Events events) {
    this.session = session;
    this.plan = plan;
    this.events = events;
  }

  /**
   * Opens the listening sockets.
   *
   * @return what went wrong, or null
   */
  Outcome listen() {
    for (Side side : Side.values()) {
      DataLeg leg = plan.leg(side);
      if (leg.expected()) {
        try {
          listening.put(side, listen(side, leg));
        } catch (IOException e) {
          boolean foreign = source(side, leg).kind() == LocalAddress.Kind.FOREIGN;
          return Outcome.failed(
              side,
              "cannot listen: "
                  + (foreign
                      ? "a backend that is reached from the client's address (source: client)"
                          + " cannot open data connections; use passive mode"
                      : Failures.text(e)));
        }
      }
    }
    return null;
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

  /** The address that is listened on towards a side, or null. */
  InetSocketAddress listening(Side side) {
    Channel channel = listening.get(side);
    return channel == null ? null : Addresses.plain(channel.localAddress());
  }

  /** The first side that is not connected, or else the first whose TLS is not there. */
  Side missing() {
    for (Side side : Side.values()) {
      if (!connected(side)) {
        return side;
      }
    }
    return has(Side.CLIENT) ? Side.BACKEND : Side.CLIENT;
  }

  /** Whether a side is connected; its TLS may be missing. */
  boolean connected(Side side) {
    SocketChannel channel = legs.get(side);
    return channel != null && channel.isActive();
  }

  /** Whether a side is ready to be joined. */
  private boolean has(Side side) {
    return connected(side) && (plan.leg(side).tls().isEmpty() || secured.containsKey(side));
  }

  /** What the TLS of a side has agreed on. */
  Optional<TlsFacts> tls(Side side) {
    return Optional.ofNullable(secured.get(side));
  }

  /** Begins those handshakes that are the gateway's to begin. */
  void beginTls() {
    tlsBegun = true;
    for (Side side : Side.values()) {
      if (!over && connected(side)) {
        secure(side);
      }
    }
  }

  private void secure(Side side) {
    ControlTls tls = plan.leg(side).tls().map(ControlTls.class::cast).orElse(null);
    if (tls == null || tls.begins() && !tlsBegun || !securing.add(side)) {
      return;
    }
    SocketChannel channel = legs.get(side);
    Future<TlsFacts> handshake = tls.secure(channel);
    Network.holdAgain(channel);
    handshake.addListener(
        done -> {
          if (handshake.isSuccess()) {
            secured.put(side, handshake.getNow());
            if (withinTls(side)) {
              announce(side, channel);
            }
            joinIfBoth();
          } else if (handshake.cause() instanceof ControlTls.Refused refused) {
            fail(Outcome.refused(refused.getMessage()));
          } else {
            fail(
                Outcome.failed(
                    side, "TLS of its data connection failed: " + handshake.cause().getMessage()));
          }
        });
  }

  private void came(Side side, DataLeg leg, SocketChannel channel) {
    if (!rightPeer(side, leg, channel) || over || legs.containsKey(side)) {
      channel.unsafe().closeForcibly();
      return;
    }
    session.scope().network().configure(channel);
    Network.hold(channel);
    session.eventLoop().register(channel);
    listening.remove(side).close();
    legs.put(side, channel);
    channel.closeFuture().addListener(closed -> lost(side));
    secure(side);
    dialWhatIsDue();
    joinIfBoth();
  }

  private boolean rightPeer(Side side, DataLeg leg, SocketChannel channel) {
    if (channel.remoteAddress() == null) {
      return false; // Gone already.
    }
    InetSocketAddress peer = Addresses.plain(channel.remoteAddress());
    if (leg.peers().admits(Addresses.plain(leg.peer().orElseThrow()), peer.getAddress())) {
      return true;
    }
    if (side == Side.CLIENT && session.front().filter(peer.getAddress()::equals).isPresent()) {
      return true; // The balancer in front relays data connections too.
    }
    session.scope().counters().dataIntruder();
    LOG.warn(
        "{} a stranger, {}, came for the data connection of the {}; only {} may, so it was closed",
        session,
        Addresses.text(peer),
        side,
        leg.peer().orElseThrow().getHostAddress());
    return false;
  }

  /** Dials the legs that are to be dialled, once every expected side has come. */
  void dialWhatIsDue() {
    for (Side side : Side.values()) {
      if (plan.leg(side).expected() && !legs.containsKey(side)) {
        return;
      }
    }
    for (Side side : Side.values()) {
      if (!plan.leg(side).waits()) {
        dial(side);
      }
    }
  }

  /** Dials a side that is to be dialled, whatever the other does; only once. */
  void dial(Side side) {
    if (!plan.leg(side).expected() && !legs.containsKey(side) && !over) {
      try {
        dial(side, plan.leg(side), plan.leg(side).localPort());
      } catch (ChannelException e) {
        fail(Outcome.failed(side, Network.problem(e)));
      }
    }
  }

  private void dial(Side side, DataLeg leg, int localPort) {
    ChannelFuture dialled =
        session
            .scope()
            .network()
            .dial(
                session.eventLoop(),
                leg.remote().orElseThrow(),
                source(side, leg),
                localPort,
                DIAL_TIMEOUT);
    SocketChannel channel = (SocketChannel) dialled.channel();
    Network.hold(channel);
    legs.put(side, channel);
    dialled.addListener(
        done -> {
          if (over) {
            channel.close();
          } else if (dialled.isSuccess()) {
            channel.closeFuture().addListener(closed -> lost(side));
            if (!withinTls(side)) {
              announce(side, channel);
            }
            secure(side);
            joinIfBoth();
          } else if (localPort != 0 && Network.portUnusable(dialled.cause())) {
            LOG.warn(
                "{} the data connection to {} cannot leave from port {} ({}) and leaves from"
                    + " another one",
                session,
                Addresses.text(leg.remote().orElseThrow()),
                localPort,
                Failures.text(dialled.cause()));
            dial(side, leg, 0);
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

  private LocalAddress source(Side side, DataLeg leg) {
    return side == Side.BACKEND && session.backend() != null
        ? session.backend().local(leg.local())
        : LocalAddress.own(leg.local());
  }

  private boolean withinTls(Side side) {
    DataLeg leg = plan.leg(side);
    return leg.tls().isPresent()
        && !leg.expected()
        && session.backend() != null
        && session.backend().pool().proxyWithinTls();
  }

  /** Tells the backend whose data connection it is, if the pool wants that. */
  private void announce(Side side, SocketChannel channel) {
    if (side == Side.BACKEND && session.backend() != null) {
      session
          .backend()
          .pool()
          .proxyVersionOfData()
          .ifPresent(version -> channel.writeAndFlush(session.proxyHeader(version)));
    }
  }

  private void lost(Side side) {
    fail(Outcome.aborted(side, "it closed the data connection before it was joined"));
  }

  private void joinIfBoth() {
    if (over || !has(Side.CLIENT) || !has(Side.BACKEND)) {
      return;
    }
    SocketChannel client = legs.get(Side.CLIENT);
    SocketChannel backend = legs.get(Side.BACKEND);
    over = true;
    legs.clear();
    events.connected(client, backend);
  }

  private void fail(Outcome outcome) {
    if (!over) {
      close();
      events.failed(outcome);
    }
  }

  /** Gives every socket back that was not handed out. */
  void close() {
    over = true;
    listening.values().forEach(Channel::close);
    if (legs.get(Side.BACKEND) != null) {
      // An end would make a server take an upload that never began for an empty file.
      Relay.reset(legs.get(Side.BACKEND));
    }
    legs.values().forEach(Channel::close);
  }
}
