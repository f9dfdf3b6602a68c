package sluice.ftp.session;

import sluice.ftp.codec.Reply;

/** An answer that the gateway gives itself, in its place among the other replies. */
final class LocalAnswer implements Exchange {

  private final FtpSession ftp;
  private final Reply reply;

  LocalAnswer(FtpSession ftp, int code, String text) {
    this(ftp, Reply.of(code, text));
  }

  LocalAnswer(FtpSession ftp, Reply reply) {
    this.ftp = ftp;
    this.reply = reply;
  }

  @Override
  public void start() {
    ftp.toClient(reply);
    ftp.done(this);
  }
}
