package sluice.core.tls;

/** Which TLS is used, as the descriptor names it. */
public enum Choice {
  /** BoringSSL where it loads, else the JDK's. */
  AUTO,
  /** BoringSSL, by netty-tcnative. */
  OPENSSL,
  /** The JDK's. */
  JDK
}
