package sluice.api.protocol;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import sluice.api.DoNotImplement;
import sluice.api.Side;

/**
 * A connection for data between the client and the backend, relayed by the gateway. It is never a
 * channel, so that the relay under it may be what is fastest.
 */
@DoNotImplement
public interface DataConnection {

  /**
   * The address that the gateway listens on.
   *
   * @param side a side whose leg is expected
   * @throws IllegalStateException before {@link DataEvents#ready} or if that leg is not expected
   */
  InetSocketAddress listening(Side side);

  /**
   * Bounds the time until both sides are joined. If it runs out the connection ends with a time-out
   * on the side that did not come. Does nothing once they are joined.
   */
  void joinWithin(Duration timeout);

  /**
   * Lets the gateway begin the TLS handshake on the leg towards the backend, as its client; until
   * then that leg is connected and silent. FTP servers want it after their {@code 150} (some reset
   * a connection that says something before). May be called at any time, and again. Towards the
   * client the handshake is the client's to begin, and nobody need call anything.
   */
  default void beginTls() {}

  /** What the TLS handshake on a side has agreed on; empty without TLS, and before. */
  default Optional<TlsFacts> tls(Side side) {
    return Optional.empty();
  }

  /**
   * Dials a side now: a leg that waits ({@link DataLeg#later}), or one whose turn would only come
   * when the other side has come. FTP servers in passive mode want to be connected to as soon as
   * they were told of a transfer, whatever the client does. Does nothing if that side is expected,
   * or was dialled. May be called from {@link DataEvents#ready} on.
   */
  default void dial(Side side) {}

  /** Whether a side is connected; its TLS, and the other side, may be missing. */
  default boolean connected(Side side) {
    return joined();
  }

  /** Whether both sides are joined, or were. */
  boolean joined();

  /** Whether {@link DataEvents#ended} has been told. */
  boolean ended();

  /** Payload bytes read so far from a side. */
  long bytesFrom(Side side);

  /**
   * Ends it at once; bytes under way are lost. {@link DataEvents#ended} is not told any more. Does
   * nothing if it has ended.
   */
  void close();
}
