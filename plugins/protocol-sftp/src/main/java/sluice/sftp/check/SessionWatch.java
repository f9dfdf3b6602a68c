package sluice.sftp.check;

import java.util.List;
import java.util.Map;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;

/**
 * Offers each session of a client the host keys that its prober wants to see, and notes what the
 * server has and why a session broke, for the reason that operators read. The note is the prober's
 * own, as a session forgets its attributes when it closes.
 */
final class SessionWatch implements SessionListener {

  /** What is known of one session, and the first cause of its end. Thread-safe. */
  static final class Note {

    private static final AttributeKey<Note> KEY = new AttributeKey<>();

    private final List<KeyFamily> wanted;
    private String text = "";
    private String offered = "";

    /**
     * @param wanted the host keys to ask for, one of them
     */
    Note(List<KeyFamily> wanted) {
      this.wanted = wanted;
    }

    /** The algorithms of host keys that the server has; empty before it has said so. */
    synchronized String offered() {
      return offered;
    }

    private synchronized void offered(String algorithms) {
      offered = algorithms == null ? "" : algorithms;
    }

    /** What a connection is made with so that its session finds this. */
    AttributeRepository context() {
      return AttributeRepository.ofKeyValuePair(KEY, this);
    }

    private synchronized void setFirst(String cause) {
      if (text.isEmpty()) {
        text = cause;
      }
    }

    /** Why the session ended; empty as long as nothing is known. */
    synchronized String cause() {
      return text;
    }
  }

  @Override
  public void sessionCreated(Session session) {
    Note note = of(session);
    if (note != null) {
      session.setSignatureFactories(KeyFamily.signatures(note.wanted));
    }
  }

  @Override
  public void sessionNegotiationStart(
      Session session, Map<KexProposalOption, String> mine, Map<KexProposalOption, String> theirs) {
    Note note = of(session);
    if (note != null) {
      note.offered(theirs.get(KexProposalOption.SERVERKEYS));
    }
  }

  @Override
  public void sessionDisconnect(
      Session session, int reason, String message, String language, boolean initiator) {
    if (!initiator) {
      note(session, "the server disconnected (" + reason + "): " + Reasons.oneLine(message));
    }
  }

  @Override
  public void sessionException(Session session, Throwable failure) {
    note(session, Reasons.of(failure));
  }

  private static void note(Session session, String text) {
    Note note = of(session);
    if (note != null) {
      note.setFirst(text);
    }
  }

  private static Note of(Session session) {
    return session instanceof ClientSession client && client.getConnectionContext() != null
        ? client.getConnectionContext().getAttribute(Note.KEY)
        : null;
  }
}
