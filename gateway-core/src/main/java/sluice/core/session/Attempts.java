package sluice.core.session;

import java.util.HashSet;
import java.util.Set;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import sluice.api.Backend;
import sluice.api.protocol.BackendConnector;
import sluice.api.protocol.Refusal;
import sluice.core.pool.Lease;
import sluice.core.pool.Pool;
import sluice.core.pool.Selection;

/** A session's search for a backend that answers. On the session's loop. */
final class Attempts {

  private static final Logger LOG = LogManager.getLogger(Attempts.class);

  private final LiveSession session;
  private final Pool pool;
  private final BackendConnector connector;
  private final Set<Backend> tried = new HashSet<>(4);
  private Attempt current;
  private int made;
  private boolean over;

  Attempts(LiveSession session, Pool pool, BackendConnector connector) {
    this.session = session;
    this.pool = pool;
    this.connector = connector;
  }

  /** Whether it has ended without a backend, so that a new search may begin. */
  boolean over() {
    return over;
  }

  /** How many backends were tried, the one that answered included. */
  int made() {
    return made;
  }

  Pool pool() {
    return pool;
  }

  LiveSession session() {
    return session;
  }

  BackendConnector connector() {
    return connector;
  }

  /** Tries the next candidate. */
  void next() {
    if (over || session.ended()) {
      return;
    }
    if (made > pool.retries()) {
      refuse(Refusal.Reason.NO_ANSWER);
      return;
    }
    Selection selection = pool.lease(session, tried);
    if (selection instanceof Lease lease) {
      made++;
      tried.add(lease.backend());
      current = new Attempt(this, lease);
      current.dial();
    } else {
      Selection.None none = (Selection.None) selection;
      refuse(made == 0 ? none.reason() : Refusal.Reason.NO_ANSWER);
    }
  }

  /** An attempt has failed before its backend answered. */
  void failed(Attempt attempt, String reason) {
    LOG.warn("{} backend {} did not answer: {}", session, attempt.lease(), reason);
    attempt.lease().failed(reason);
    attempt.lease().close();
    current = null;
    next();
  }

  void refuse(Refusal.Reason reason) {
    over = true;
    session.scope().counters().refused(reason);
    Refusal refusal = new Refusal(reason, message(reason));
    LOG.info(
        "{} from {} refused: {}{}",
        session,
        session.clientAddress(),
        reason,
        made == 0 ? "" : " (" + made + " backends tried)");
    connector.refused(refusal);
  }

  private static String message(Refusal.Reason reason) {
    return switch (reason) {
      case NO_BACKEND -> "No server is available, please try again later.";
      case BACKENDS_FULL, LISTENER_FULL -> "Too many sessions, please try again later.";
      case CLIENT_FULL ->
          "Too many sessions from your address, please close one or try again later.";
      case NO_ANSWER -> "No server answered, please try again later.";
      case STOPPING -> "The service is closing, please try again later.";
    };
  }

  /** The session ends: whatever is under way is given up. */
  void cancel() {
    over = true;
    if (current != null) {
      current.giveUp();
    }
  }
}
