package sluice.ftp.session;

import sluice.api.protocol.Outcome;
import sluice.ftp.codec.Reply;

/** An answer of the gateway's own, after which it ends the session. */
final class LastAnswer implements Exchange {

  private final FtpSession ftp;
  private final Reply reply;
  private final Outcome outcome;

  LastAnswer(FtpSession ftp, int code, String text, Outcome outcome) {
    this.ftp = ftp;
    this.reply = Reply.of(code, text);
    this.outcome = outcome;
  }

  @Override
  public void start() {
    ftp.toClient(reply);
    ftp.session().end(outcome);
  }
}
