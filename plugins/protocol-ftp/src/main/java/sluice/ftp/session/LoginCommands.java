package sluice.ftp.session;

import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sluice.api.PoolRef;
import sluice.api.SessionKey;
import sluice.api.Side;
import sluice.api.protocol.Outcome;
import sluice.ftp.codec.Command;
import sluice.ftp.codec.Reply;
import sluice.ftp.login.Choice;
import sluice.ftp.login.ChooseAt;
import sluice.ftp.login.LoginKeys;

/** Commands in a session that the gateway has greeted: those that need no backend, or choose it. */
final class LoginCommands {

  private static final Logger LOG = LoggerFactory.getLogger(LoginCommands.class);

  private LoginCommands() {}

  /** The exchange of a command; empty if it is the backend's as in any other session. */
  static Optional<Exchange> exchange(FtpSession ftp, Command command) {
    String verb = command.verb();
    return switch (verb) {
      case "USER" -> Optional.of(user(ftp, command));
      case "HOST" -> Optional.of(host(ftp, command));
      case "REIN" -> Optional.of(reinitialise(ftp));
      default -> ftp.link() == null ? Optional.of(alone(ftp, command)) : Optional.empty();
    };
  }

  /** What the gateway says of its own as long as there is no backend. */
  private static Exchange alone(FtpSession ftp, Command command) {
    Login login = ftp.login();
    return switch (command.verb()) {
      case "PASS" -> pass(ftp, command);
      case "ACCT" -> answer(ftp, 503, "ACCT comes after USER and PASS.");
      case "FEAT" -> new LocalAnswer(ftp, Commands.features(ftp, login.commonFeatures()));
      case "SYST" -> answer(ftp, 215, "UNIX Type: L8");
      case "NOOP" -> answer(ftp, 200, "NOOP done.");
      case "HELP" ->
          answer(
              ftp,
              214,
              "Before login: ACCT AUTH CLNT FEAT HELP HOST NOOP OPTS PASS PBSZ PROT QUIT REIN SYST"
                  + " USER.");
      case "OPTS" -> opts(ftp, command);
      case "CLNT" -> software(ftp, command);
      case "QUIT" -> new LastAnswer(ftp, 221, "Goodbye.", Outcome.ok());
      default -> answer(ftp, 530, "Please log in with USER and PASS.");
    };
  }

  private static Exchange pass(FtpSession ftp, Command command) {
    if (ftp.login().takesBackTurnedAway()) {
      Reply incorrect = Reply.of(530, "Login incorrect.");
      return ftp.rules()
          .logins()
          .<Exchange>map(guard -> LoginExchange.refusing(ftp, command, guard, incorrect))
          .orElseGet(() -> new LocalAnswer(ftp, incorrect));
    }
    return answer(ftp, 503, "PASS comes after USER.");
  }

  private static Exchange opts(FtpSession ftp, Command command) {
    String argument = command.argument().strip();
    if (argument.isEmpty()) {
      return answer(ftp, 501, "OPTS takes the name of a command.");
    }
    // Names pass byte for byte, so that the answer is the same for ON and OFF.
    if (argument.toUpperCase(Locale.ROOT).matches("UTF-?8( +(ON|OFF|NLST))?")) {
      ftp.login().says(ftp.login().said().withUtf8(argument));
      return answer(ftp, 200, "OPTS " + argument.toUpperCase(Locale.ROOT) + " done.");
    }
    return answer(ftp, 530, "Please log in with USER and PASS.");
  }

  private static Exchange software(FtpSession ftp, Command command) {
    if (command.argument().isBlank()) {
      return answer(ftp, 501, "CLNT takes the name of a program.");
    }
    ftp.login().says(ftp.login().said().withSoftware(command.argument()));
    ftp.session().set(SessionKey.CLIENT_SOFTWARE, command.readableArgument());
    return answer(ftp, 200, "Noted.");
  }

  /** RFC 7151, section 3. */
  private static Exchange host(FtpSession ftp, Command command) {
    Login login = ftp.login();
    if (!login.byHost() && ftp.link() != null && login.moment() != ChooseAt.USER) {
      return Commands.plain(ftp, command, reply -> {});
    }
    if (!login.byHost()) {
      return answer(ftp, 502, "HOST is not available here.");
    }
    if (ftp.security().isUserNamed()) {
      return answer(ftp, 503, "HOST comes before USER.");
    }
    String name = command.argument().strip();
    if (!name.matches("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*\\.?|\\[[0-9A-Fa-f:.]+\\]")) {
      return answer(ftp, 501, "HOST takes a host name, or an address in brackets.");
    }
    login.says(login.said().withHost(name));
    ftp.session().set(LoginKeys.HOST, name);
    if (login.moment() != ChooseAt.HOST) {
      return login.anyPossible()
          ? answer(ftp, 220, "Host accepted.")
          : answer(ftp, 504, "There is no such host here.");
    }
    leave(ftp);
    return login
        .choose()
        .<Exchange>map(
            choice ->
                new AttachExchange(
                    ftp, choice.pool(), attached -> goOn(ftp, attached, hosted(ftp, command))))
        .orElseGet(() -> answer(ftp, 504, "There is no such host here."));
  }

