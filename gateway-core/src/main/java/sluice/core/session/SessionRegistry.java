package sluice.core.session;

import io.netty.channel.socket.SocketChannel;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import sluice.api.protocol.DataPeers;
import sluice.api.protocol.StaticPorts;
import sluice.core.net.Addresses;
import sluice.core.pool.Member;
import sluice.core.pool.MemberHealth;

/** All open sessions of the gateway. Thread-safe. */
public final class SessionRegistry {

  private static final Comparator<LiveSession> RECEIVERS =
      Comparator.comparingInt(LiveSession::runningTransfers)
          .thenComparing(LiveSession::start, Comparator.reverseOrder());

  private final ConcurrentMap<String, LiveSession> sessions = new ConcurrentHashMap<>();
  private final AtomicLong lastId = new AtomicLong();
  private volatile boolean stopping;
  private volatile Runnable whenEmpty = () -> {};

  String nextId(String protocol) {
    return protocol + "-" + lastId.incrementAndGet();
  }

  void add(LiveSession session) {
    sessions.put(session.id(), session);
  }

  void remove(LiveSession session) {
    sessions.remove(session.id());
    if (stopping && sessions.isEmpty()) {
      whenEmpty.run();
    }
  }

  /** Whether the gateway is stopping: new sessions are refused. */
  boolean stopping() {
    return stopping;
  }

  /**
   * Gives a data connection that arrived on a static port to the session that it belongs to: one
   * whose backend has the port and is not down. Of several the address cannot tell, so one without
   * a running transfer takes it, the youngest first.
   *
   * @param data accepted, not registered, with both addresses
   * @param rules by the name of the listener; sessions of others are passed over
   * @return false if there is no such session; nothing was done
   */
  public boolean forward(SocketChannel data, Map<String, StaticPorts> rules) {
    int port = data.localAddress().getPort();
    InetAddress peer = Addresses.plain(data.remoteAddress()).getAddress();
    TcpSession best = null;
    for (LiveSession session : sessions.values()) {
      StaticPorts rule = rules.get(session.listener());
      if (rule != null
          && session instanceof TcpSession candidate
          && mayCome(candidate, peer, rule.peers())
          && servedOn(candidate, port)
          && (best == null || RECEIVERS.compare(candidate, best) < 0)) {
        best = candidate;
      }
    }
    if (best == null) {
      return false;
    }
    best.forward(data, rules.get(best.listener()).idleTimeout());
    return true;
  }

  /** The client, or the balancer in front that relays its connections. */
  private static boolean mayCome(TcpSession session, InetAddress peer, DataPeers allowed) {
    return allowed.admits(session.clientAddress().getAddress(), peer)
        || session.front().filter(peer::equals).isPresent();
  }

  private static boolean servedOn(LiveSession session, int port) {
    Attempt served = session.backend();
    if (served == null) {
      return false;
    }
    Member member = served.lease().member();
    return member.health().state() != MemberHealth.State.DOWN && member.hasDataPort(port);
  }

  /** The open sessions, a live view. */
  public Collection<LiveSession> all() {
    return Collections.unmodifiableCollection(sessions.values());
  }

  /**
   * Asks every session to end when what it is doing is done.
   *
   * @param empty runs when no session is left, perhaps at once, perhaps more than once
   */
  public void finish(Runnable empty) {
    whenEmpty = empty;
    stopping = true;
    for (LiveSession session : sessions.values()) {
      session.eventLoop().execute(session::finish);
    }
    if (sessions.isEmpty()) {
      empty.run();
    }
  }

  /** Cuts every session off. */
  public void endAll(String cause) {
    for (LiveSession session : sessions.values()) {
      session.eventLoop().execute(() -> session.cutOff(cause));
    }
  }
}
