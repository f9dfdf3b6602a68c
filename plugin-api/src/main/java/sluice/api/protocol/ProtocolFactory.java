package sluice.api.protocol;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import sluice.api.ExtensionFactory;
import sluice.api.SessionKey;

/**
 * Makes a protocol; a listener names it in {@code protocol: NAME}. One protocol is made for each
 * listener.
 *
 * @param <O> the options record
 */
public interface ProtocolFactory<O extends Record> extends ExtensionFactory<O, Protocol> {

  /** Which transport the protocol's listeners use. */
  Transport transport();

  /** The keys that sessions of this protocol may carry, for {@code check} to verify rules with. */
  default Set<SessionKey<?>> keys() {
    return Set.of();
  }

  /**
   * The keys that a session may carry when its backend is chosen: those that strategies can go by.
   * Asked at {@code check} and at the start.
   *
   * @param options as bound
   * @return some of {@link #keys}
   */
  default Set<SessionKey<?>> keysAtChoice(O options) {
    return keys();
  }

  /**
   * Whether listeners with these options relay the static data ports of their pool's backends; then
   * every backend of the pool must have some. Asked at {@code check} and at the start; streams
   * only.
   *
   * @param options as bound
   */
  default Optional<StaticPorts> staticPorts(O options) {
    return Optional.empty();
  }

  /**
   * The fixed local port that sessions of a listener dial their clients from ({@link
   * DataLeg#fromPort}); the gateway tries at its start whether it may be used, and refuses to start
   * if not. Streams only.
   *
   * @param options as bound
   * @param listenerPort the port of one of the listener's addresses
   * @return empty if they leave from any port
   */
  default OptionalInt sourcePort(O options, int listenerPort) {
    return OptionalInt.empty();
  }

  /** What a protocol's listeners are bound with. */
  enum Transport {
    /** TCP; the protocol is a {@link StreamProtocol}. */
    STREAM,
    /** UDP; the protocol is a {@link DatagramProtocol}. */
    DATAGRAM
  }
}
