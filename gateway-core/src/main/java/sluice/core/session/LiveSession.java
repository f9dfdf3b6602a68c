package sluice.core.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import sluice.api.PoolRef;
import sluice.api.SessionInfo;
import sluice.api.SessionKey;
import sluice.api.Side;
import sluice.api.protocol.BackendConnector;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.Refusal;
import sluice.api.protocol.Session;
import sluice.api.protocol.Transfer;
import sluice.api.protocol.TransferSpec;
import sluice.core.net.Addresses;
import sluice.core.net.LocalAddress;
import sluice.core.net.proxy.ClientFacts;
import sluice.core.net.proxy.ProxyHeader;
import sluice.core.pool.Lease;
import sluice.core.pool.Load;
import sluice.core.pool.Pool;

/**
 * What sessions over TCP and UDP have in common. Everything happens on the session's event loop,
 * apart from the getters that say otherwise.
 */
public abstract sealed class LiveSession implements Session, SessionInfo
    permits TcpSession, UdpSession {

  private static final Logger LOG = LogManager.getLogger(LiveSession.class);

  /** A session may be refused something without end; its records of that are not. */
  private static final int MOST_REFUSAL_RECORDS = 20;

  private final SessionScope scope;
  private final String id;
  private final EventLoop loop;
  private final Instant start = Instant.now();
  private final long startNanos = System.nanoTime();
  private final boolean overListener;
  private Refusal.Reason overLimit;
  private Object clientKey;
  private final List<LiveTransfer> transfers = new ArrayList<>(1);

  // Written on the loop only; volatile because status reads them on other threads.
  private volatile InetSocketAddress client;
  private volatile InetSocketAddress dialled;
  private volatile Map<String, Object> facts = Map.of();
  private volatile Attempt backend;
  private volatile int runningTransfers;
  private volatile long bytesFromClient;
  private volatile long bytesFromBackend;

  private Attempts attempts;
  private int attemptsBefore;
  private String leftBackend = "";
  private int totalTransfers;
  private long lastActivity = startNanos;
  private Future<?> idleTimer;
  private Runnable finishAction;
  private List<Runnable> endActions = List.of();
  private boolean finishing;
  private boolean ended;
  private int refusals;
  private Outcome forcedOutcome;

  LiveSession(
      SessionScope scope, EventLoop loop, InetSocketAddress client, InetSocketAddress dialled) {
    this.scope = scope;
    this.id = scope.registry().nextId(scope.protocol());
    this.loop = loop;
    this.client = client;
    this.dialled = dialled;
    this.overListener = scope.counters().opened() > scope.maxSessions();
    scope.registry().add(this);
    this.finishing = scope.registry().stopping();
    this.overLimit = count();
    watchIdle(scope.idleTimeout().toNanos());
  }

  /**
   * Begins to connect to a backend. The future's channel has {@code autoRead} off.
   *
   * @throws IOException if not even a socket could be opened
   */
  abstract ChannelFuture dial(
      InetSocketAddress address, Optional<LocalAddress> source, Duration timeout)
      throws IOException;

  /** Closes what the kind of session has opened. */
  abstract void closeChannels();

  /** Closes the connection to a backend that has answered. */
  abstract void close(Attempt served);

  /**
   * The first bytes of a connection to a backend that is to be told the client's address.
   *
   * @param version of the PROXY protocol
   */
  final ByteBuf proxyHeader(int version) {
    return new ProxyHeader(client, dialled, clientFacts().withId(id)).encode(version);
  }

  /** What is known of the client's connection beside its addresses. */
  ClientFacts clientFacts() {
    return ClientFacts.NONE;
  }

  /** Prepares the channel of an attempt before the protocol sees it. */
  void prepare(Attempt attempt) {}

  /** Why no backend may be looked for as things stand; empty if one may. */
  Optional<String> obstacle() {
    return Optional.empty();
  }

  /**
   * A balancer in front has told, late, who the client is. It counts as that client from here on.
   */
  final void clientIs(InetSocketAddress from, InetSocketAddress to) {
    client = from;
    dialled = to;
    uncount();
    overLimit = count();
  }

  /** Counts the session as its client's; why it is one too many, or null. */
  private Refusal.Reason count() {
    ClientLimit limit =
        scope.perClient().filter(each -> !each.exempt().test(client.getAddress())).orElse(null);
    clientKey = limit == null ? null : limit.key(client.getAddress());
    boolean clientOver = limit != null && scope.counters().opened(clientKey) > limit.maxSessions();
    return finishing
        ? Refusal.Reason.STOPPING
        : clientOver
            ? Refusal.Reason.CLIENT_FULL
            : overListener ? Refusal.Reason.LISTENER_FULL : null;
  }

  private void uncount() {
    if (clientKey != null) {
      scope.counters().closed(clientKey);
    }
  }

  final SessionScope scope() {
    return scope;
  }

  @Override
  public final SessionInfo info() {
    return this;
  }

  @Override
  public final String id() {
    return id;
  }

  @Override
  public final String listener() {
    return scope.listener();
  }

  @Override
  public final InetSocketAddress clientAddress() {
    return client;
  }

  @Override
  public final InetSocketAddress dialledAddress() {
    return dialled;
  }

  @Override
  public final Instant start() {
    return start;
  }

  @Override
  public final <T> Optional<T> get(SessionKey<T> key) {
    return Optional.ofNullable(facts.get(key.name())).map(key.type()::cast);
  }

  @Override
  public final Optional<String> get(String keyName) {
    return Optional.ofNullable(facts.get(keyName)).map(Object::toString);
  }

  @Override
  public final <T> void set(SessionKey<T> key, T value) {
    Map<String, Object> next = new LinkedHashMap<>(facts);
    next.put(key.name(), key.type().cast(value));
    facts = next;
  }

  @Override
  public final EventLoop eventLoop() {
    return loop;
  }

  @Override
  public final PoolRef pool() {
    return scope.pool();
  }

  @Override
  public final void connect(PoolRef ref, BackendConnector connector) {
    if (attempts != null && !attempts.over()) {
      throw new IllegalStateException(id + " has a backend, or is looking for one, already");
    }
    if (ended) {
      return;
    }
    Optional<String> obstacle = obstacle();
    if (obstacle.isPresent()) {
      LOG.error("{} cannot be served: {}", id, obstacle.get());
      end(Outcome.failed(Side.CLIENT, obstacle.get()));
      return;
    }
    if (overLimit != null) {
      attempts = new Attempts(this, null, connector);
      attempts.refuse(overLimit);
      return;
    }
    Pool pool = scope.pools().get(ref.name());
    if (pool == null) {
      throw new IllegalArgumentException("there is no pool named " + ref);
    }
    attempts = new Attempts(this, pool, connector);
    attempts.next();
  }

  @Override
  public final boolean refused() {
    return overLimit != null;
  }

  @Override
  public final void disconnect() {
    Attempt left = backend;
    if (left == null || ended) {
      return;
    }
    if (!transfers.isEmpty()) {
      throw new IllegalStateException(id + " cannot leave its backend during a transfer");
    }
    LOG.debug("{} leaves backend {}", id, left.lease());
    backend = null;
    leftBackend = left.lease().toString();
    attemptsBefore += attempts.made();
    attempts = null;
    close(left);
    left.lease().close();
  }

  final void answered(Attempt attempt) {
    backend = attempt;
  }

  /** The backend that has answered, or null; on any thread. */
  final Attempt backend() {
    return backend;
  }

  final Load load() {
    return backend.lease().load();
  }

  @Override
  public final Transfer begin(TransferSpec spec) {
    if (backend == null) {
      throw new IllegalStateException(id + " has no backend that could transfer anything");
    }
    return begin(new LiveTransfer(this, spec, Optional.of(load())));
  }

  @Override
  public final Transfer beginOwn(TransferSpec spec) {
    return begin(new LiveTransfer(this, spec, Optional.empty()));
  }

  private Transfer begin(LiveTransfer transfer) {
    transfers.add(transfer);
    totalTransfers++;
    runningTransfers = transfers.size();
    return transfer;
  }

  final void ended(LiveTransfer transfer) {
    transfers.remove(transfer);
    runningTransfers = transfers.size();
    touch();
  }

  final void count(Side from, long bytes) {
    if (from == Side.CLIENT) {
      bytesFromClient = bytesFromClient + bytes;
    } else {
      bytesFromBackend = bytesFromBackend + bytes;
    }
    touch();
  }

  @Override
  public final void onFinish(Runnable action) {
    finishAction = action;
    if (finishing && !ended) {
      action.run();
    }
  }

  @Override
  public final void onEnd(Runnable action) {
    if (ended) {
      action.run();
      return;
    }
    if (endActions.isEmpty()) {
      endActions = new ArrayList<>(1);
    }
    endActions.add(action);
  }

  /** The gateway stops: end when what runs is done. */
  final void finish() {
    finishing = true;
    if (!ended && finishAction != null) {
      finishAction.run();
    }
  }

  /** Ends at once, whatever runs. */
  final void cutOff(String cause) {
    end(Outcome.aborted(null, cause));
  }

  @Override
  public final void touch() {
    lastActivity = System.nanoTime();
  }

  private void watchIdle(long nanos) {
    if (nanos > 0) {
      idleTimer = loop.schedule(this::checkIdle, nanos, TimeUnit.NANOSECONDS);
    }
  }

  /** Whether data is under way that has a time limit of its own for moving nothing. */
  boolean dataIsWatched() {
    return false;
  }

  @Override
  public final Optional<String> idleCause() {
    return Optional.ofNullable(forcedOutcome).map(Outcome::cause);
  }

  @Override
  public final void noteRefusal(String reason, String command, String file, String cause) {
    scope.counters().refusedByProtocol(reason);
    refusals++;
    if (refusals <= MOST_REFUSAL_RECORDS) {
      Map<String, Object> fields = recordHead("refusal");
      fields.put("reason", reason);
      if (!command.isEmpty()) {
        fields.put("command", command);
      }
      if (!file.isEmpty()) {
        fields.put("file", file);
      }
      fields.put("cause", cause);
      scope.records().write(fields);
    }
  }

  private void checkIdle() {
    long timeout = scope.idleTimeout().toNanos();
    if (dataIsWatched()) {
      // A transfer that stalls ends for that reason, and the control connection idles from then on.
      touch();
    }
    long left = timeout - (System.nanoTime() - lastActivity);
    if (left > 0) {
      watchIdle(left);
      return;
    }
    String cause = "nothing moved for " + scope.idleTimeout().toSeconds() + " s";
    forcedOutcome = Outcome.timedOut(Side.CLIENT, cause);
    LOG.info("{} idle: {}", id, cause);
    // The protocol may say good-bye in its own words; one that does not is ended all the same.
    if (finishAction != null) {
      finishAction.run();
    }
    end(forcedOutcome);
  }

  @Override
  public final boolean ended() {
    return ended;
  }

  @Override
  public final void end(Outcome given) {
    if (ended) {
      return;
    }
    ended = true;
    Outcome outcome = forcedOutcome != null ? forcedOutcome : given;
    if (idleTimer != null) {
      idleTimer.cancel(false);
    }
    if (attempts != null) {
      attempts.cancel();
    }
    for (LiveTransfer transfer : List.copyOf(transfers)) {
      transfer.end(outcome.result() == Outcome.Result.OK ? endedUnder() : outcome);
    }
    closeChannels();
    Attempt served = backend;
    if (served != null) {
      served.lease().close();
    }
    LOG.debug("{} ended: {}", id, outcome);
    endActions.forEach(this::runEndAction);
    endActions = List.of();
    scope.records().write(record(outcome));
    scope.counters().closed();
    if (clientKey != null) {
      scope.counters().closed(clientKey);
    }
    // Last: a gateway that stops is done when no session is left, and every record is to be kept.
    scope.registry().remove(this);
  }

  private void runEndAction(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      LOG.error("{} protocol {} failed at the end of the session", id, scope.protocol(), e);
    }
  }

  private static Outcome endedUnder() {
    return Outcome.aborted(null, "the session ended before the transfer did");
  }

  private Map<String, Object> record(Outcome outcome) {
    Map<String, Object> fields = recordHead("session");
    fields.put("start", start.toString());
    fields.put("duration_ms", (System.nanoTime() - startNanos) / 1_000_000);
    fields.put("attempts", attemptsBefore + (attempts == null ? 0 : attempts.made()));
    fields.put("transfers", totalTransfers);
    fields.put("bytes_from_client", bytesFromClient);
    fields.put("bytes_from_backend", bytesFromBackend);
    if (refusals > 0) {
      fields.put("refusals", refusals);
    }
    recordOutcome(fields, outcome);
    return fields;
  }

  final Map<String, Object> recordHead(String type) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("time", Instant.now().toString());
    fields.put("type", type);
    fields.put("session", id);
    fields.put("listener", scope.listener());
    fields.put("protocol", scope.protocol());
    fields.put("client", Addresses.text(client));
    fields.put("dialled", Addresses.text(dialled));
    fields.put("backend", backend == null ? leftBackend : backendName());
    // A plugin's key never hides a field of the record itself.
    facts.forEach((key, value) -> fields.putIfAbsent(key, value.toString()));
    return fields;
  }

  static void recordOutcome(Map<String, Object> fields, Outcome outcome) {
    fields.put("outcome", outcome.result().toString());
    if (outcome.side() != null) {
      fields.put("side", outcome.side().toString());
    }
    if (!outcome.cause().isEmpty()) {
      fields.put("cause", outcome.cause());
    }
  }

  /** {@code pool/name}, or empty while no backend has answered; on any thread. */
  public final String backendName() {
    Attempt served = backend;
    return served == null ? "" : served.lease().toString();
  }

  /** Transfers running now; on any thread. */
  public final int runningTransfers() {
    return runningTransfers;
  }

  @Override
  public final void carried(Side from, long bytes) {
    count(from, bytes);
    if (backend != null) {
      load().relayed(bytes);
    }
  }

  @Override
  public final long bytes(Side from) {
    return from == Side.CLIENT ? bytesFromClient : bytesFromBackend;
  }

  /** Payload bytes moved so far, both ways; on any thread. */
  public final long bytes() {
    return bytesFromClient + bytesFromBackend;
  }

  /** What the protocol has found out, as text; on any thread. */
  public final Map<String, String> facts() {
    Map<String, String> texts = new LinkedHashMap<>();
    facts.forEach((key, value) -> texts.put(key, value.toString()));
    return texts;
  }

  final Lease lease() {
    return backend.lease();
  }

  /** The session's id, for log lines. */
  @Override
  public final String toString() {
    return id;
  }
}
