package sluice.core.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import sluice.api.Side;

/** One direction of a {@link Relay}: reads a side and writes to its peer. */
final class RelayHandler extends ChannelInboundHandlerAdapter {

  private final Relay relay;
  private final Side side;
  private final SocketChannel peer;
  private final ChannelFutureListener written = this::written;
  private boolean inputEnded;

  RelayHandler(Relay relay, Side side, SocketChannel peer) {
    this.relay = relay;
    this.side = side;
    this.peer = peer;
  }

  /** Lets a channel flow, when the handlers of both directions are in place. */
  static void begin(SocketChannel channel) {
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    HeldInput.release(channel);
    if (channel.isInputShutdown()) {
      channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    } else if (!channel.isActive()) {
      channel.pipeline().fireChannelInactive();
    } else {
      channel.config().setAutoRead(true);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (relay.over()) {
      ReferenceCountUtil.release(msg);
      return;
    }
    relay.moved(side, ((ByteBuf) msg).readableBytes());
    // TLS says nothing to a void promise, and would let bytes be lost in silence.
    ChannelPromise promise =
        Secured.of(peer) == null ? peer.voidPromise() : peer.newPromise().addListener(written);
    peer.write(msg, promise);
  }

  private void written(ChannelFuture write) {
    if (!write.isSuccess()) {
      boolean left = relay.ended(side.other());
      relay.broken(side.other(), left ? new IOException(Relay.LEFT) : write.cause());
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    peer.flush();
    if (!peer.isWritable()) {
      ctx.channel().config().setAutoRead(false);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    // This side has taken what its peer sent: the peer may be read again.
    if (ctx.channel().isWritable() && peer.isOpen()) {
      peer.config().setAutoRead(true);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (inputEnded) {
      return;
    }
    Secured secured = Secured.of(ctx.channel());
    if (secured == null ? event instanceof ChannelInputShutdownEvent : secured.isEnd(event)) {
      endInput();
    } else if (event instanceof ChannelInputShutdownEvent) {
      if (!secured.strict() || relay.needsNothingFrom(side) || relay.onlyReceives(side)) {
        endInput();
      } else {
        relay.broken(side, new IOException("the connection ended without TLS close_notify"));
      }
    }
  }

  private void endInput() {
    inputEnded = true;
    peer.writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener((ChannelFutureListener) this::endPeersOutput);
  }

  private void endPeersOutput(ChannelFuture flushed) {
    Secured secured = Secured.of(peer);
    if (relay.gone(side.other()) || !flushed.isSuccess() && relay.ended(side.other())) {
      // Had it left something untaken, the relay would be over by now.
      relay.delivered(side);
    } else if (!flushed.isSuccess()) {
      relay.broken(side.other(), flushed.cause());
    } else if (secured == null) {
      peer.shutdownOutput().addListener((ChannelFutureListener) this::ended);
    } else {
      secured.endOutput().addListener((ChannelFutureListener) this::endPeersSocket);
    }
  }

  private void endPeersSocket(ChannelFuture said) {
    if (!said.isSuccess()) {
      ended(said);
    } else if (side == Side.BACKEND) {
      // The client has been told the end; that its socket is gone already is as good as later.
      peer.shutdownOutput().addListener(done -> relay.delivered(side));
    } else {
      peer.shutdownOutput().addListener((ChannelFutureListener) this::ended);
    }
  }

  private void ended(ChannelFuture ended) {
    if (ended.isSuccess() || relay.ended(side.other())) {
      relay.delivered(side);
    } else {
      relay.broken(side.other(), ended.cause());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    relay.broken(side, null);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    relay.broken(side, cause);
  }
}
