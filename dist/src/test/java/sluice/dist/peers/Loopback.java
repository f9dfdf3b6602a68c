package sluice.dist.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Addresses of this machine that nobody else is likely to use. */
public final class Loopback {
  private Loopback() {}

  /** An IPv4 address of its own for an actor, so that ports of several test runs cannot meet. */
  public static InetAddress v4() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return literal(
        "127.%d.%d.%d"
            .formatted(random.nextInt(2, 250), random.nextInt(0, 256), random.nextInt(2, 250)));
  }

  /** The one IPv6 address that the loopback has. */
  public static InetAddress v6() {
    return literal("::1");
  }

  /** A port that is free at this address now, for TCP and UDP. */
  public static int freePort(InetAddress address) {
    try (ServerSocket stream = new ServerSocket(0, 1, address);
        DatagramSocket datagram =
            new DatagramSocket(new InetSocketAddress(address, stream.getLocalPort()))) {
      return datagram.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As written in a descriptor or a URL: IPv6 in brackets. */
  public static String host(InetAddress address) {
    return address instanceof Inet6Address ? "[::1]" : address.getHostAddress();
  }

  /** Host and port as written in a descriptor. */
  public static String hostPort(InetSocketAddress address) {
    return host(address.getAddress()) + ":" + address.getPort();
  }

  private static InetAddress literal(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
