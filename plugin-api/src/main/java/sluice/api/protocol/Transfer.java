package sluice.api.protocol;

import sluice.api.DoNotImplement;

/** A running transfer. */
@DoNotImplement
public interface Transfer {

  /** The data connection's bytes, those moved already included, are this transfer's. */
  void carriedBy(DataConnection data);

  /**
   * Counts bytes that the protocol has moved itself.
   *
   * @param bytes payload, without the protocol's headers; zero or more
   */
  void moved(long bytes);

  /** The transfer is over; its record is written. Calls after the first do nothing. */
  void end(Outcome outcome);
}
