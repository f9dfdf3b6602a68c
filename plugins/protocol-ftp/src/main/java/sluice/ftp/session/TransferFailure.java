package sluice.ftp.session;

import sluice.api.Side;
import sluice.api.protocol.Outcome;
import sluice.ftp.codec.Reply;

/** What a client is told when its data did not all arrive; names no address. */
final class TransferFailure {

  static final Reply ABORTED = Reply.of(426, "Transfer aborted.");

  private TransferFailure() {}

  /** The reply for a data connection that is broken. */
  static Reply of(DataChannel data) {
    Outcome outcome = data.outcome();
    boolean timedOut = outcome.result() == Outcome.Result.TIMED_OUT;
    if (data.refused()) {
      return Reply.of(522, "TLS was refused: " + outcome.cause() + ".");
    }
    if (data.joined()) {
      return Reply.of(
          426,
          timedOut
              ? "No data moved for too long; the transfer is incomplete."
              : "Data connection broken; the transfer is incomplete.");
    }
    if (outcome.side() == Side.CLIENT) {
      if (data.secured()) {
        return Reply.of(
            425,
            timedOut
                ? "Your data connection and its TLS were not there in time."
                : "No data connection with you, or no TLS on it.");
      }
      return Reply.of(
          425,
          timedOut
              ? "Your data connection was not opened in time."
              : "Cannot open a data connection to you.");
    }
    return Reply.of(425, "The server's data connection could not be opened.");
  }
}
