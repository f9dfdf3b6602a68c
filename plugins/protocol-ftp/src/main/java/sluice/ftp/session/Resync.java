package sluice.ftp.session;

import java.util.Locale;
import sluice.ftp.codec.Reply;

/**
 * Gets back in step with a backend that was told ABOR in a transfer. Servers answer that with one,
 * two or three replies, so that counting proves nothing: when the first has come the server reads
 * commands again and is sent a NOOP, whose 200 none of the others can be.
 *
 * <p>The NOOP waits for that first reply because some servers throw away what stands behind an ABOR
 * that they read during a transfer.
 */
final class Resync {

  static final Reply ABORTED = Reply.of(226, "Abort successful.");

  /** What a reply turned out to be. */
  enum Meaning {
    /** The transfer's final reply. */
    TRANSFER,
    /** ABOR's, or one too many. */
    ABORT,
    /** NOOP's: both are in step again. */
    OVER
  }

  private final FtpSession ftp;
  private final LaterAnswer answer;
  private boolean transferAnswered;
  private boolean abortAnswered;

  /**
   * @param answer to the client's own ABOR; null if it sent none
   */
  Resync(FtpSession ftp, LaterAnswer answer) {
    this.ftp = ftp;
    this.answer = answer;
  }

  /** Sends ABOR. */
  void begin(boolean transferAnsweredAlready) {
    ftp.toBackend("ABOR");
    if (transferAnsweredAlready) {
      sendMarker();
    }
  }

  private void sendMarker() {
    transferAnswered = true;
    ftp.toBackend("NOOP");
  }

  /** Takes a final reply. */
  Meaning take(Reply reply) {
    if (!transferAnswered) {
      sendMarker();
      return Meaning.TRANSFER;
    }
    boolean marker =
        reply.code() == 200 && !reply.text().toUpperCase(Locale.ROOT).contains("ABOR")
            || abortAnswered && reply.code() >= 500;
    if (marker) {
      giveUp();
      return Meaning.OVER;
    }
    abortAnswered = true;
    if (answer != null) {
      answer.set(reply);
    }
    return Meaning.ABORT;
  }

  /** The client has waited long enough for its ABOR's reply. */
  void giveUp() {
    if (answer != null) {
      answer.set(ABORTED);
    }
  }
}
