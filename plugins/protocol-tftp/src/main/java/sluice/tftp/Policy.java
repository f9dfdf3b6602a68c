package sluice.tftp;

import java.net.InetAddress;
import java.util.Optional;
import sluice.api.PoolRef;
import sluice.tftp.hot.HotCache;
import sluice.tftp.packet.Packets;
import sluice.tftp.packet.TftpRequest;
import sluice.tftp.rules.Rules;

/** What a listener's options say of each request. Used by all sockets of a listener. */
final class Policy {

  /** Goes through every tunnel that people use. */
  private static final int FILL_BLKSIZE = 1428;

  private static final int FILL_WINDOWSIZE = 16;

  private final TftpOptions options;
  private final Rules rules;
  private final Mtus mtus = new Mtus();

  /**
   * Why a request is refused.
   *
   * @param reason for the counter
   * @param code of the ERROR that the client gets
   * @param message its text
   */
  record Denial(String reason, int code, String message) {}

  Policy(TftpOptions options) {
    this.options = options;
    this.rules = new Rules(options.readOnly(), options.rules(), options.routes());
  }

  TftpOptions options() {
    return options;
  }

  /** Why a request is refused, if it is. */
  Optional<Denial> denial(TftpRequest request, InetAddress client) {
    if (options.mail() == TftpOptions.Mail.REFUSE && request.mode().equals("mail")) {
      return Optional.of(
          new Denial(
              "mode", Packets.ILLEGAL_OPERATION, "Mode mail is refused here (mail: refuse)"));
    }
    return rules
        .refusal(request, client)
        .map(reason -> new Denial("rule", Packets.ACCESS_VIOLATION, "Access violation: " + reason));
  }

  /** The pool that a request goes to, if it is not the listener's. */
  Optional<PoolRef> pool(TftpRequest request, InetAddress client) {
    return rules.pool(request, client);
  }

  /**
   * What may be agreed on.
   *
   * @param dialled the address of this machine that the client sent to
   */
  Limits limits(InetAddress dialled) {
    int blksize = options.maxBlksize();
    if (options.blksizeByMtu()) {
      int fitting = mtus.blksize(dialled);
      blksize = blksize == 0 || fitting > 0 && fitting < blksize ? fitting : blksize;
    }
    return new Limits(blksize, options.maxWindowsize());
  }

  /** What reads of hot files ask backends for. */
  HotCache.FillLimits fills() {
    int blksize = options.maxBlksize() == 0 ? FILL_BLKSIZE : options.maxBlksize();
    int windowsize = options.maxWindowsize() == 0 ? FILL_WINDOWSIZE : options.maxWindowsize();
    return new HotCache.FillLimits(blksize, Math.min(windowsize, FILL_WINDOWSIZE));
  }
}
