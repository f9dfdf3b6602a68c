package sluice.ftp.session;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import sluice.api.SessionKey;
import sluice.api.Side;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.TransferSpec.Direction;
import sluice.ftp.codec.BadLine;
import sluice.ftp.codec.ClientLine;
import sluice.ftp.codec.Command;
import sluice.ftp.codec.Features;
import sluice.ftp.codec.Reply;
import sluice.ftp.login.LoginKeys;
import sluice.ftp.policy.LoginGuard;

/** Which exchange a command becomes. What is not named here passes untouched. */
final class Commands {

  private static final Map<String, Direction> TRANSFERS =
      Map.of(
          "RETR", Direction.DOWNLOAD,
          "LIST", Direction.DOWNLOAD,
          "NLST", Direction.DOWNLOAD,
          "MLSD", Direction.DOWNLOAD,
          "STOR", Direction.UPLOAD,
          "STOU", Direction.UPLOAD,
          "APPE", Direction.UPLOAD);

  private static final Set<String> SECURITY =
      Set.of("AUTH", "PBSZ", "PROT", "CCC", "ADAT", "MIC", "CONF", "ENC", "SSCN");

  private static final Set<String> LOGIN = Set.of("USER", "PASS", "ACCT");

  private static final List<String> PROVIDED = List.of("EPRT", "EPSV");
  private static final List<String> PROVIDED_WITH_TLS = List.of("AUTH TLS", "PBSZ", "PROT");

  /** Other ways to open a data connection, which the gateway does not carry. */
  private static final Set<String> OTHER_DATA =
      Set.of("LPRT", "LPSV", "SPSV", "CPSV", "P@SW", "P@RT");

  /** What FEAT must not show: the above, and HOST, unless backends are chosen by it. */
  private static final Set<String> HIDDEN =
      Set.of(
          "AUTH", "PBSZ", "PROT", "CCC", "ADAT", "MIC", "CONF", "ENC", "SSCN", "LPRT", "LPSV",
          "SPSV", "CPSV", "HOST");

  private Commands() {}

  static Exchange exchange(FtpSession ftp, ClientLine line) {
    if (line instanceof BadLine bad) {
      return new LocalAnswer(ftp, bad.code(), bad.text());
    }
    Command command = (Command) line;
    boolean security = SECURITY.contains(command.verb());
    Optional<LocalAnswer> refusal =
        security ? Optional.empty() : ftp.security().refusal(ftp, command);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    return ftp.guard()
        .against(command)
        .orElseGet(
            () -> security ? SecurityCommands.exchange(ftp, command) : permitted(ftp, command));
  }

  /** Whether it is a command that moves data. */
  static boolean moves(Command command) {
    return TRANSFERS.containsKey(command.verb());
  }

  private static Exchange permitted(FtpSession ftp, Command command) {
    String verb = command.verb();
    if (ftp.login().greets()) {
      Optional<Exchange> own = LoginCommands.exchange(ftp, command);
      if (own.isPresent()) {
        return own.get();
      }
    }
    Direction direction = TRANSFERS.get(verb);
    if (direction != null) {
      return new TransferExchange(ftp, command, direction);
    }
    if (OTHER_DATA.contains(verb)) {
      return new LocalAnswer(ftp, 502, verb + " is not available; use EPSV, PASV, EPRT or PORT.");
    }
    return switch (verb) {
      case "PASV", "EPSV", "PORT", "EPRT" -> new DataSetup(ftp, command);
      case "MODE" -> mode(ftp, command);
      case "FEAT" ->
          new PlainExchange(
              ftp,
              command,
              reply -> {
                ftp.login().features().learn(ftp.link().backend(), reply);
                return features(ftp, reply);
              },
              reply -> {});
      case "USER" -> {
        ftp.session().set(SessionKey.USER, command.readableArgument());
        ftp.security().userNamed();
        yield plain(ftp, command, reply -> {});
      }
      case "PASS", "ACCT" -> plain(ftp, command, reply -> ftp.login().answered(command, reply));
      case "HOST" -> {
        ftp.session().set(LoginKeys.HOST, command.readableArgument());
        yield plain(ftp, command, reply -> {});
      }
      case "REIN" ->
          ftp.security().any()
              ? new LocalAnswer(ftp, 502, "REIN is not available under TLS; please connect again.")
              : plain(ftp, command, reply -> reinitialise(ftp, reply));
      case "QUIT" -> plain(ftp, command, reply -> ftp.session().end(Outcome.ok()));
      default -> plain(ftp, command, reply -> {});
    };
  }

  /** A reply to FEAT as the client is to see it. */
  static Reply features(FtpSession ftp, Reply reply) {
    List<String> provided = new ArrayList<>(PROVIDED);
    if (ftp.security().options().offered()) {
      provided.addAll(PROVIDED_WITH_TLS);
    }
    if (ftp.login().greets() && ftp.login().byHost()) {
      provided.add("HOST");
    }
    Collections.sort(provided);
    return ftp.guard().shown().features(Features.through(reply, HIDDEN, provided));
  }

  private static void reinitialise(FtpSession ftp, Reply reply) {
    if (reply.positive()) {
      ftp.data().reinitialise(Outcome.aborted(Side.CLIENT, "the client sent REIN"));
      ftp.security().reinitialise();
    }
  }

  /** Block and compressed mode do not end with the data connection, so its end proves nothing. */
  private static Exchange mode(FtpSession ftp, Command command) {
    String mode = command.argument().strip();
    if (mode.equalsIgnoreCase("B") || mode.equalsIgnoreCase("C")) {
      return new LocalAnswer(ftp, 504, "MODE " + mode + " is not available; use MODE S.");
    }
    return plain(ftp, command, reply -> {});
  }

  static Exchange plain(FtpSession ftp, Command command, Consumer<Reply> after) {
    Consumer<Reply> told = reply -> ftp.guard().replied(command, reply);
    Optional<LoginGuard> logins = ftp.rules().logins();
    if (LOGIN.contains(command.verb()) && logins.isPresent()) {
      return new LoginExchange(ftp, command, logins.get(), told.andThen(after));
    }
    boolean help =
        command.verb().equals("HELP")
            || command.verb().equals("SITE")
                && new Command(command.argument()).verb().equals("HELP");
    return new PlainExchange(
        ftp,
        command,
        help ? reply -> ftp.guard().shown().help(command, reply) : UnaryOperator.identity(),
        told.andThen(after));
  }
}
