package sluice.ftp.session;

import java.net.InetAddress;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sluice.api.protocol.Outcome;
import sluice.ftp.codec.Command;
import sluice.ftp.codec.Reply;
import sluice.ftp.policy.LoginGuard;

/**
 * USER, PASS or ACCT where failed log-ins have consequences: the reply to one that failed is held
 * back, and after one too many the client's address is banned.
 */
final class LoginExchange implements Exchange {

  private static final Logger LOG = LoggerFactory.getLogger(LoginExchange.class);

  /** Servers that are full say so with the same 530. */
  private static final Pattern FULL =
      Pattern.compile("(?i)maximum|too many|limit|try (again )?later");

  private final FtpSession ftp;
  private final Command command;
  private final LoginGuard guard;
  private final Consumer<Reply> after;
  private final InetAddress client;

  /** The gateway's own answer, where no backend is asked; else null. */
  private Reply own;

  LoginExchange(FtpSession ftp, Command command, LoginGuard guard, Consumer<Reply> after) {
    this.ftp = ftp;
    this.command = command;
    this.guard = guard;
    this.after = after;
    this.client = ftp.session().info().clientAddress().getAddress();
  }

  /** A log-in that the gateway refuses itself. */
  static LoginExchange refusing(
      FtpSession ftp, Command command, LoginGuard guard, Reply incorrect) {
    LoginExchange exchange = new LoginExchange(ftp, command, guard, reply -> {});
    exchange.own = incorrect;
    return exchange;
  }

  /**
   * Ends the session of a banned client.
   *
   * @return whether it was banned
   */
  static boolean banned(FtpSession ftp, LoginGuard guard) {
    InetAddress client = ftp.session().info().clientAddress().getAddress();
    return guard
        .banned(client)
        .map(
            left -> {
              sayBanned(ftp, left);
              return true;
            })
        .orElse(false);
  }

  private static void sayBanned(FtpSession ftp, Duration left) {
    String cause = "too many failed log-ins from this address";
    ftp.session().noteRefusal("banned", "", "", cause);
    ftp.toClient(
        Reply.of(421, "Too many failed log-ins from your address; try again in " + text(left)));
    ftp.session().end(Outcome.refused("banned: " + cause));
  }

  private static String text(Duration left) {
    long seconds = Math.max(1, left.toSeconds());
    return seconds < 120 ? seconds + " s." : (seconds + 59) / 60 + " min.";
  }

  @Override
  public void start() {
    // Sessions from before the ban cannot go on guessing.
    if (banned(ftp, guard)) {
      return;
    }
    if (own != null) {
      failed(own);
    } else {
      ftp.toBackend(command);
    }
  }

  @Override
  public void reply(Reply reply) {
    if (reply.preliminary() || !reply.last()) {
      ftp.toClient(reply);
    } else if (reply.code() == 530 || reply.code() == 430) {
      failed(reply);
    } else {
      if (reply.code() == 230 || reply.code() == 232) {
        guard.succeeded(client);
      }
      answer(reply);
    }
  }

  private void failed(Reply reply) {
    if (FULL.matcher(reply.text()).find()) {
      answer(reply);
      return;
    }
    LoginGuard.Consequence consequence = guard.failed(client);
    ftp.session().noteRefusal("failed-login", command.verb(), "", "it was answered with " + reply);
    if (consequence.ban().isPresent()) {
      LOG.warn(
          "{} {} is banned for {} after too many failed log-ins",
          ftp,
          client.getHostAddress(),
          text(consequence.ban().get()));
      sayBanned(ftp, consequence.ban().get());
    } else if (consequence.delay().isZero()) {
      answer(reply);
    } else {
      ftp.after(consequence.delay(), () -> answer(reply));
    }
  }

  private void answer(Reply reply) {
    ftp.toClient(reply);
    after.accept(reply);
    ftp.done(this);
  }
}
