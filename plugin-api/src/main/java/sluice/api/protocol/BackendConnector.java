package sluice.api.protocol;

/** The protocol's part in connecting a session to a backend. */
public interface BackendConnector {

  /**
   * A backend was connected to (TCP) or a socket towards it is open (UDP). Called anew for each
   * attempt. Nothing has been read and {@code autoRead} is off: the protocol adds its handlers to
   * the link's channel, sends its first words if it speaks first, and switches reading on.
   *
   * <p>When an attempt is given up, its channel is closed by the gateway, and the handlers see
   * that; they do nothing about it unless the backend has answered.
   */
  void connected(BackendLink link);

  /**
   * No backend took the session. The protocol tells the client in its own words and ends the
   * session.
   */
  void refused(Refusal refusal);
}
