package sluice.tftp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import sluice.api.protocol.BackendLink;

/**
 * The way to one backend: requests go to its well-known port, everything else to the port that its
 * first answer came from, its transfer id.
 */
final class BackendSide extends SimpleChannelInboundHandler<DatagramPacket> implements Leg {

  private final BackendLink link;
  private final TftpRelay relay;
  private InetSocketAddress transferId;

  BackendSide(BackendLink link, TftpRelay relay) {
    this.link = link;
    this.relay = relay;
  }

  BackendLink link() {
    return link;
  }

  /** Begins to read, and sends the request. */
  void open(ByteBuf request) {
    link.channel().pipeline().addLast(this);
    link.channel().config().setAutoRead(true);
    request(request);
  }

  /** Sends the request to the backend's well-known port. */
  void request(ByteBuf request) {
    link.channel().writeAndFlush(new DatagramPacket(request, link.address()));
  }

  /** From here on only this sender is the backend. */
  void pin(InetSocketAddress sender) {
    transferId = sender;
  }

  /** Whether a packet from there may be the backend's: any of its ports, until one is pinned. */
  boolean knows(InetSocketAddress sender) {
    return transferId == null
        ? sender.getAddress().equals(link.address().getAddress())
        : sender.equals(transferId);
  }

  @Override
  public void send(ByteBuf packet) {
    link.channel().write(new DatagramPacket(packet, transferId));
  }

  @Override
  public void flush() {
    link.channel().flush();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
    relay.fromBackend(this, packet.sender(), packet.content());
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
