package sluice.sftp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import sluice.api.SessionKey;
import sluice.api.Side;
import sluice.api.protocol.BackendConnector;
import sluice.api.protocol.BackendLink;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.Refusal;
import sluice.api.protocol.StreamSession;
import sluice.sftp.wire.Disconnect;

/**
 * One session from accept until both sides have identified themselves; from there on the gateway
 * relays. On the session's loop.
 *
 * <p>Both ends of SSH may speak first (RFC 4253, section 4.2), and nearly all clients send their
 * identification as soon as they are connected: that is waited for, so that scanners and clients
 * that hang cost the servers nothing. Few wait for the server's; after a while the client is given
 * a server all the same.
 */
final class Handshake implements BackendConnector {

  private static final byte[] LEAVE_BACKEND =
      "SSH-2.0-Sluice\r\n".getBytes(StandardCharsets.US_ASCII);

  private final StreamSession session;
  private final SftpOptions options;
  private final ClientHandler client = new ClientHandler(this);
  private Future<?> limit;
  private Future<?> patience;
  private boolean connecting;

  /** The backend whose identification the client has got. */
  private BackendLink answered;

  private BackendHandler backend;
  private boolean passedThrough;

  Handshake(StreamSession session, SftpOptions options) {
    this.session = session;
    this.options = options;
  }

  void begin() {
    limit =
        session
            .eventLoop()
            .schedule(this::tooLate, options.handshakeTimeout().toNanos(), TimeUnit.NANOSECONDS);
    if (options.servesSilent()) {
      patience =
          session
              .eventLoop()
              .schedule(this::connect, options.waitForClient().toNanos(), TimeUnit.NANOSECONDS);
    }
    session.onEnd(this::stopWaiting);
    if (session.refused()) {
      connect();
      return;
    }
    session.onFinish(this::finish);
    // So that a client may say all it has to say before the server answers.
    session.client().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    session.client().pipeline().addLast(client);
    session.client().config().setAutoRead(true);
  }

  private void connect() {
    if (!connecting && !session.ended()) {
      connecting = true;
      session.connect(this);
    }
  }

  /** The client has sent its identification. */
  void clientIdentified(String line) {
    session.client().config().setAutoRead(false);
    stopWaiting();
    session.set(SessionKey.CLIENT_SOFTWARE, line);
    if (answered != null) {
      passThrough();
    } else {
      connect();
    }
  }

  /** The client has sent something else. */
  void clientRejected(String problem) {
    if (answered == null) {
      session
          .client()
          .writeAndFlush(
              Unpooled.copiedBuffer(
                  "Sluice: This is an SSH service.\r\n", StandardCharsets.US_ASCII));
    }
    leaveBackend();
    session.end(
        Outcome.failed(Side.CLIENT, "expected an SSH identification line, but it " + problem));
  }

  /** The client has ended its stream before it has identified itself. */
  void clientLeft() {
    leaveBackend();
    session.end(
        Outcome.aborted(Side.CLIENT, "it closed the connection before its SSH identification"));
  }

  private void tooLate() {
    leaveBackend();
    session.end(
        Outcome.timedOut(
            Side.CLIENT,
            "no SSH identification within " + options.handshakeTimeout().toMillis() + " ms"));
  }

  /** The gateway stops: nothing is lost yet. Or the session idles, and is ended after this. */
  private void finish() {
    if (!passedThrough && !session.ended()) {
      Refusal refusal =
          new Refusal(Refusal.Reason.STOPPING, "The service is closing, please try again later.");
      if (answered == null) {
        session.client().writeAndFlush(RefusalWords.of(refusal));
      }
      leaveBackend();
      session.end(Outcome.refused(refusal));
    }
  }

  /** Takes leave of a server in its own words, as it would log a mere end as an error. */
  private void leaveBackend() {
    if (answered != null) {
      answered
          .channel()
          .writeAndFlush(
              Unpooled.wrappedBuffer(
                  LEAVE_BACKEND,
                  Disconnect.packet(
                      Disconnect.BY_APPLICATION, "the client did not say who it is")));
    }
  }

  @Override
  public void connected(BackendLink link) {
    // So that an end of the stream is seen before the channel is closed, and what the backend said
    // can be part of the reason.
    link.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    backend = new BackendHandler(this, link);
    link.channel().pipeline().addLast(backend);
    link.channel().config().setAutoRead(true);
  }

  /** A backend has identified itself. */
  void backendIdentified(BackendLink link) {
    // The relay decides itself when to read on.
    link.channel().config().setAutoRead(false);
    link.answered();
    answered = link;
    tellClient();
    if (client.identified()) {
      passThrough();
    }
  }

  /** The backend has broken its connection after its identification. */
  void backendLeft(String cause) {
    session.end(Outcome.aborted(Side.BACKEND, cause));
  }

  private void tellClient() {
    ByteBuf said = backend.take();
    session.carried(Side.BACKEND, said.readableBytes());
    session.client().writeAndFlush(said);
  }

  private void passThrough() {
    passedThrough = true;
    tellClient();
    ByteBuf said = client.take();
    session.carried(Side.CLIENT, said.readableBytes());
    answered.channel().writeAndFlush(said);
    session.passThrough();
  }

  @Override
  public void refused(Refusal refusal) {
    session.client().writeAndFlush(RefusalWords.of(refusal));
    session.end(Outcome.refused(refusal));
  }

  private void stopWaiting() {
    if (limit != null) {
      limit.cancel(false);
    }
    if (patience != null) {
      patience.cancel(false);
    }
  }
}
