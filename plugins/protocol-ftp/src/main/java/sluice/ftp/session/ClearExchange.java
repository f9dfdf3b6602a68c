package sluice.ftp.session;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sluice.api.Side;
import sluice.api.protocol.Outcome;
import sluice.ftp.codec.Reply;

/**
 * CCC (RFC 4217, section 6): the control connection goes on in clear text. Under match-client the
 * backend's comes first, and if that stays under TLS, so does the client's.
 */
final class ClearExchange implements Exchange {

  private static final Logger LOG = LoggerFactory.getLogger(ClearExchange.class);

  private final FtpSession ftp;

  ClearExchange(FtpSession ftp) {
    this.ftp = ftp;
  }

  @Override
  public void start() {
    Security security = ftp.security();
    if (security.backendFollows() && security.backend().control()) {
      security.backend().clear(this::clear, this::backendFailed);
    } else {
      clear();
    }
  }

  @Override
  public void reply(Reply reply) {
    if (ftp.security().backendFollows()) {
      ftp.security().backend().reply(reply);
    }
  }

  private void clear() {
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

  private void backendFailed(String reason, Reply refusal) {
    LOG.info("{} CCC is refused, as the backend refuses it: {}", ftp, reason);
    if (refusal != null) {
      ftp.toClient(Reply.of(534, "The server keeps its TLS, and so does the gateway."));
      ftp.done(this);
    } else {
      ftp.toClient(Reply.of(421, "The server did not end its TLS; closing control connection."));
      ftp.session().end(Outcome.failed(Side.BACKEND, reason));
    }
  }
}
