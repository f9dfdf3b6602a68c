package sluice.ftp.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sluice.api.Side;
import sluice.api.protocol.BackendLink;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.StreamSession;
import sluice.ftp.codec.ClientLine;
import sluice.ftp.codec.Command;
import sluice.ftp.codec.Reply;
import sluice.ftp.login.KnownFeatures;
import sluice.ftp.login.PoolChoice;

/** One control connection of a client and the backend's behind it. On the session's event loop. */
final class FtpSession {

  private static final Logger LOG = LoggerFactory.getLogger(FtpSession.class);

  /** How long a transfer may move nothing when the client's control connection has ended. */
  private static final Duration STILL = Duration.ofSeconds(1);

  private static final Reply CLOSING = Reply.of(421, "Service closing control connection.");

  private final StreamSession session;
  private final FtpOptions options;
  private final PublicAddresses publicAddress;
  private final Channel client;
  private final CommandQueue queue = new CommandQueue();
  private final DataState data;
  private final Security security;
  private final Attachment attachment;
  private final Rules rules;
  private final Guard guard;
  private final Pace pace;
  private Future<?> slowed;
  private final Login login;
  private ClientCommands commands;
  private boolean finishing;
  private boolean clientEnded;
  private Reply farewell;

  FtpSession(
      StreamSession session,
      FtpOptions options,
      PublicAddresses publicAddress,
      RefusedWords refusals,
      Rules rules,
      PoolChoice choice,
      KnownFeatures features) {
    this.session = session;
    this.options = options;
    this.publicAddress = publicAddress;
    this.data = new DataState(refusals);
    this.client = session.client();
    this.security = new Security(options.tls(), session);
    this.attachment = new Attachment(this);
    this.rules = rules;
    this.guard = new Guard(this, rules.commands());
    this.pace = new Pace(rules.commandsPerSecond(), session.eventLoop().ticker());
    this.login = new Login(this, choice, features);
  }

  /** Welcomes the client, under implicit TLS when it has that; it is not read before. */
  void begin() {
    client.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    commands = new ClientCommands(this, (int) options.maxLine().bytes());
    client.pipeline().addLast(commands);
    session.onFinish(this::finish);
    if (options.tls().implicit()) {
      AuthExchange.implicit(this, this::welcome);
    } else {
      welcome();
    }
  }

  private void welcome() {
    if (rules.logins().isEmpty() || !LoginExchange.banned(this, rules.logins().get())) {
      login.arrived();
    }
  }

  /** The session's hold on a backend. */
  Attachment attachment() {
    return attachment;
  }

  /** How far the client has come with its log-in. */
  Login login() {
    return login;
  }

  // What comes from the client.

  void received(ClientLine line) {
    if (session.ended()) {
      return;
    }
    LOG.debug("{} client: {}", session, line);
    if (line instanceof Command command && queue.interrupted(command)) {
      return;
    }
    if (queue.transferring() && line instanceof Command noop && isPlainNoop(noop)) {
      queue.addNoop(this);
    } else {
      queue.add(() -> Commands.exchange(this, line));
    }
    pump();
  }

  private boolean isPlainNoop(Command command) {
    return command.verb().equals("NOOP") && guard.letsPass(command);
  }

  /** Whether another command of the client may be taken in. */
  boolean hasRoom() {
    return queue.hasRoom() && !session.ended();
  }

  /**
   * The client has ended its stream, and may still want the replies to what it has sent. If it is
   * gone altogether the first thing written to it shows that; a transfer writes nothing, so it goes
   * on only as long as its data moves.
   */
  void clientEnded() {
    if (!clientEnded) {
      clientEnded = true;
      watchTransfer(-1);
      leaveIfDone();
    }
  }

  private void leaveIfDone() {
    if (clientEnded && queue.allAnswered() && !commands.holds()) {
      clientGone();
    }
  }

  private void watchTransfer(long movedBefore) {
    long moved = queue.transferring() ? queue.current().bytesMoved() : -1;
    if (moved >= 0 && moved == movedBefore) {
      clientGone();
    } else {
      leaveIfDone();
      after(STILL, () -> watchTransfer(moved));
    }
  }

  void clientGone() {
    session.end(
        queue.transferring()
            ? Outcome.aborted(Side.CLIENT, "closed the control connection during a transfer")
            : link() == null
                ? Outcome.aborted(
                    Side.CLIENT,
                    login.greets() ? "left without a log-in" : "left before a server had greeted")
                : Outcome.ok());
  }

  /** Starts what waits, as far as it may be started, and reads the client if there is room. */
  void pump() {
    queue.run(() -> greeted() && client.isWritable() && !session.ended() && inTime());
    commands.resume();
    regulate();
    leaveIfDone();
  }

  /** Reads the client if there is room, and the backend if the client takes what it says. */
  void regulate() {
    if (greeted() && !session.ended() && !clientEnded) {
      client.config().setAutoRead(queue.hasRoom() && !commands.holds());
    }
    if (link() != null && !session.ended()) {
      link().channel().config().setAutoRead(client.isWritable());
    }
  }

