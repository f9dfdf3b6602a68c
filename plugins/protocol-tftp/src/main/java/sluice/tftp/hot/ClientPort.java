package sluice.tftp.hot;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import sluice.api.PortRanges;
import sluice.api.protocol.DatagramListener;
import sluice.api.protocol.DatagramSession;

/**
 * The way to a client that is served from memory: a port of the transfer's own, connected, so that
 * the system keeps strangers out and tells when the client has gone; or the listening port.
 */
final class ClientPort {

  /** What a UDP packet can hold, less room for the headers of IPv6. */
  private static final int MOST_BYTES = 65_000;

  /** As many as every kernel takes that takes any. */
  private static final int MOST_SEGMENTS = 64;

  /** Told what comes. */
  interface Events {
    void packet(ByteBuf packet);

    /** Nobody has the client's port any more. */
    void clientGone();
  }

  private final DatagramListener listener;
  private final InetSocketAddress client;
  private final InetSocketAddress dialled;
  private Channel own;
  private boolean segments;

  ClientPort(DatagramListener listener, DatagramSession session) {
    this.listener = listener;
    this.client = session.info().clientAddress();
    this.dialled = session.info().dialledAddress();
  }

  /**
   * Opens a port of the transfer's own.
   *
   * @throws IOException if none is free
   */
  void open(DatagramSession session, PortRanges ports, Events events) throws IOException {
    own = session.bindClientSide(ports, new Handler(events));
    ChannelFuture connected = own.connect(client);
    if (connected.cause() != null) {
      throw new IOException("the client cannot be reached: " + connected.cause().getMessage());
    }
    segments =
        own instanceof EpollDatagramChannel
            && EpollDatagramChannel.isSegmentedDatagramPacketSupported();
  }

  /** How many packets of a length go out in one piece of work; at least 1. */
  int atOnce(int length) {
    return segments ? Math.max(1, Math.min(MOST_SEGMENTS, MOST_BYTES / length)) : 1;
  }

  /** Sends a packet, at the latest with the next {@link #flush}; it is released then. */
  void send(ByteBuf packet) {
    if (own == null) {
      listener.send(dialled, client, packet);
    } else {
      own.write(packet, own.voidPromise());
    }
  }

  /**
   * Sends packets of one length, but for the last, which may be shorter.
   *
   * @param failed runs if the system does not take them so: not again from here on
   */
  void sendAll(ByteBuf packets, int length, Runnable failed) {
    if (packets.readableBytes() <= length) {
      send(packets);
      return;
    }
    own.write(new SegmentedDatagramPacket(packets, length, client))
        .addListener(
            sent -> {
              if (!sent.isSuccess() && segments && own.isOpen()) {
                segments = false;
                failed.run();
              }
            });
  }

  void flush() {
    if (own != null) {
      own.flush();
    }
  }

  private final class Handler extends SimpleChannelInboundHandler<DatagramPacket> {

    private final Events events;

    Handler(Events events) {
      this.events = events;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
      events.packet(packet.content());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      own.flush();
      ctx.fireChannelReadComplete();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      if (cause instanceof PortUnreachableException) {
        events.clientGone();
      }
      // Anything else is a packet that is lost, which is mended.
    }
  }
}
