package sluice.ftp.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.nio.charset.StandardCharsets;
import sluice.api.protocol.BackendConnector;
import sluice.api.protocol.BackendLink;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.Refusal;
import sluice.api.protocol.StreamSession;

/**
 * A control connection that is passed through. The server is chosen at accept, and has answered
 * when it has greeted: the server speaks first (RFC 959 section 5.4), so that one which is silent
 * or turns sessions away with a 421 is replaced unseen. The client is not read before. On the
 * session's event loop.
 */
final class PassthroughControl implements BackendConnector {

  private final StreamSession session;

  PassthroughControl(StreamSession session) {
    this.session = session;
  }

  void begin() {
    session.connect(this);
  }

  @Override
  public void connected(BackendLink link) {
    // So that what was said before an end of the stream is seen first.
    link.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    link.channel().pipeline().addLast(new Greeting(session, link));
    link.channel().config().setAutoRead(true);
  }

  @Override
  public void refused(Refusal refusal) {
    session
        .client()
        .writeAndFlush(
            Unpooled.copiedBuffer(
                "421 " + refusal.message() + "\r\n", StandardCharsets.ISO_8859_1));
    session.end(Outcome.refused(refusal));
  }

  /** Waits for the backend's first reply code, passes it on, and then everything. */
  private static final class Greeting extends ChannelInboundHandlerAdapter {

    private static final int CODE = 3;

    private final StreamSession session;
    private final BackendLink link;
    private ByteBuf said = Unpooled.EMPTY_BUFFER;
    private boolean done;

    Greeting(StreamSession session, BackendLink link) {
      this.session = session;
      this.link = link;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (done) {
        ctx.fireChannelRead(message);
        return;
      }
      said = Unpooled.wrappedBuffer(said, (ByteBuf) message);
      if (said.readableBytes() < CODE) {
        return;
      }
      String code = said.toString(said.readerIndex(), CODE, StandardCharsets.ISO_8859_1);
      // 120 says to wait, 220 that it is ready: both are for the client.
      if (code.matches("[12][0-9][0-9]")) {
        answered(ctx);
      } else {
        reject("it greeted with \"" + printable() + "\" instead of 220");
      }
    }

    private void answered(ChannelHandlerContext ctx) {
      done = true;
      // The relay decides itself when to read on.
      ctx.channel().config().setAutoRead(false);
      ByteBuf first = said;
      said = Unpooled.EMPTY_BUFFER;
      link.answered();
      session.client().writeAndFlush(first);
      session.passThrough();
    }

    private void reject(String reason) {
      if (!done) {
        done = true;
        link.reject(reason);
      }
    }

    private String printable() {
      String line =
          said.toString(
              said.readerIndex(), Math.min(80, said.readableBytes()), StandardCharsets.ISO_8859_1);
      return line.lines().findFirst().orElse("").replaceAll("[^\\x20-\\x7e]", "?");
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event == ChannelInputShutdownEvent.INSTANCE && !done) {
        reject("it closed the connection before it had greeted");
      } else {
        ctx.fireUserEventTriggered(event);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      reject("it broke the connection (" + cause.getMessage() + ")");
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
      said.release();
      said = Unpooled.EMPTY_BUFFER;
    }
  }
}
