package sluice.core.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Addresses as the rest of the house wants them. */
public final class Addresses {

  private Addresses() {}

  /** The same socket address, an IPv4-mapped IPv6 address (RFC 4291, 2.5.5.2) as IPv4. */
  public static InetSocketAddress plain(SocketAddress address) {
    InetSocketAddress inet = (InetSocketAddress) address;
    InetAddress plain = plain(inet.getAddress());
    return plain == inet.getAddress() ? inet : new InetSocketAddress(plain, inet.getPort());
  }

  /** The same address, an IPv4-mapped IPv6 address as IPv4. */
  public static InetAddress plain(InetAddress address) {
    if (address instanceof Inet6Address) {
      byte[] bytes = address.getAddress();
      boolean mapped = bytes[10] == -1 && bytes[11] == -1;
      for (int i = 0; mapped && i < 10; i++) {
        mapped = bytes[i] == 0;
      }
      if (mapped) {
        try {
          return InetAddress.getByAddress(Arrays.copyOfRange(bytes, 12, 16));
        } catch (UnknownHostException e) {
          throw new IllegalStateException("four bytes are an address", e);
        }
      }
    }
    return address;
  }

  /** {@code host:port} without a look-up, with brackets around IPv6. */
  public static String text(InetSocketAddress address) {
    String host =
        address.isUnresolved() ? address.getHostString() : address.getAddress().getHostAddress();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
  }
}
