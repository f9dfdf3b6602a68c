package sluice.api.protocol;

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

  /** What a protocol's listeners are bound with. */
  enum Transport {
    /** TCP; the protocol is a {@link StreamProtocol}. */
    STREAM,
    /** UDP; the protocol is a {@link DatagramProtocol}. */
    DATAGRAM
  }
}
