package sluice.ftp.session;

import java.util.function.Consumer;
import sluice.api.PoolRef;

/** A command at which the backend is chosen: it waits for one, and goes on when that is there. */
final class AttachExchange implements Exchange {

  private final FtpSession ftp;
  private final PoolRef pool;
  private final Consumer<Exchange> then;

  /**
   * @param then goes on with the command; told this exchange, which it replaces or ends
   */
  AttachExchange(FtpSession ftp, PoolRef pool, Consumer<Exchange> then) {
    this.ftp = ftp;
    this.pool = pool;
    this.then = then;
  }

  @Override
  public void start() {
    ftp.login().attach(pool, greeting -> then.accept(this));
  }
}
