package sluice.core.net.proxy;

import java.util.Objects;
import java.util.Optional;
import sluice.api.protocol.TlsFacts;

/**
 * What a header of version 2 tells of a client beside its addresses.
 *
 * @param tls between the client and whoever sends the header; without a cipher suite that is empty
 * @param serverName that the client asked for
 * @param uniqueId under which the sender's log has the connection
 */
public record ClientFacts(
    Optional<TlsFacts> tls, Optional<String> serverName, Optional<String> uniqueId) {

  /** Nothing is known. */
  public static final ClientFacts NONE =
      new ClientFacts(Optional.empty(), Optional.empty(), Optional.empty());

  /**
   * @throws NullPointerException if a part is missing
   */
  public ClientFacts {
    Objects.requireNonNull(tls);
    Objects.requireNonNull(serverName);
    Objects.requireNonNull(uniqueId);
  }

  /** The same under another id. */
  public ClientFacts withId(String id) {
    return new ClientFacts(tls, serverName, Optional.of(id));
  }
}
