package sluice.api.protocol;

import java.net.InetSocketAddress;
import java.time.Duration;
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
