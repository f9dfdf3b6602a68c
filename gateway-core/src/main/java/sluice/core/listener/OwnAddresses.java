package sluice.core.listener;

import io.netty.channel.ChannelHandler;
import io.netty.channel.socket.DatagramChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import sluice.core.net.Addresses;
import sluice.core.net.Network;

/**
 * The addresses of this machine that a socket on all addresses answers from. What such a socket
 * sends leaves from the address that the system chooses, and clients take no answer from another
 * address than the one they have dialled; so an address that was dialled gets a socket of its own
 * on the same port when it is first answered from. On the socket's event loop.
 */
final class OwnAddresses {

  private static final Logger LOG = LogManager.getLogger(OwnAddresses.class);

  /** More addresses than machines have; whoever has more is answered as the system chooses. */
  private static final int MOST = 1024;

  private final DatagramChannel all;
  private final Network network;
  private final ChannelHandler handler;
  private final Map<InetAddress, DatagramChannel> sockets = new HashMap<>();

  /**
   * @param all the listening socket
   * @param handler takes what comes to the others; sharable
   */
  OwnAddresses(DatagramChannel all, Network network, ChannelHandler handler) {
    this.all = all;
    this.network = network;
    this.handler = handler;
    all.closeFuture().addListener(closed -> sockets.values().forEach(DatagramChannel::close));
  }

  /** The socket to send from an address with. */
  DatagramChannel leavingFrom(InetSocketAddress from) {
    InetAddress local = from.getAddress();
    if (local.isAnyLocalAddress()
        || !all.localAddress().getAddress().isAnyLocalAddress()
        || !all.isOpen()) {
      return all;
    }
    DatagramChannel known = sockets.get(local);
    return known != null ? known : sockets.size() < MOST ? opened(local) : all;
  }

  private DatagramChannel opened(InetAddress local) {
    DatagramChannel socket = all;
    try {
      socket = network.besides(all.eventLoop(), all, local, handler);
    } catch (IOException e) {
      LOG.warn(
          "answers from {} leave from the address that the system chooses, as no socket can be"
              + " opened there: {}",
          Addresses.text(new InetSocketAddress(local, all.localAddress().getPort())),
          e.getMessage());
    }
    sockets.put(local, socket);
    return socket;
  }
}
