package sluice.api.protocol;

import java.time.Duration;
import java.util.Objects;

/**
 * What a protocol wants of the static data ports of backends ({@code data-ports} in the
 * descriptor): the gateway opens every one of them on the listener's addresses and relays what
 * arrives, unread and port for port, to the backend that has the port. For protocols that announce
 * data connections in words that the gateway cannot read.
 *
 * <p>An arriving connection belongs to an open session of the listener whose backend has the port:
 * it counts as that session's activity and transfer, and is closed with it. Without such a session
 * it is closed at once.
 *
 * @param cause why they are needed, for the message about a backend that has none, for example
 *     {@code control: passthrough}
 * @param peers from where a connection may come, seen from its session's client
 * @param idleTimeout how long a connection may move nothing; zero for ever
 */
public record StaticPorts(String cause, DataPeers peers, Duration idleTimeout) {

  /**
   * @throws NullPointerException if a part is missing
   */
  public StaticPorts {
    Objects.requireNonNull(cause);
    Objects.requireNonNull(peers);
    Objects.requireNonNull(idleTimeout);
  }
}
