package sluice.ftp.session;

import io.netty.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sluice.api.Side;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.TlsFacts;
import sluice.ftp.codec.Reply;

/**
 * The beginning of TLS with the client.
 *
 * <p>AUTH TLS: a client waits for its 234 before it sends anything else, so whatever has come
 * behind the command in clear text is somebody else's, put there for the client to say it under
 * TLS: it is thrown away with the session (RFC 4217, section 15).
 *
 * <p>Under match-client the backend comes first: a client is never told 234 when the backend's side
 * stays plain.
 */
final class AuthExchange implements Exchange {

  private static final Logger LOG = LoggerFactory.getLogger(AuthExchange.class);

  private final FtpSession ftp;

  AuthExchange(FtpSession ftp) {
    this.ftp = ftp;
  }

  /** TLS before any word of FTP. */
  static void implicit(FtpSession ftp, Runnable then) {
    try {
      ftp.security().prepareClient();
    } catch (IllegalArgumentException e) {
      LOG.error("{} TLS is not possible: {}", ftp, e.getMessage());
      ftp.session().end(Outcome.failed(null, e.getMessage()));
      return;
    }
    ftp.security()
        .startClient()
        .addListener(
            handshake -> {
              if (handshake.isSuccess() && !ftp.session().ended()) {
                then.run();
              } else if (!handshake.isSuccess()) {
                failed(ftp, handshake.cause());
              }
            });
  }

  @Override
  public void start() {
    // This may run in the middle of what was read: look at it when all of it has been cut up.
    ftp.session().eventLoop().execute(this::begin);
  }

  private void begin() {
    if (ftp.session().ended() || injected()) {
      return;
    }
    try {
      ftp.security().prepareClient();
    } catch (IllegalArgumentException e) {
      LOG.error("{} TLS is not possible: {}", ftp, e.getMessage());
      ftp.toClient(Reply.of(431, "TLS is not possible at the moment."));
      ftp.done(this);
      return;
    }
    if (ftp.security().backendFollows()) {
      ftp.security().backend().begin(this::agree, this::backendFailed);
    } else {
      agree();
    }
  }

  private boolean injected() {
    if (!ftp.hasMoreFromClient()) {
      return false;
    }
    LOG.warn("{} refused: there was clear text behind AUTH, sent by the client or on the way", ftp);
    ftp.toClient(
        Reply.of(421, "Nothing may follow AUTH before its reply; closing control connection."));
    ftp.session().end(Outcome.refused("clear text behind AUTH"));
    return true;
  }

  private void agree() {
    if (ftp.session().ended() || injected()) {
      return;
    }
    ftp.toClient(Reply.of(234, "TLS it is; begin."));
    ftp.security().startClient().addListener(this::secured);
  }

  @Override
  public void reply(Reply reply) {
    if (ftp.security().backendFollows()) {
      ftp.security().backend().reply(reply);
    }
  }

  private void backendFailed(String reason, Reply refusal) {
    LOG.warn("{} no TLS for this session, as the backend has none: {}", ftp, reason);
    if (refusal != null) {
      ftp.security().forgetClient();
      ftp.toClient(Reply.of(534, "The server offers no TLS, and the gateway does as it does."));
      ftp.done(this);
    } else {
      ftp.toClient(Reply.of(421, "No TLS with the server; closing control connection."));
      ftp.session().end(Outcome.failed(Side.BACKEND, reason));
    }
  }

  private void secured(Future<? super TlsFacts> handshake) {
    if (handshake.isSuccess()) {
      LOG.debug("{} client: {}", ftp, handshake.getNow());
      ftp.login().secured(this);
    } else {
      failed(ftp, handshake.cause());
    }
  }

  /** The client's TLS did not come about. */
  private static void failed(FtpSession ftp, Throwable cause) {
    if (ftp.session().ended()) {
      return;
    }
    LOG.info("{} TLS with the client failed: {}", ftp, cause.getMessage());
    ftp.session().end(Outcome.failed(Side.CLIENT, "TLS failed: " + cause.getMessage()));
  }
}
