package sluice.core.descriptor;

/** Where a PROXY header stands on a connection that begins with TLS. */
public enum ProxyPosition {
  /** In clear, ahead of TLS. */
  BEFORE_TLS,
  /** The first bytes within it. */
  AFTER_TLS
}
