package sluice.ftp.session;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sluice.api.Side;
import sluice.api.protocol.Outcome;
import sluice.ftp.codec.Reply;

/** PROT: on the client's side, and under match-client on the backend's too, there first. */
final class ProtExchange implements Exchange {

  private static final Logger LOG = LoggerFactory.getLogger(ProtExchange.class);

  private final FtpSession ftp;
  private final boolean protect;
  private final String text;

  /**
   * @param protect whether data connections are to be under TLS
   * @param text of the 200
   */
  ProtExchange(FtpSession ftp, boolean protect, String text) {
    this.ftp = ftp;
    this.protect = protect;
    this.text = text;
  }

  @Override
  public void start() {
    if (ftp.security().backendFollows()) {
      ftp.security().backend().protect(protect, this::agree, this::refuse);
    } else {
      agree();
    }
  }

  @Override
  public void reply(Reply reply) {
    if (ftp.security().backendFollows()) {
      ftp.security().backend().reply(reply);
    }
  }

  private void agree() {
    if (ftp.security().protectData(protect)) {
      ftp.data().dropForProt(Outcome.aborted(Side.CLIENT, "PROT came after it was set up"));
    }
    ftp.toClient(Reply.of(200, text));
    ftp.done(this);
  }

  private void refuse(String reason, Reply refusal) {
    LOG.warn("{} PROT is refused, as the backend refuses it: {}", ftp, reason);
    ftp.toClient(
        Reply.of(
            protect ? 536 : 534,
            "The server refuses it, and the gateway does as it does: " + refusal.text()));
    ftp.done(this);
  }
}