  /** Whether the next command may be taken now; if not, there is another look in time. */
  private boolean inTime() {
    Duration wait = pace.take();
    if (!wait.isZero() && slowed == null) {
      slowed =
          after(
              wait,
              () -> {
                slowed = null;
                pump();
              });
    }
    return wait.isZero();
  }

  private boolean greeted() {
    return link() != null || login.greets();
  }

  /** Whether no command waits behind the current one. */
  boolean nothingWaits() {
    return queue.nothingWaits();
  }

  /** Whether the client has sent anything behind the current command. */
  boolean hasMoreFromClient() {
    return !queue.nothingWaits() || commands.holds() || commands.midLine();
  }

  /** Keeps the place of a command that is told to the backend ahead of its turn. */
  LaterAnswer later() {
    LaterAnswer answer = new LaterAnswer(this);
    queue.add(answer);
    return answer;
  }

  /** Gives the answers that waited for the current exchange's alone, if that was given. */
  void flushAnswers() {
    for (LaterAnswer next = queue.nextAnswer(); next != null; next = queue.nextAnswer()) {
      toClient(next.reply());
    }
  }

  // What comes from the backend.

  void replied(Reply reply) {
    Exchange current = queue.current();
    if (session.ended()) {
      return;
    }
    LOG.debug("{} backend: {}", session, reply);
    if (reply.code() == 0) {
      LOG.warn("{} the backend sent what is no FTP reply: {}", session, reply);
    } else if (reply.code() == 421) {
      backendGone(reply);
    } else if (current == null) {
      LOG.info("{} the backend said, unasked: {}", session, reply);
    } else {
      current.reply(reply);
    }
  }

  /** The backend ends the session, or has. */
  void backendGone(Reply reason) {
    if (session.ended() || farewell != null) {
      return;
    }
    Exchange current = queue.current();
    farewell =
        reason != null
            ? reason
            : current != null ? current.lost() : Reply.of(421, "The server closed the connection.");
    if (current == null || current.needsBackend()) {
      leave();
    }
  }

  private void leave() {
    toClient(farewell);
    session.end(
        farewell.code() == 221
            ? Outcome.ok()
            : Outcome.aborted(Side.BACKEND, "ended the session: " + farewell));
  }

  /** Ends a session that cannot be brought back in step. */
  void giveUp(String cause) {
    LOG.warn("{} given up: {}", session, cause);
    toClient(Reply.of(421, "The server does not answer; closing control connection."));
    session.end(Outcome.timedOut(Side.BACKEND, cause));
  }

  // What exchanges use.

  StreamSession session() {
    return session;
  }

  FtpOptions options() {
    return options;
  }

  PublicAddresses publicAddress() {
    return publicAddress;
  }

  Rules rules() {
    return rules;
  }

  Guard guard() {
    return guard;
  }

  Security security() {
    return security;
  }

  DataState data() {
    return data;
  }

  /** The backend that serves, or null. */
  BackendLink link() {
    return attachment.link();
  }

  void toBackend(Command command) {
    send(link().channel(), command.line());
  }

  void toBackend(String line) {
    LOG.debug("{} gateway to backend: {}", session, line);
    send(link().channel(), line);
  }

  void toClient(Reply reply) {
    LOG.debug("{} to client: {}", session, reply);
    send(client, String.join("\r\n", reply.lines()));
    if (link() != null && !client.isWritable()) {
      link().channel().config().setAutoRead(false);
    }
  }

  /** Always in one write: there are peers that want a line in one segment. */
  static void send(Channel channel, String lines) {
    ByteBuf bytes = Unpooled.copiedBuffer(lines + "\r\n", StandardCharsets.ISO_8859_1);
    channel.writeAndFlush(bytes, channel.voidPromise());
  }

  /** Runs something later, unless the session has ended by then. */
  Future<?> after(Duration delay, Runnable task) {
    return session
        .eventLoop()
        .schedule(
            () -> {
              if (!session.ended()) {
                task.run();
              }
            },
            delay.toNanos(),
            TimeUnit.NANOSECONDS);
  }

  /** Another exchange takes over. */
  void replace(Exchange before, Exchange by) {
    queue.replace(before, by);
  }

  /** The exchange is over and the next may start. */
  void done(Exchange exchange) {
    if (!queue.over(exchange) || session.ended()) {
      return;
    }
    if (farewell != null) {
      leave();
    } else if (finishing) {
      finish();
    } else {
      pump();
    }
  }

  private void finish() {
    finishing = true;
    Optional<String> idle = session.idleCause();
    if (idle.isPresent()) {
      toClient(Reply.of(421, "Closing control connection: " + idle.get() + "."));
      session.end(Outcome.timedOut(Side.CLIENT, idle.get()));
    } else if (!queue.transferring()) {
      toClient(CLOSING);
      session.end(Outcome.ok());
    }
  }

  @Override
  public String toString() {
    return session.toString();
  }
}
