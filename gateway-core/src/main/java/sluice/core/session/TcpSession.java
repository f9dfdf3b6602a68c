package sluice.core.session;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.SocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import sluice.api.SessionKey;
import sluice.api.Side;
import sluice.api.protocol.DataConnection;
import sluice.api.protocol.DataEvents;
import sluice.api.protocol.DataPlan;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.ServerTls;
import sluice.api.protocol.SideTls;
import sluice.api.protocol.StreamSession;
import sluice.api.protocol.TlsFacts;
import sluice.core.net.Addresses;
import sluice.core.net.Lingering;
import sluice.core.net.LocalAddress;
import sluice.core.net.Relay;
import sluice.core.net.Secured;
import sluice.core.net.proxy.ClientFacts;
import sluice.core.net.proxy.ProxyHeader;
import sluice.core.tls.ClientSideTls;
import sluice.core.tls.TlsContexts;
import sluice.core.tls.TlsProblem;

/** A session over TCP. On its event loop. */
public final class TcpSession extends LiveSession implements StreamSession {

  /** The id under which the log of the balancer in front has the client's connection. */
  private static final SessionKey<String> FRONT_ID = new SessionKey<>("front-id", String.class);

  /** Data connections of one session at a time; clients need one, and some open the next early. */
  private static final int MOST_FORWARDS = 16;

  private final SocketChannel client;
  private Optional<InetAddress> front;
  private ClientFacts known = ClientFacts.NONE;

  /** Whose PROXY header is still to come, within TLS; else null. */
  private Front awaited;

  private final Activity activity = new Activity();
  private final Set<RelayedData> dataConnections = new LinkedHashSet<>(2);
  private final Set<PortForward> forwards = new LinkedHashSet<>(2);
  private Relay relay;

  /** How the control connection ended while data was still on its way; else null. */
  private Outcome afterData;

  /**
   * Begins a session.
   *
   * @param scope of the listener, as it is now
   * @param client accepted, on the loop this is called on, {@code autoRead} off; the client's own
   *     connection or that of a balancer in front
   * @param from the client's address
   * @param dialled the address that the client dialled
   */
  public TcpSession(
      SessionScope scope, SocketChannel client, InetSocketAddress from, InetSocketAddress dialled) {
    super(scope, client.eventLoop(), Addresses.plain(from), Addresses.plain(dialled));
    this.client = client;
    this.front = frontOf(client);
    client.pipeline().addFirst(activity);
    // Two hops, so that the handlers of the protocol see the end before us.
    client
        .closeFuture()
        .addListener(closed -> eventLoop().execute(() -> eventLoop().execute(this::clientClosed)));
  }

  private Optional<InetAddress> frontOf(SocketChannel nearest) {
    return Optional.of(Addresses.plain(nearest.remoteAddress()).getAddress())
        .filter(address -> !address.equals(clientAddress().getAddress()));
  }

  /** Takes what a balancer in front has told of the client beside its addresses. */
  public void told(ClientFacts facts) {
    known = facts;
    facts.tls().ifPresent(tls -> set(SessionKey.TLS, tls.toString().strip()));
    facts.serverName().ifPresent(name -> set(SessionKey.SERVER_NAME, name));
    facts
        .tls()
        .flatMap(TlsFacts::subject)
        .ifPresent(subject -> set(SessionKey.CERTIFICATE_SUBJECT, subject));
    facts.uniqueId().ifPresent(id -> set(FRONT_ID, id));
  }

  /**
   * The client's first bytes are TLS, and a PROXY header is the first within it: until that has
   * come the session is the balancer's, and has no backend.
   */
  public void awaitHeader(Front from) {
    awaited = from;
  }

  @Override
  Optional<String> obstacle() {
    return awaited == null
        ? Optional.empty()
        : Optional.of(
            "its proxy-protocol is to come within TLS (position: after-tls), but the listener's"
                + " clients do not begin with TLS of which the gateway is the server; use position:"
                + " before-tls");
  }

  private void clientClosed() {
    if (afterData == null) {
      end(Outcome.aborted(Side.CLIENT, "it closed the connection"));
    }
  }

  @Override
  public Channel client() {
    return client;
  }

  @Override
  ChannelFuture dial(InetSocketAddress address, Optional<LocalAddress> source, Duration timeout) {
    return scope().network().dial(eventLoop(), address, source.orElse(null), timeout);
  }

  /** The balancer in front, if the client came through one. */
  Optional<InetAddress> front() {
    return front;
  }

  @Override
  void prepare(Attempt attempt) {
    attempt.pool().proxyVersion().ifPresent(version -> attempt.announce(proxyHeader(version)));
    attempt.channel().pipeline().addFirst(activity);
  }

