package sluice.ftp.session;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sluice.api.PoolRef;
import sluice.api.SessionInfo;
import sluice.api.SessionKey;
import sluice.api.Side;
import sluice.api.protocol.Outcome;
import sluice.ftp.codec.Command;
import sluice.ftp.codec.Reply;
import sluice.ftp.login.Caller;
import sluice.ftp.login.Choice;
import sluice.ftp.login.Choose;
import sluice.ftp.login.ChooseAt;
import sluice.ftp.login.KnownFeatures;
import sluice.ftp.login.PoolChoice;
import sluice.ftp.login.Said;

/**
 * How far a client has come with its log-in, and who is to serve it. In most listeners a session
 * has its backend from the start; in the others the gateway greets and answers until the backend is
 * chosen. On the session's event loop.
 */
final class Login {

  private static final Logger LOG = LoggerFactory.getLogger(Login.class);

  /** Other backends for other users in one session; then it ends, like after failed log-ins. */
  private static final int MOST_CHANGES = 10;

  private final FtpSession ftp;
  private final Choose options;
  private final PoolChoice rules;
  private final KnownFeatures features;
  private Said said = Said.NOTHING;
  private boolean greets;
  private boolean turnedAway;
  private boolean in;
  private PoolRef pool;
  private String user;
  private int changes;
  private Future<?> timer;

  Login(FtpSession ftp, PoolChoice rules, KnownFeatures features) {
    this.ftp = ftp;
    this.options = ftp.options().choose();
    this.rules = rules;
    this.features = features;
  }

  /** When the backend is chosen. */
  ChooseAt moment() {
    return options.moment();
  }

  /** Whether the gateway has greeted itself, so that commands are taken without a backend. */
  boolean greets() {
    return greets;
  }

  /** Whether a client may choose by HOST. */
  boolean byHost() {
    return options.byHost();
  }

  KnownFeatures features() {
    return features;
  }

  /**
   * The client is there, under TLS if it begins with that: the gateway greets, unless everything
   * that the choice goes by is known, and then the backend does.
   */
  void arrived() {
    boolean known =
        moment() == ChooseAt.ACCEPT
            || moment() == ChooseAt.SERVER_NAME && ftp.options().tls().implicit();
    if (!known && !ftp.session().refused()) {
      greets = true;
      greet();
      ftp.pump();
      return;
    }
    Optional<PoolRef> chosen =
        moment() == ChooseAt.ACCEPT || ftp.session().refused()
            ? Optional.of(ftp.session().pool())
            : choose().map(Choice::pool);
    if (chosen.isEmpty()) {
      turnAway();
      return;
    }
    attach(
        chosen.get(),
        greeting -> {
          ftp.toClient(greeting);
          ftp.pump();
        });
  }

  /** Tells the client that the gateway is ready, and gives it its time to log in. */
  void greet() {
    String text =
        new String(
            options.greeting().strip().getBytes(StandardCharsets.UTF_8),
            StandardCharsets.ISO_8859_1);
    List<String> lines = new ArrayList<>(text.lines().toList());
    int last = lines.size() - 1;
    lines.replaceAll(line -> "220-" + line);
    lines.set(last, "220 " + lines.get(last).substring(4));
    ftp.toClient(new Reply(220, lines, true));
    if (timer != null) {
      timer.cancel(false);
    }
    timer = ftp.after(options.loginTimeout(), this::late);
  }

  private void late() {
    if (!in) {
      ftp.toClient(Reply.of(421, "Login took too long; closing control connection."));
      ftp.session()
          .end(
              Outcome.timedOut(
                  Side.CLIENT,
                  "not logged in within " + options.loginTimeout().toSeconds() + " s"));
    }
  }

  /** Nobody serves clients like this one; says so and ends. */
  void turnAway() {
    LOG.info("{} refused: no rule names this client", ftp);
    ftp.session().noteRefusal("unknown-client", "", "", "no rule names this client");
    ftp.toClient(Reply.of(421, "There is no service here for this client."));
    ftp.session().end(Outcome.refused("no rule names this client"));
  }

  /** Asks for a backend of a pool; the client is told if there is none. */
  void attach(PoolRef chosen, Consumer<Reply> attached) {
    pool = chosen;
    ftp.attachment().ask(chosen, attached);
  }

  /** The client's TLS is begun: that may be all that the choice has waited for. */
  void secured(Exchange auth) {
    if (!greets || moment() != ChooseAt.SERVER_NAME) {
      ftp.done(auth);
      return;
    }
    Optional<Choice> choice = choose();
    if (choice.isEmpty()) {
      turnAway();
      return;
    }
    AttachExchange attach = new AttachExchange(ftp, choice.get().pool(), ftp::done);
    ftp.replace(auth, attach);
    attach.start();
  }

  /** Gives the backend back. */
  void leave() {
    pool = null;
    user = null;
    ftp.attachment().leave();
  }

  /** Who is to serve the client as far as it is known; empty if nobody is. */
  Optional<Choice> choose() {
    return rules.of(caller(Optional.empty()), ftp.session().pool());
  }

  /** Who is to serve this user; empty if nobody is. */
  Optional<Choice> choose(String named) {
    return rules.of(caller(Optional.of(named)), ftp.session().pool());
  }

  private Caller caller(Optional<String> named) {
    SessionInfo info = ftp.session().info();
    return new Caller(
        named,
        info.get(SessionKey.SERVER_NAME),
        said.host(),
        info.get(SessionKey.CERTIFICATE_SUBJECT));
  }

  /** Whether a rule names the host that the client has sent. */
  boolean hostIsNamed() {
    return rules.namesHost(caller(Optional.empty()));
  }

  /** Whether some pool may serve the client, whatever user it names. */
  boolean anyPossible() {
    return !possible().isEmpty();
  }

  private Set<PoolRef> possible() {
    return rules.possible(caller(Optional.empty()), ftp.session().pool());
  }

  /** What all backends that may serve the client offer, as a reply to FEAT. */
  Reply commonFeatures() {
    List<String> lines = new ArrayList<>(List.of("211-Features:"));
    features.common(possible()).forEach(feature -> lines.add(" " + feature));
    lines.add("211 End");
    return new Reply(211, lines, true);
  }

  Said said() {
    return said;
  }

  void says(Said more) {
    said = more;
  }

  /** The pool of the backend that serves or is asked for; null if there is none. */
  PoolRef pool() {
    return pool;
  }

  /** The user that the backend was told last; null if none. */
  String user() {
    return user;
  }

  /** USER is told to the backend. */
  void names(String named) {
    user = named;
    turnedAway = false;
  }

  /** A user whom nobody serves was named; its password is asked for all the same. */
  void turnsUserAway() {
    turnedAway = true;
  }

  /** Whether a password was asked for that cannot be right; it is asked for no more. */
  boolean takesBackTurnedAway() {
    boolean was = turnedAway;
    turnedAway = false;
    return was;
  }

  /**
   * Takes note of one more backend of this session.
   *
   * @return whether there were too many
   */
  boolean changesTooOften() {
    return ++changes > MOST_CHANGES;
  }

  /** Whether the client is logged in. */
  boolean in() {
    return in;
  }

  /** Takes the reply to a command of the log-in. */
  void answered(Command command, Reply reply) {
    if (command.verb().equals("USER")) {
      in = false;
    }
    if (reply.code() == 230 || reply.code() == 232) {
      in = true;
    }
  }

  /** REIN: everything is as after the greeting. */
  void reinitialise() {
    in = false;
    turnedAway = false;
    said = Said.NOTHING;
  }
}
