package sluice.core.session;

import java.util.Collection;
import java.util.Collections;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/** All open sessions of the gateway. Thread-safe. */
public final class SessionRegistry {

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
