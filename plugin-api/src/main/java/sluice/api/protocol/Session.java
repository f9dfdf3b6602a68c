package sluice.api.protocol;

import io.netty.channel.EventLoop;
import java.util.Optional;
import sluice.api.DoNotImplement;
import sluice.api.PoolRef;
import sluice.api.SessionInfo;
import sluice.api.SessionKey;
import sluice.api.Side;

/**
 * One client's stay. It owns everything opened through it: when it ends, the client's and the
 * backend's channels, the data connections and the lease are closed and the session's record is
 * written.
 *
 * <p>It ends when the protocol calls {@link #end}, when the client's connection is closed (a
 * protocol that has something to finish first calls {@code end} itself from its handler), when its
 * idle time is over or when the gateway stops.
 *
 * <p>{@link #toString()} is the session's id, for log lines.
 */
@DoNotImplement
public interface Session {

  /** The session's facts. */
  SessionInfo info();

  /** Notes a fact that the protocol has found out; it also goes into the session's record. */
  <T> void set(SessionKey<T> key, T value);

  /** The loop that all channels of this session share. */
  EventLoop eventLoop();

  /** The pool that the listener names. */
  PoolRef pool();

  /** Asks for a backend of the listener's pool; see {@link #connect(PoolRef, BackendConnector)}. */
  default void connect(BackendConnector connector) {
    connect(pool(), connector);
  }

  /**
   * Asks for a backend.
   *
   * <p>The gateway leases a candidate and connects to it. Until the protocol says that the backend
   * has {@linkplain BackendLink#answered() answered}, a connect that fails, a connection that ends
   * and an answer that does not come within the pool's {@code answer-timeout} are followed by the
   * next candidate, at most the pool's {@code retries} times, unseen by the client. A session has
   * one backend at a time.
   *
   * @param pool a pool of the descriptor
   * @param connector told of each connection, or of the refusal
   * @throws IllegalStateException if the session is connected, or connecting, already; after a
   *     refusal, and after {@link #disconnect}, it may ask again
   * @throws IllegalArgumentException if there is no such pool
   */
  void connect(PoolRef pool, BackendConnector connector);

  /**
   * Whether {@link #connect} is bound to refuse the session, whatever the pool, because it is over
   * a limit of its listener or came while the gateway stops. For protocols that talk with clients
   * before they ask for a backend: one that is bound to be refused is asked for at once, so that it
   * takes nobody's time.
   */
  default boolean refused() {
    return false;
  }

  /**
   * Gives the backend that has answered back: its connection is closed when what was written to it
   * is flushed, the lease ends, and {@link #connect} may be called again. Data connections are the
   * protocol's to close before. Does nothing if there is none.
   *
   * @throws IllegalStateException if a transfer is running
   */
  default void disconnect() {
    throw new UnsupportedOperationException("this session keeps its backend");
  }

  /**
   * Begins a transfer: it counts as load of the session's backend until it ends, and then a record
   * is written.
   *
   * @throws IllegalStateException if no backend has answered
   */
  Transfer begin(TransferSpec spec);

  /**
   * Begins a transfer that the gateway serves by itself, for example from memory: it is load of no
   * backend, and its record names none.
   */
  default Transfer beginOwn(TransferSpec spec) {
    throw new UnsupportedOperationException("this session serves nothing by itself");
  }

  /**
   * Sets what to do when the gateway wants the session to end without breaking what runs: say
   * good-bye when no transfer is running, or as soon as it has ended.
   *
   * <p>It runs when the gateway stops, at once if it is stopping already, and then possibly a
   * second time; without it the session goes on until the stop timeout. It also runs when the idle
   * time is over; then the session is ended as soon as it returns. {@link #idleCause} tells the one
   * from the other.
   */
  void onFinish(Runnable action);

  /**
   * Why the session is ended for idling, present as soon as its idle time is over: one line without
   * a full stop that clients may be shown, for example {@code nothing moved for 900 s}.
   */
  default Optional<String> idleCause() {
    return Optional.empty();
  }

  /**
   * Notes that the protocol has refused the client something by a rule of the descriptor: it is
   * counted in the listener's status, and a record of type {@code refusal} is written (of a few
   * refusals of a session; all are counted in the session's own record).
   *
   * @param reason for the counter, kebab-case; one of a few constants of the protocol
   * @param command the protocol's word, for example {@code STOR}; without secrets; may be empty
   * @param file the name as the client gave it; may be empty
   * @param cause one line for operators: which rule
   */
  default void noteRefusal(String reason, String command, String file, String cause) {}

  /** Adds what to do when the session has ended. Runs at once if it has ended already. */
  void onEnd(Runnable action);

  /** Notes that the client or the backend did something, for the idle time of the session. */
  void touch();

  /**
   * Counts bytes that the protocol itself has carried from one side to the other, such as the first
   * words of both before {@link StreamSession#passThrough}, for the session's record and status.
   * What the gateway relays it counts itself.
   *
   * @param from whose bytes they are
   * @param bytes zero or more
   */
  default void carried(Side from, long bytes) {}

  /**
   * The bytes that a side has sent so far, as the session's record counts them. On any thread.
   *
   * @param from whose bytes
   */
  default long bytes(Side from) {
    return 0;
  }

  /**
   * Ends the session: what was written is flushed, then everything is closed. Calls after the first
   * do nothing.
   *
   * @param outcome how it ended, for the record
   */
  void end(Outcome outcome);

  /** Whether the session has ended. */
  boolean ended();
}
