package sluice.api.protocol;

import java.time.Duration;
import java.util.Objects;
import sluice.api.Side;

/**
 * What a data connection does on either side. A side that is expected comes first; the other is
 * dialled when it has come, or when {@link DataConnection#dial} says so. If both are dialled, both
 * are dialled at once, unless they {@linkplain DataLeg#later() wait}; if both are expected, they
 * are joined when both have come. Immutable.
 */
public final class DataPlan {

  private final DataLeg client;
  private final DataLeg backend;
  private final Duration idleTimeout;

  private DataPlan(DataLeg client, DataLeg backend, Duration idleTimeout) {
    this.client = Objects.requireNonNull(client);
    this.backend = Objects.requireNonNull(backend);
    this.idleTimeout = idleTimeout;
  }

  /** A plan without an idle timeout. */
  public static DataPlan of(DataLeg client, DataLeg backend) {
    return new DataPlan(client, backend, Duration.ZERO);
  }

  /**
   * The same, ended when no byte has moved for a time.
   *
   * @param timeout zero for never
   */
  public DataPlan withIdleTimeout(Duration timeout) {
    return new DataPlan(client, backend, Objects.requireNonNull(timeout));
  }

  /** What to do on a side. */
  public DataLeg leg(Side side) {
    return side == Side.CLIENT ? client : backend;
  }

  /** How long the connection may be open without a byte being moved; zero for ever. */
  public Duration idleTimeout() {
    return idleTimeout;
  }
}
