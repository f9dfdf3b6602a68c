package sluice.api.protocol;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import java.io.IOException;
import sluice.api.DoNotImplement;
import sluice.api.PortRanges;

/**
 * A session over UDP. The channels of its {@link BackendLink}s are unconnected datagram channels on
 * a port of their own, and packets on them come as {@link io.netty.channel.socket.DatagramPacket}.
 */
@DoNotImplement
public interface DatagramSession extends Session {

  /**
   * Opens a socket of this session towards the client, bound to the address that the client
   * dialled. It is closed with the session.
   *
   * @param ports which ports may be used
   * @param handler takes the {@link io.netty.channel.socket.DatagramPacket}s
   * @return the open channel, unconnected
   * @throws IOException if no port of the ranges is free, or no descriptor is left
   */
  Channel bindClientSide(PortRanges ports, ChannelHandler handler) throws IOException;
}