  /** A host that a rule names is known here, whether its backend knows it or not. */
  private static Exchange hosted(FtpSession ftp, Command command) {
    if (!ftp.login().features().offers(ftp.link().backend(), "HOST")) {
      return answer(ftp, 220, "Host accepted.");
    }
    UnaryOperator<Reply> told =
        reply ->
            reply.negative() && ftp.login().hostIsNamed() ? Reply.of(220, "Host accepted.") : reply;
    return new PlainExchange(ftp, command, told, reply -> {});
  }

  private static Exchange user(FtpSession ftp, Command command) {
    Login login = ftp.login();
    String named = command.readableArgument();
    if (named.isBlank()) {
      return answer(ftp, 501, "USER takes a name.");
    }
    Optional<Choice> choice = login.choose(named);
    if (login.in()) {
      if (choice.map(Choice::pool).filter(pool -> pool.equals(login.pool())).isEmpty()) {
        return answer(ftp, 530, "That user is not served in this session; please connect again.");
      }
      ftp.session().set(SessionKey.USER, named);
      return tell(ftp, command, choice.get());
    }
    ftp.session().set(SessionKey.USER, named);
    ftp.security().userNamed();
    if (choice.isEmpty()) {
      String cause = "no rule names the user " + shown(named);
      LOG.info("{} refused: {}", ftp, cause);
      ftp.session().noteRefusal("unknown-user", "USER", "", cause);
      leave(ftp);
      login.turnsUserAway();
      // The same as for others, so that who is known here cannot be found out by trying.
      return answer(ftp, 331, "Password required.");
    }
    PoolRef pool = choice.get().pool();
    if (ftp.link() != null && stays(login, pool, named)) {
      return tell(ftp, command, choice.get());
    }
    if (ftp.link() != null && login.changesTooOften()) {
      return new LastAnswer(
          ftp,
          421,
          "Too many users were tried; closing control connection.",
          Outcome.aborted(Side.CLIENT, "tried too many users"));
    }
    leave(ftp);
    return new AttachExchange(
        ftp, pool, attached -> goOn(ftp, attached, tell(ftp, command, choice.get())));
  }

  /** Whether the backend that is there is the one for this user too. */
  private static boolean stays(Login login, PoolRef pool, String named) {
    return pool.equals(login.pool())
        && (login.moment() != ChooseAt.USER || named.equals(login.user()));
  }

  private static Exchange tell(FtpSession ftp, Command command, Choice choice) {
    ftp.login().names(command.readableArgument());
    String argument = command.argument();
    int at = argument.lastIndexOf('@');
    Command told =
        choice.stripSite() && at >= 0 ? new Command("USER " + argument.substring(0, at)) : command;
    return Commands.plain(ftp, told, reply -> ftp.login().answered(told, reply));
  }

  private static void goOn(FtpSession ftp, Exchange attached, Exchange next) {
    ftp.replace(attached, next);
    next.start();
  }

  private static Exchange reinitialise(FtpSession ftp) {
    if (ftp.security().begun()) {
      return answer(ftp, 502, "REIN is not available under TLS; please connect again.");
    }
    return new Exchange() {
      @Override
      public void start() {
        leave(ftp);
        ftp.data().reinitialise(Outcome.aborted(Side.CLIENT, "the client sent REIN"));
        ftp.security().reinitialise();
        ftp.login().reinitialise();
        ftp.login().greet();
        ftp.done(this);
      }
    };
  }

  private static void leave(FtpSession ftp) {
    if (ftp.link() != null) {
      ftp.data().drop(Outcome.aborted(Side.CLIENT, "logs in elsewhere"));
      ftp.login().leave();
    }
  }

  private static Exchange answer(FtpSession ftp, int code, String text) {
    return new LocalAnswer(ftp, code, text);
  }

  private static String shown(String name) {
    String shown = name.replaceAll("\\p{Cntrl}", "?");
    return shown.length() > 100 ? shown.substring(0, 100) + "..." : shown;
  }
}
