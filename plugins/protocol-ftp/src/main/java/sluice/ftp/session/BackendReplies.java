package sluice.ftp.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sluice.api.protocol.BackendLink;
import sluice.ftp.codec.Reply;
import sluice.ftp.codec.ReplyDecoder;

/** Reads a backend's control connection: its greeting first, its replies from then on. */
final class BackendReplies extends ChannelInboundHandlerAdapter {

  private static final Logger LOG = LoggerFactory.getLogger(BackendReplies.class);

  /** How long a reply without a proper end is waited for. */
  private static final long SILENCE_SECONDS = 5;

  private final FtpSession ftp;
  private final BackendLink link;
  private final ReplyDecoder decoder = new ReplyDecoder();
  private boolean rejected;
  private boolean served;
  private final BackendSecurity security;
  private Introduction introduction;
  private Future<?> silence;

  BackendReplies(FtpSession ftp, BackendLink link) {
    this.ftp = ftp;
    this.link = link;
    this.security = new BackendSecurity(ftp, link, decoder::midReply);
  }

  /** The backend may be spoken to. */
  void begin() {
    security.beforeGreeting(this::reject);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    ByteBuf bytes = (ByteBuf) msg;
    try {
      if (silence != null) {
        silence.cancel(false);
        silence = null;
      }
      ftp.session().touch();
      decoder.feed(bytes, this::take);
      if (decoder.mayBeOver()) {
        silence =
            ctx.executor()
                .schedule(() -> decoder.finish(this::take), SILENCE_SECONDS, TimeUnit.SECONDS);
      }
    } catch (IllegalStateException e) {
      LOG.warn("{} the backend broke the protocol: {}", ftp, e.getMessage());
      ctx.close();
    } finally {
      bytes.release();
    }
  }

  private void take(Reply reply) {
    if (ftp.link() == link) {
      ftp.replied(reply);
    } else if (served || ftp.link() != null || rejected || ftp.session().ended()) {
      LOG.debug("{} too late: {}", ftp, reply);
    } else if (introduction != null) {
      introduction.reply(reply);
    } else if (security.busy()) {
      security.reply(reply);
    } else {
      greeting(reply);
    }
  }

  /** RFC 959 section 5.4: 120 says to wait, 220 that the server is ready, 421 that it is not. */
  private void greeting(Reply reply) {
    if (reply.code() >= 200 && reply.code() < 300 && reply.last()) {
      security.afterGreeting(() -> serve(reply), this::reject);
    } else if (!reply.preliminary() && reply.last()) {
      reject("it greeted with \"" + reply + "\" instead of 220", reply);
    }
  }

  private void reject(String reason, Reply refusal) {
    rejected = true;
    link.reject(reason);
  }

  private void serve(Reply greeting) {
    introduction =
        new Introduction(
            ftp,
            link,
            () -> {
              served = true;
              ftp.security().backend(security);
              ftp.attachment().ready(link, greeting);
            });
    introduction.begin();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (silence != null) {
      silence.cancel(false);
    }
    if (ftp.link() == link) {
      decoder.finish(this::take);
      ftp.backendGone(null);
    }
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      LOG.debug("{} the backend's control connection broke", ftp, cause);
    } else {
      LOG.error("{} failed on what the backend sent, and ends", ftp, cause);
    }
    ctx.close();
  }
}
