package sluice.api.protocol;

import java.util.Objects;
import java.util.Optional;

/**
 * What a TLS handshake has agreed on.
 *
 * @param protocol for example {@code TLSv1.3}
 * @param cipher the IANA name of the cipher suite
 * @param resumed whether an earlier session was resumed
 * @param serverName the name that the client asked for (SNI), or that the gateway asked for
 * @param subject of the peer's verified certificate, RFC 2253 form; empty if it showed none
 */
public record TlsFacts(
    String protocol,
    String cipher,
    boolean resumed,
    Optional<String> serverName,
    Optional<String> subject) {

  /**
   * @throws NullPointerException if a part is missing
   */
  public TlsFacts {
    Objects.requireNonNull(protocol);
    Objects.requireNonNull(cipher);
    Objects.requireNonNull(serverName);
    Objects.requireNonNull(subject);
  }

  /** Protocol and cipher, as records have it. */
  @Override
  public String toString() {
    return protocol + " " + cipher;
  }
}
