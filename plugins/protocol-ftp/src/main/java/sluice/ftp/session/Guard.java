package sluice.ftp.session;

import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sluice.api.protocol.Outcome;
import sluice.ftp.codec.Command;
import sluice.ftp.codec.Reply;
import sluice.ftp.policy.CommandPolicy;
import sluice.ftp.policy.FtpPath;
import sluice.ftp.policy.ShownCommands;

/**
 * Holds the listener's rules against a session's commands. The current directory is the backend's
 * own word: it is asked for, unseen by the client, when a rule about paths needs it.
 */
final class Guard {

  private static final Logger LOG = LoggerFactory.getLogger(Guard.class);

  /** Refusals that are logged; a session may have any number. */
  private static final int MOST_LOGGED = 20;

  /** Commands after which the current directory is what it was. */
  private static final Set<String> STAYING =
      Set.of(
          "NOOP", "TYPE", "STRU", "MODE", "PASV", "EPSV", "PORT", "EPRT", "ABOR", "FEAT", "OPTS",
          "HELP", "SYST", "PRET", "REST", "CLNT", "RETR", "STOR", "STOU", "APPE", "LIST", "NLST",
          "MLSD", "MLST", "STAT", "SIZE", "MDTM", "DELE", "MKD", "XMKD", "RNFR", "ALLO", "MFMT",
          "MFCT", "MFF");

  private final FtpSession ftp;
  private final CommandPolicy policy;
  private final ShownCommands shown;
  private FtpPath directory;
  private boolean restart;
  private int refusals;

  Guard(FtpSession ftp, CommandPolicy policy) {
    this.ftp = ftp;
    this.policy = policy;
    this.shown = new ShownCommands(policy);
  }

  /** What FEAT and HELP show. */
  ShownCommands shown() {
    return shown;
  }

  /** Whether a command may go to the backend ahead of its turn. */
  boolean letsPass(Command command) {
    return policy.judge(command, directory).allowed();
  }

  /** What becomes of a command instead of what it wants; empty if it may pass. */
  Optional<Exchange> against(Command command) {
    if (!policy.refusesAnything()) {
      return Optional.empty();
    }
    CommandPolicy.Verdict verdict = policy.judge(command, directory);
    if (verdict.directoryNeeded() && ftp.link() != null) {
      return Optional.of(new DirectoryQuestion(command));
    }
    if (verdict.directoryNeeded()) {
      verdict = policy.judge(command, FtpPath.UNKNOWN);
    }
    if (verdict.refusal().isPresent()) {
      return Optional.of(new RefusedCommand(command, verdict.refusal().get()));
    }
    restart = command.verb().equals("REST") || restart && !Commands.moves(command);
    return Optional.empty();
  }

  /** The client was told the backend's final reply to a command. */
  void replied(Command command, Reply reply) {
    String verb = command.verb();
    if ((verb.equals("PWD") || verb.equals("XPWD")) && reply.code() == 257) {
      directory = FtpPath.ofReply(reply.text());
    } else if (!STAYING.contains(verb)) {
      directory = null;
    }
  }

  private void note(Command command, CommandPolicy.Refusal refusal) {
    refusals++;
    if (refusals <= MOST_LOGGED) {
      LOG.info(
          "{} {} refused by {}{}",
          ftp,
          command,
          refusal.rule(),
          refusals == MOST_LOGGED ? "; further refusals of this session are only counted" : "");
    }
    String site = command.verb().equals("SITE") ? "" : command.readableArgument();
    ftp.session().noteRefusal("command-rules", command.verb(), site, refusal.rule());
  }

  /** Asks the backend where the client is, and then looks at the command again. */
  private final class DirectoryQuestion implements Exchange {

    private final Command command;

    DirectoryQuestion(Command command) {
      this.command = command;
    }

    @Override
    public void start() {
      ftp.toBackend("PWD");
    }

    @Override
    public void reply(Reply reply) {
      if (reply.preliminary() || !reply.last()) {
        return;
      }
      directory = reply.code() == 257 ? FtpPath.ofReply(reply.text()) : FtpPath.UNKNOWN;
      if (!directory.known()) {
        LOG.info("{} the current directory is not known: {}", ftp, reply);
      }
      Exchange next = Commands.exchange(ftp, command);
      if (!directory.known()) {
        directory = null; // Asked again next time; before a log-in nobody is anywhere.
      }
      ftp.replace(this, next);
      next.start();
    }
  }

  /** Says no. A REST before it must not count for the next transfer. */
  private final class RefusedCommand implements Exchange {

    private final Command command;
    private final CommandPolicy.Refusal refusal;

    RefusedCommand(Command command, CommandPolicy.Refusal refusal) {
      this.command = command;
      this.refusal = refusal;
    }

    @Override
    public void start() {
      note(command, refusal);
      if (Commands.moves(command)) {
        ftp.data().drop(Outcome.refused(refusal.rule()));
      }
      if (restart && ftp.link() != null) {
        restart = false;
        ftp.toBackend("REST 0");
      } else {
        answer();
      }
    }

    @Override
    public void reply(Reply reply) {
      if (!reply.preliminary() && reply.last()) {
        answer();
      }
    }

    private void answer() {
      ftp.toClient(Reply.of(refusal.code(), refusal.text()));
      ftp.done(this);
    }
  }
}
