package sluice.ftp.session;

import sluice.ftp.codec.Reply;

/**
 * A STAT that was sent in the middle of a transfer. Servers answer it at once, after the transfer,
 * or refuse it; the client gets the replies in the order in which the backend gave them.
 */
final class StatQuestion {

  private final FtpSession ftp;
  private final Runnable answeredLate;
  private Reply held;
  private boolean answered;

  /**
   * @param answeredLate told if the gateway had to answer after the transfer had ended
   */
  StatQuestion(FtpSession ftp, Runnable answeredLate) {
    this.ftp = ftp;
    this.answeredLate = answeredLate;
  }

  /**
   * Whether a final reply is this question's.
   *
   * @param transferReplied whether the transfer's own final reply has come
   * @param started whether the transfer had a preliminary reply
   */
  boolean takes(Reply reply, boolean transferReplied, boolean started) {
    if (answered || held != null) {
      return false;
    }
    int code = reply.code();
    return code >= 211 && code <= 213
        || started && code >= 500 && code <= 504
        || transferReplied && code >= 400;
  }

  /**
   * Takes the reply.
   *
   * @param keep whether the transfer's own reply came before it and is still kept
   */
  void reply(Reply reply, boolean keep) {
    if (keep) {
      held = reply;
    } else {
      answered = true;
      ftp.toClient(reply);
    }
  }

  /** The transfer's own reply was given to the client. */
  void transferAnswered() {
    if (held != null && !answered) {
      answered = true;
      ftp.toClient(held);
    } else if (!answered) {
      ftp.after(
          ftp.options().dataAbortTimeout(),
          () -> {
            giveUp();
            answeredLate.run();
          });
    }
  }

  /** Answers without the backend, if it has not. */
  void giveUp() {
    if (!answered) {
      answered = true;
      ftp.toClient(Reply.of(450, "The server did not answer STAT during the transfer."));
    }
  }

  boolean answered() {
    return answered;
  }
}
