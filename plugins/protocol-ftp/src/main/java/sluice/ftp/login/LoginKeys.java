package sluice.ftp.login;

import sluice.api.SessionKey;

/** The facts of a session that only FTP knows. */
public final class LoginKeys {

  /** The name that a client has sent in HOST (RFC 7151). */
  public static final SessionKey<String> HOST = new SessionKey<>("host", String.class);

  private LoginKeys() {}
}
