package sluice.ftp.session;

import java.time.Duration;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sluice.api.Side;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.Transfer;
import sluice.api.protocol.TransferSpec;
import sluice.ftp.codec.Command;
import sluice.ftp.codec.Reply;

/**
 * A command that moves data. The client gets its final reply when the backend has given one and the
 * data connection has ended: a success is never told before the last byte was delivered, and never
 * if it was not.
 */
final class TransferExchange implements Exchange {

  private static final Logger LOG = LoggerFactory.getLogger(TransferExchange.class);

  /** How long a 425 is doubted while the data connection is alive. */
  static final Duration DOUBT = Duration.ofSeconds(2);

  /**
   * How long a backend may take to come back in step. vsftpd waits a minute for a data connection,
   * half of which has gone by when the client was answered; others wait much longer, and then the
   * client is better off with a new session.
   */
  private static final Duration RESYNC = Duration.ofSeconds(40);

  private final FtpSession ftp;
  private final Command command;
  private final TransferSpec.Direction direction;
  private DataChannel data;
  private Transfer transfer;
  private boolean started;
  private Reply last;
  private Reply doubtful;
  private boolean answered;
  private Future<?> patience;
  private Resync resync;
  private StatQuestion stat;

  TransferExchange(FtpSession ftp, Command command, TransferSpec.Direction direction) {
    this.ftp = ftp;
    this.command = command;
    this.direction = direction;
  }

  @Override
  public void start() {
    if (begin()) {
      ftp.toBackend(command);
    }
  }

  /** Takes over a command that turned out to move data. */
  void adopt(Reply reply) {
    if (begin()) {
      reply(reply);
    }
  }

  private boolean begin() {
    data = ftp.data().channel();
    if (data == null && ftp.data().outdated()) {
      answered = true;
      ftp.toClient(Reply.of(425, "PROT came after PASV or PORT; please set up the data again."));
      ftp.done(this);
      return false;
    }
    if (data == null && ftp.data().expired()) {
      answered = true;
      ftp.toClient(
          Reply.of(425, "Your data connection was not opened in time; please set it up again."));
      ftp.done(this);
      return false;
    }
    if (data == null) {
      return true; // The backend says what it thinks of that.
    }
    String mode = data.mode();
    String file = command.readableArgument();
    transfer = ftp.session().begin(new TransferSpec(command.verb(), mode, direction, file));
    transfer.carriedBy(data.connection());
    if (data.broken()) {
      deliver(TransferFailure.of(data));
      ftp.done(this);
      return false;
    }
    data.use(this::settle);
    data.connection().joinWithin(ftp.options().dataConnectTimeout());
    data.begin();
    return true;
  }

  @Override
  public void reply(Reply reply) {
    if (reply.preliminary()) {
      started = true;
      if (data != null) {
        data.proceed();
      }
      if (!answered) {
        ftp.toClient(reply);
      }
    } else if (!reply.last()) {
      return; // An endless reply: its end will do.
    } else if (stat != null && stat.takes(reply, last != null || answered, started)) {
      stat.reply(reply, last != null && !answered);
      finishIfInStep();
    } else if (resync != null) {
      resyncing(reply);
    } else if (reply.code() == 425 && data != null && !data.ended() && last == null) {
      doubt(reply);
    } else if (last == null) {
      last = reply;
      settle();
    } else {
      LOG.info("{} the backend said, unasked: {}", ftp, reply);
    }
  }

  /** Tells the client the end, if all that is needed for it is known. */
  private void settle() {
    if (answered || ftp.session().ended()) {
      return;
    }
    if (last == null) {
      waitForTheBackend();
    } else if (data != null && data.refused()) {
      conclude(TransferFailure.of(data)); // Says why; the backend does not know.
    } else if (last.negative() || data == null || data.whole()) {
      conclude(last);
    } else if (data.broken()) {
      conclude(TransferFailure.of(data));
    } else if (!started && !data.joined()) {
      conclude(last); // Done without any data.
    }
  }

  /** The data connection may have ended; the backend has not said anything final. */
  private void waitForTheBackend() {
    if (data == null || !data.ended() || patience != null) {
      return;
    }
    if (data.broken() && data.outcome().result() == Outcome.Result.TIMED_OUT) {
      answerAlone(TransferFailure.of(data));
    } else if (data.broken()) {
      patience =
          ftp.after(ftp.options().dataAbortTimeout(), () -> answerAlone(TransferFailure.of(data)));
    } else {
      patience =
          ftp.after(
              ftp.options().dataIdleTimeout(),
              () -> answerAlone(Reply.of(451, "The server did not confirm the transfer.")));
    }
  }

