package sluice.core.descriptor;

import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import sluice.api.PortRanges;

/**
 * Where a listener listens, ranges and lists expanded.
 *
 * @param addresses resolved, in the order written; not empty, no duplicates
 */
public record BindAddresses(List<InetSocketAddress> addresses) {

  /** What the notation looks like, for messages and for the reference. */
  public static final String EXPECTED =
      "an address with ports such as \"0.0.0.0:2121\", \"[::]:2121\", \"*:2121\" or"
          + " \"127.0.0.1:2121,2130-2139\", or a list of these";

  /**
   * @throws IllegalArgumentException if there is no address or one stands twice
   */
  public BindAddresses {
    addresses = List.copyOf(addresses);
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("at least one address is expected");
    }
    LinkedHashSet<InetSocketAddress> seen = new LinkedHashSet<>();
    for (InetSocketAddress address : addresses) {
      if (address.getPort() != 0 && !seen.add(address)) {
        throw new IllegalArgumentException(text(address) + " stands twice");
      }
    }
  }

  /**
   * Reads one entry of the descriptor's notation.
   *
   * @param text {@code host:ports}; the host is an address literal, {@code localhost} (127.0.0.1)
   *     or {@code *} (all addresses, IPv4 and IPv6)
   * @param anyPort whether port 0 is accepted
   * @throws IllegalArgumentException if the text is not of that form, with a message for operators
   */
  public static List<InetSocketAddress> parse(String text, boolean anyPort) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? text : text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (colon < 0 || host.isEmpty() || host.endsWith(":") || !bracketed && host.contains(":")) {
      throw new IllegalArgumentException("expected " + EXPECTED + ", but this is \"" + text + "\"");
    }
    InetAddress address = address(bracketed ? host.substring(1, host.length() - 1) : host);
    PortRanges ports = PortRanges.parse(text.substring(colon + 1));
    if (ports.any()) {
      if (!anyPort) {
        throw new IllegalArgumentException(
            "port 0 would be a different port after each start; name a port from 1 to 65535");
      }
      return List.of(new InetSocketAddress(address, 0));
    }
    List<InetSocketAddress> addresses = new ArrayList<>();
    for (int i = 0; i < ports.size(); i++) {
      addresses.add(new InetSocketAddress(address, ports.port(i)));
    }
    return addresses;
  }

  private static InetAddress address(String host) {
    if (host.equals("*")) {
      try {
        return InetAddress.getByAddress(new byte[hasIpv6() ? 16 : 4]);
      } catch (UnknownHostException e) {
        throw new IllegalStateException("an address has 4 or 16 bytes", e);
      }
    }
    return HostPort.address(host)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "expected an address of this machine, localhost or * before the port, but this"
                        + " is \""
                        + host
                        + "\""));
  }

  private static boolean hasIpv6() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .anyMatch(Inet6Address.class::isInstance);
    } catch (SocketException e) {
      return false;
    }
  }

  /**
   * Whether two sockets of one transport cannot be bound at the same time: the ports are equal and
   * the hosts are, or one of them is a wildcard that takes in the other.
   */
  public static boolean overlap(InetSocketAddress one, InetSocketAddress other) {
    return one.getPort() != 0
        && one.getPort() == other.getPort()
        && overlap(one.getAddress(), other.getAddress());
  }

  /** Whether the hosts are equal, or one of them is a wildcard that takes in the other. */
  public static boolean overlap(InetAddress one, InetAddress other) {
    return one.equals(other) || takesIn(one, other) || takesIn(other, one);
  }

  // The IPv6 wildcard takes IPv4 clients too; the IPv4 one clashes with IPv4 addresses only.
  private static boolean takesIn(InetAddress wildcard, InetAddress address) {
    return wildcard.isAnyLocalAddress()
        && (wildcard instanceof Inet6Address || !(address instanceof Inet6Address));
  }

  /** An address as the descriptor writes it. */
  public static String text(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    if (address.getAddress() instanceof Inet6Address) {
      host = "[" + NetUtil.toAddressString(address.getAddress()) + "]";
    }
    return host + ":" + address.getPort();
  }
}
