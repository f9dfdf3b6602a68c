package sluice.core.listener;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import sluice.api.protocol.DatagramProtocol;
import sluice.core.net.Addresses;
import sluice.core.net.Network;
import sluice.core.session.ListenerCounters;

/** A listener: its sockets and the route that its sessions take. */
public final class Listener implements AutoCloseable {

  private final String name;
  private final Network network;
  private final List<Channel> sockets = new ArrayList<>();

  /** The one reference that a reload swaps; read by the event loops for each new session. */
  private volatile Route route;

  /**
   * @param name the listener's key in the descriptor
   * @param network gives the sockets
   * @param route for the sessions
   */
  public Listener(String name, Network network, Route route) {
    this.name = name;
    this.network = network;
    this.route = route;
  }

  /** The listener's key in the descriptor. */
  public String name() {
    return name;
  }

  /** Where sessions go now. */
  public Route route() {
    return route;
  }

  /** What was counted. */
  public ListenerCounters counters() {
    return route.scope().counters();
  }

  /**
   * Opens a socket and starts to serve; called on the main thread.
   *
   * @throws IOException if the address cannot be had; the message says what to do
   */
  public void bind(InetSocketAddress address) throws IOException {
    EventLoop loop = network.nextLoop();
    CompletableFuture<Channel> bound = new CompletableFuture<>();
    loop.execute(
        () -> {
          try {
            bound.complete(open(loop, address));
          } catch (IOException | RuntimeException e) {
            bound.completeExceptionally(e);
          }
        });
    try {
      sockets.add(bound.join());
    } catch (CompletionException e) {
      throw new IOException(
          "listener "
              + name
              + " cannot listen on "
              + Addresses.text(address)
              + ": "
              + reason(e.getCause(), address),
          e.getCause());
    }
  }

  private Channel open(EventLoop loop, InetSocketAddress address) throws IOException {
    if (route.protocol() instanceof DatagramProtocol) {
      return DatagramSocket.open(this, network, loop, address);
    }
    return network.listen(loop, address, new Acceptor(this, network));
  }

  static String reason(Throwable cause, InetSocketAddress address) {
    String message = String.valueOf(cause.getMessage());
    if (Network.inUse(cause)) {
      return "the port is in use; end the program that has it (ss -lntup shows it), or change bind";
    }
    if (message.contains("ermission denied")) {
      return "no permission for a port below 1024; run as a service with CAP_NET_BIND_SERVICE (see"
          + " systemd/sluice.service), or choose a port from 1024";
    }
    if (message.contains("annot assign requested address")) {
      return "this machine has no address "
          + address.getAddress().getHostAddress()
          + "; correct bind, or bring the address up first";
    }
    return message;
  }

  /** Where it listens, with the ports that the system gave. */
  public List<InetSocketAddress> addresses() {
    return sockets.stream().map(socket -> Addresses.plain(socket.localAddress())).toList();
  }

  /** Stops to listen; sessions go on. */
  @Override
  public void close() {
    sockets.forEach(socket -> socket.close().awaitUninterruptibly());
  }
}
