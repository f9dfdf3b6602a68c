package sluice.ftp.session;

/** What the gateway does with control connections. */
public enum ControlMode {
  /** Reads commands and replies, and rewrites what announces data connections. */
  REWRITE,
  /**
   * Reads nothing but the first reply code of the backend's greeting; whatever follows, AUTH TLS
   * included, is between client and backend.
   */
  PASSTHROUGH,
  /** Reads nothing: TLS from the first byte on, which is the client's. */
  PASSTHROUGH_IMPLICIT;

  /** Whether data connections can only come over the backends' static ports. */
  boolean unread() {
    return this != REWRITE;
  }

  /** As the descriptor writes it. */
  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
