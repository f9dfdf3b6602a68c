package sluice.ftp.session;

import java.util.function.Supplier;
import sluice.ftp.codec.Reply;

/**
 * The NOOPs that a client sends in a row while a transfer runs, to keep its control connection
 * open. They keep their place among the commands, which is one place however many they are, so that
 * a long transfer's NOOPs do not keep an ABOR from being read. The backend, which may not read
 * during a transfer, is asked once when it is their turn, and its reply is given for each.
 */
final class NoopRun implements Exchange, Supplier<Exchange> {

  /** A bound for the replies that are written at once. */
  private static final int MOST = 256;

  private final FtpSession ftp;
  private int count = 1;

  NoopRun(FtpSession ftp) {
    this.ftp = ftp;
  }

  /**
   * Takes one more.
   *
   * @return false if there are too many
   */
  boolean takesOneMore() {
    if (count == MOST) {
      return false;
    }
    count++;
    return true;
  }

  @Override
  public Exchange get() {
    return this;
  }

  @Override
  public void start() {
    ftp.toBackend("NOOP");
  }

  @Override
  public void reply(Reply reply) {
    if (reply.preliminary() || !reply.last()) {
      return;
    }
    for (int i = 0; i < count; i++) {
      ftp.toClient(reply);
    }
    ftp.done(this);
  }
}