  @Override
  public void passThrough() {
    if (backend() == null) {
      throw new IllegalStateException(id() + " has no backend that has answered");
    }
    SocketChannel backend = (SocketChannel) backend().channel();
    if (Secured.of(client) != null || Secured.of(backend) != null) {
      throw new IllegalStateException(id() + " has TLS, which cannot be passed through");
    }
    clear(client.pipeline());
    clear(backend.pipeline());
    relay =
        Relay.start(
            client,
            backend,
            new Relay.Events() {
              private boolean oneEnded;

              @Override
              public void moved(Side from, int bytes) {
                count(from, bytes);
                load().relayed(bytes);
              }

              @Override
              public void delivered(Side from) {
                oneEnded = true;
              }

              @Override
              public void ended(Side by, Throwable cause) {
                // Once a side has said its last word, either may leave without reading the rest:
                // SSH peers close so after their good-bye, which is seen as a reset.
                boolean whole = by == null || oneEnded;
                if (whole && !forwards.isEmpty()) {
                  // The good-bye may overtake the data that it follows.
                  afterData = Outcome.ok();
                } else {
                  end(whole ? Outcome.ok() : Outcome.aborted(by, Failures.text(cause)));
                }
              }
            });
  }

  private static void clear(ChannelPipeline pipeline) {
    List<ChannelHandler> handlers = new ArrayList<>();
    for (var entry : pipeline) {
      handlers.add(entry.getValue());
    }
    handlers.forEach(pipeline::remove);
  }

  @Override
  public SideTls tls(ServerTls spec) {
    try {
      TlsContexts contexts = scope().tls();
      return new ClientSideTls(contexts, contexts.server(spec), client, this::secured);
    } catch (TlsProblem e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  @Override
  ClientFacts clientFacts() {
    return known;
  }

  /** Reads the header that a balancer in front tells within TLS, if it does, before all else. */
  private void secured(TlsFacts facts, Runnable then) {
    Front from = awaited;
    if (from == null) {
      secured(facts);
      then.run();
      return;
    }
    client
        .pipeline()
        .addBefore(
            client.pipeline().context(activity).name(),
            null,
            new HeaderWithin(
                from.timeout(),
                new HeaderWithin.Events() {
                  @Override
                  public void read(Optional<ProxyHeader> header) {
                    awaited = null;
                    secured(facts);
                    header.ifPresent(TcpSession.this::clientIs);
                    then.run();
                  }

                  @Override
                  public void failed(String reason) {
                    from.failed(reason);
                  }
                }));
  }

  private void clientIs(ProxyHeader header) {
    clientIs(Addresses.plain(header.source()), Addresses.plain(header.destination()));
    front = frontOf(client);
    told(header.facts());
  }

  private void secured(TlsFacts facts) {
    known = new ClientFacts(Optional.of(facts), facts.serverName(), Optional.empty());
    set(SessionKey.TLS, facts.toString());
    facts.serverName().ifPresent(name -> set(SessionKey.SERVER_NAME, name));
    facts.subject().ifPresent(subject -> set(SessionKey.CERTIFICATE_SUBJECT, subject));
  }

  @Override
  public DataConnection open(DataPlan plan, DataEvents events) {
    RelayedData data = new RelayedData(this, plan, events);
    dataConnections.add(data);
    data.start();
    return data;
  }

  void closed(RelayedData data) {
    dataConnections.remove(data);
  }

  /**
   * Takes a data connection that arrived on a port of this session's backend, on any thread.
   *
   * @param data accepted, not registered
   * @param idleTimeout zero for never
   */
  void forward(SocketChannel data, Duration idleTimeout) {
    eventLoop()
        .execute(
            () -> {
              if (ended() || forwards.size() >= MOST_FORWARDS) {
                data.unsafe().closeForcibly();
                return;
              }
              PortForward forward = new PortForward(this, data, idleTimeout);
              forwards.add(forward);
              forward.start();
            });
  }

  @Override
  boolean dataIsWatched() {
    return dataConnections.stream().anyMatch(RelayedData::isWatched)
        || forwards.stream().anyMatch(PortForward::isWatched);
  }

  void closed(PortForward forward) {
    forwards.remove(forward);
    if (afterData != null && forwards.isEmpty()) {
      end(afterData);
    }
  }

  @Override
  void closeChannels() {
    for (PortForward forward : List.copyOf(forwards)) {
      forward.close();
    }
    for (RelayedData data : List.copyOf(dataConnections)) {
      data.close();
    }
    if (relay != null) {
      relay.abort();
      return;
    }
    Lingering.close(client);
    if (backend() != null) {
      close(backend());
    }
  }

  @Override
  void close(Attempt served) {
    Lingering.close(served.channel());
  }

  /** Notes that something came in; shared by the client's and the backend's pipeline. */
  @ChannelHandler.Sharable
  private final class Activity extends ChannelInboundHandlerAdapter {

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      touch();
      ctx.fireChannelReadComplete();
    }
  }
}
