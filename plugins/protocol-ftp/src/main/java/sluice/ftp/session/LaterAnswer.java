package sluice.ftp.session;

import java.util.function.Supplier;
import sluice.ftp.codec.Reply;

/**
 * The place in the queue of a command that was told to the backend ahead of its turn (ABOR): its
 * reply is kept until those before it were given.
 */
final class LaterAnswer implements Exchange, Supplier<Exchange> {

  private final FtpSession ftp;
  private Reply reply;

  LaterAnswer(FtpSession ftp) {
    this.ftp = ftp;
  }

  /** Gives the reply, as soon as it is its turn; only the first counts. */
  void set(Reply given) {
    if (reply == null) {
      reply = given;
      ftp.flushAnswers();
    }
  }

  /** The reply, or null as long as there is none. */
  Reply reply() {
    return reply;
  }

  @Override
  public Exchange get() {
    return this;
  }

  @Override
  public void start() {
    ftp.toClient(reply == null ? Resync.ABORTED : reply);
    ftp.done(this);
  }
}
