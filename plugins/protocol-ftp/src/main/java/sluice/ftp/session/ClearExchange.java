package sluice.ftp.session;

import sluice.api.Side;
import sluice.api.protocol.Outcome;
import sluice.ftp.codec.Reply;

/** CCC (RFC 4217, section 6): the control connection goes on in clear text. */
final class ClearExchange implements Exchange {

  private final FtpSession ftp;

  ClearExchange(FtpSession ftp) {
    this.ftp = ftp;
  }

  @Override
  public void start() {
    ftp.toClient(Reply.of(200, "The control connection is in clear text from here on."));
    ftp.security()
        .stopClient()
        .addListener(
            stopped -> {
              if (stopped.isSuccess()) {
                ftp.done(this);
              } else if (!ftp.session().ended()) {
                ftp.session()
                    .end(Outcome.failed(Side.CLIENT, "CCC: " + stopped.cause().getMessage()));
              }
            });
  }
}
