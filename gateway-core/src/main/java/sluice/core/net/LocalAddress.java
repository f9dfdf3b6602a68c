package sluice.core.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Objects;
import java.util.Optional;

/**
 * An address to leave from.
 *
 * @param address the address
 * @param kind what it takes to leave from it
 */
public record LocalAddress(InetAddress address, Kind kind) {

  /** Netty knows the option by name for listening sockets only; the numbers are Linux's. */
  private static final IntegerUnixChannelOption FREEBIND =
      new IntegerUnixChannelOption("IP_FREEBIND", 0, 15);

  /** What it takes to leave from an address. */
  public enum Kind {
    /** It is this machine's. */
    OWN,
    /** It is of a network that is routed to this machine (AnyIP). */
    ROUTED,
    /** It is another machine's; the kernel calls it a transparent proxy. */
    FOREIGN
  }

  /**
   * @throws NullPointerException if a part is missing
   */
  public LocalAddress {
    Objects.requireNonNull(address);
    Objects.requireNonNull(kind);
  }

  /** An address of this machine. */
  public static LocalAddress own(InetAddress address) {
    return new LocalAddress(address, Kind.OWN);
  }

  /**
   * Makes a socket ready to be bound to the address.
   *
   * @throws IOException if the system does not let us
   */
  void prepare(ChannelConfig config) throws IOException {
    try {
      if (kind == Kind.FOREIGN && !config.setOption(EpollChannelOption.IP_TRANSPARENT, true)) {
        throw new IOException("only the transport epoll can leave from a foreign address");
      }
      if (kind == Kind.ROUTED && address instanceof Inet6Address) {
        // IPv4 does without; and IPv6 knows an address of a routed network as local only so.
        config.setOption(FREEBIND, 1);
      }
    } catch (ChannelException e) {
      throw new IOException(
          "cannot leave from the foreign address "
              + address.getHostAddress()
              + ": "
              + e.getMessage(),
          e);
    }
  }

  /**
   * Tries whether connections can leave from it.
   *
   * @return what is wrong and what to do, if anything
   */
  public Optional<String> problem(Transport transport) {
    return switch (kind) {
      case FOREIGN -> transparency(transport);
      case ROUTED ->
          address instanceof Inet6Address || bindable()
              ? Optional.empty()
              : Optional.of(
                  "no connection can leave from "
                      + address.getHostAddress()
                      + ": the network is not routed to this machine; add it as in: ip route add"
                      + " local NETWORK dev lo");
      case OWN ->
          bindable()
              ? Optional.empty()
              : Optional.of(
                  "this machine has no address "
                      + address.getHostAddress()
                      + "; correct source, or bring the address up");
    };
  }

  private boolean bindable() {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(address, 0));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static Optional<String> transparency(Transport transport) {
    if (transport != Transport.EPOLL) {
      return Optional.of(
          "source: client works on Linux with the transport epoll only, and here it is "
              + transport
              + "; use source: with a network (mapped), or proxy-protocol");
    }
    SocketChannel socket = transport.socket();
    try {
      socket.config().setOption(EpollChannelOption.IP_TRANSPARENT, true);
      return Optional.empty();
    } catch (ChannelException e) {
      return Optional.of(
          "source: client needs the capability CAP_NET_ADMIN or CAP_NET_RAW, and the gateway has"
              + " neither ("
              + e.getMessage()
              + "); grant one (AmbientCapabilities=CAP_NET_ADMIN in the systemd unit), or use source:"
              + " with a network (mapped), or proxy-protocol");
    } finally {
      discard(socket);
    }
  }

  /** It was never registered with a loop. */
  private static void discard(Channel socket) {
    socket.unsafe().closeForcibly();
  }
}