  /** Answers without the backend, which then has to come back in step. */
  private void answerAlone(Reply reply) {
    if (answered || last != null || resync != null) {
      return;
    }
    LOG.warn(
        "{} {}: data connection {}, and no word from the backend; the client is told: {}",
        ftp,
        command,
        data.outcome(),
        reply);
    deliver(reply);
    resync(null);
  }

  private void conclude(Reply reply) {
    deliver(reply);
    if (resync == null) {
      finishIfInStep();
    }
  }

  private void deliver(Reply reply) {
    answered = true;
    if (patience != null) {
      patience.cancel(false);
    }
    if (data != null) {
      Outcome outcome =
          data.broken()
              ? data.outcome()
              : reply.positive() ? Outcome.ok() : Outcome.failed(Side.BACKEND, reply.toString());
      if (data.broken() || reply.negative()) {
        LOG.info("{} {} was not completed: {}", ftp, command, outcome);
      }
      transfer.end(outcome);
      ftp.data().drop(outcome);
    }
    ftp.toClient(reply);
    if (stat != null) {
      stat.transferAnswered();
    }
    ftp.flushAnswers();
  }

  private void finishIfInStep() {
    if (answered && resync == null && (stat == null || stat.answered())) {
      ftp.done(this);
    }
  }

  /**
   * Some servers tell the owner when a stranger knocks at his data port, and go on: as long as the
   * data connection lives, another reply may follow.
   */
  private void doubt(Reply reply) {
    doubtful = reply;
    ftp.after(DOUBT, this::decide);
  }

  private void decide() {
    if (answered || last != null || resync != null) {
      return;
    }
    if (data.joined() && !data.ended()) {
      ftp.after(DOUBT, this::decide);
    } else {
      last = doubtful;
      settle();
    }
  }

  @Override
  public boolean interrupt(Command interrupting) {
    if (answered || resync != null || !ftp.guard().letsPass(interrupting)) {
      return false;
    }
    if (interrupting.verb().equals("ABOR")) {
      abort();
      return true;
    }
    if (interrupting.verb().equals("STAT") && stat == null && ftp.nothingWaits()) {
      stat = new StatQuestion(ftp, this::finishIfInStep);
      ftp.toBackend(interrupting);
      return true;
    }
    return false;
  }

  private void abort() {
    LaterAnswer answer = ftp.later();
    resync(answer);
    if (data != null) {
      // After the command, so that a server that looks takes the end for what it is.
      data.cut(Outcome.aborted(Side.CLIENT, "the client sent ABOR"));
    }
    if (last != null) {
      deliver(data == null || data.whole() ? last : TransferFailure.ABORTED);
    }
    ftp.after(
        ftp.options().dataAbortTimeout(),
        () -> {
          if (!answered) {
            deliver(TransferFailure.ABORTED);
          }
          answer.set(Resync.ABORTED);
        });
  }

  private void resync(LaterAnswer answer) {
    resync = new Resync(ftp, answer);
    resync.begin(last != null);
    ftp.after(
        RESYNC,
        () -> {
          if (resync != null) {
            ftp.giveUp("the backend did not answer after an aborted transfer");
          }
        });
  }

  private void resyncing(Reply reply) {
    switch (resync.take(reply)) {
      case TRANSFER -> {
        if (!answered) {
          boolean cut = data != null && !data.whole();
          deliver(reply.positive() && cut ? TransferFailure.ABORTED : reply);
        }
      }
      case ABORT -> LOG.debug("{} after ABOR: {}", ftp, reply);
      case OVER -> {
        resync = null;
        if (stat != null) {
          stat.giveUp();
        }
        finishIfInStep();
      }
    }
  }

  @Override
  public boolean answered() {
    return answered && (stat == null || stat.answered());
  }

  @Override
  public boolean transferring() {
    return !answered;
  }

  @Override
  public long bytesMoved() {
    return data == null ? 0 : data.bytesMoved();
  }

  @Override
  public boolean needsBackend() {
    return answered || last == null;
  }
}
