package sluice.sftp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.Refusal;
import sluice.api.protocol.StreamSession;

/**
 * Tells a client that nobody takes its session, in the only words that SSH clients show: an
 * identification line and SSH_MSG_DISCONNECT with the reason (RFC 4253, sections 4.2 and 11.1).
 * Before it stands the same as a plain line, which a server may send, for those who look at the
 * connection by other means.
 *
 * <p>The client's own identification lies unread in the socket, and closing it so would reset the
 * connection and could take the words with it. So the client's bytes are thrown away until it
 * closes, for a second at most.
 */
final class RefusalHandler extends ChannelInboundHandlerAdapter {

  private static final long LINGER_MILLIS = 1000;

  private final StreamSession session;
  private final Outcome outcome;

  private RefusalHandler(StreamSession session, Refusal refusal) {
    this.session = session;
    this.outcome = Outcome.refused(refusal);
  }

  /** Refuses the client and ends the session. On the session's loop. */
  static void refuse(StreamSession session, Refusal refusal) {
    Channel client = session.client();
    if (!client.isActive()) {
      session.end(Outcome.refused(refusal));
      return;
    }
    RefusalHandler handler = new RefusalHandler(session, refusal);
    client.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    client.pipeline().addLast(handler);
    client
        .writeAndFlush(words(refusal))
        .addListener(
            written -> {
              if (written.isSuccess() && client instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
              } else {
                handler.end();
              }
            });
    var linger = session.eventLoop().schedule(handler::end, LINGER_MILLIS, TimeUnit.MILLISECONDS);
    session.onEnd(() -> linger.cancel(false));
    client.config().setAutoRead(true);
  }

  /** The line, the identification and the packet. */
  static ByteBuf words(Refusal refusal) {
    int reason =
        switch (refusal.reason()) {
          case BACKENDS_FULL, LISTENER_FULL -> Disconnect.TOO_MANY_CONNECTIONS;
          case NO_BACKEND, NO_ANSWER, STOPPING -> Disconnect.SERVICE_NOT_AVAILABLE;
        };
    String lines = "Sluice: " + refusal.message() + "\r\nSSH-2.0-Sluice\r\n";
    return Unpooled.wrappedBuffer(
        lines.getBytes(StandardCharsets.UTF_8), Disconnect.packet(reason, refusal.message()));
  }

  private void end() {
    session.end(outcome);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ReferenceCountUtil.release(message);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      end();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    end();
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    end();
  }
}
