package sluice.sftp.check;

import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;

/**
 * Notes on each session of a client why it broke, for the reason that operators read. The note is
 * the prober's own, as a session forgets its attributes when it closes.
 */
final class SessionWatch implements SessionListener {

  /** The first cause of one session's end; empty as long as there is none. Thread-safe. */
  static final class Cause {

    private static final AttributeKey<Cause> KEY = new AttributeKey<>();

    private String text = "";

    /** What a connection is made with so that its session finds this. */
    AttributeRepository context() {
      return AttributeRepository.ofKeyValuePair(KEY, this);
    }

    synchronized void setFirst(String cause) {
      if (text.isEmpty()) {
        text = cause;
      }
    }

    @Override
    public synchronized String toString() {
      return text;
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
    if (session instanceof ClientSession client && client.getConnectionContext() != null) {
      Cause cause = client.getConnectionContext().getAttribute(Cause.KEY);
      if (cause != null) {
        cause.setFirst(text);
      }
    }
  }
}
