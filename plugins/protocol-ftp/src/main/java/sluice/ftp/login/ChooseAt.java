package sluice.ftp.login;

import java.util.Locale;

/** When the backend of a session is chosen; the later, the more is known of the client. */
public enum ChooseAt {
  /** When the client arrives. */
  ACCEPT,
  /** When the client's TLS handshake is done. */
  SERVER_NAME,
  /** When the client has sent HOST (RFC 7151). */
  HOST,
  /** When the client has named a user. */
  USER;

  /** As the descriptor writes it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
