package sluice.tftp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import sluice.api.protocol.DatagramListener;
import sluice.api.protocol.DatagramSession;

/**
 * The way to the client: a port of the transfer's own, which the client takes as the server's
 * transfer id, or the listening port.
 */
final class ClientSide implements Leg {

  private final DatagramListener listener;
  private final DatagramSession session;
  private final InetSocketAddress client;
  private final InetSocketAddress dialled;
  private Channel own;

  ClientSide(DatagramListener listener, DatagramSession session) {
    this.listener = listener;
    this.session = session;
    this.client = session.info().clientAddress();
    this.dialled = session.info().dialledAddress();
  }

  /**
   * Opens a port of the transfer's own.
   *
   * @throws IOException if none is free
   */
  void open(TftpOptions options, TftpRelay relay, Strays strays) throws IOException {
    own = session.bindClientSide(options.transferPorts(), new Handler(relay, strays));
  }

  @Override
  public void send(ByteBuf packet) {
    if (own == null) {
      listener.send(dialled, client, packet);
    } else {
      own.write(new DatagramPacket(packet, client));
    }
  }

  @Override
  public void flush() {
    if (own != null) {
      own.flush();
    }
  }

  private final class Handler extends SimpleChannelInboundHandler<DatagramPacket> {

    private final TftpRelay relay;
    private final Strays strays;

    Handler(TftpRelay relay, Strays strays) {
      this.relay = relay;
      this.strays = strays;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
      if (packet.sender().equals(client)) {
        relay.fromClient(packet.content());
      } else {
        strays.answer(ctx.channel(), packet.sender(), packet.content());
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      relay.flush();
      ctx.fireChannelReadComplete();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      relay.socketFailed(cause);
    }
  }
}
