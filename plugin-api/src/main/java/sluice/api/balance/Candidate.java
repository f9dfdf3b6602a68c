package sluice.api.balance;

import sluice.api.Backend;
import sluice.api.DoNotImplement;

/**
 * A backend that may take a session now, with its live load. The load is that of the backend's
 * address, over all pools that name it, and changes while it is read.
 *
 * <p>Reading is cheap, never blocks and allocates nothing. Thread-safe.
 */
@DoNotImplement
public interface Candidate {

  /** The backend. */
  Backend backend();

  /** 1 to 256; a candidate of weight 2 is meant to take twice what one of weight 1 takes. */
  int weight();

  /** Sessions open now. */
  int sessions();

  /** Transfers running now. */
  int transfers();

  /** Bytes that the transfers running now have moved so far. */
  long bytesInFlight();

  /**
   * A moving average of the time from connecting to the backend's answer, in nanoseconds; 0 as long
   * as nothing was measured.
   */
  long latencyNanos();
}
