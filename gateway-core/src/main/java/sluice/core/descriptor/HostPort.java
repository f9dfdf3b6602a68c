package sluice.core.descriptor;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * A host, and its port unless that is told elsewhere.
 *
 * @param host a name or an address literal (IPv6 without brackets)
 * @param port 1 to 65535; 0 if none is named
 */
public record HostPort(String host, int port) {

  /** What the notation looks like, for messages and for the reference. */
  public static final String EXPECTED =
      "a host and a port such as 10.0.0.11:21, files1.example:21 or \"[2001:db8::11]:21\", or a"
          + " host alone";

  /**
   * @throws IllegalArgumentException if the host is neither a name nor an address, or the port is
   *     out of range
   */
  public HostPort {
    if (host.isEmpty()) {
      throw new IllegalArgumentException("a host is expected before the port");
    }
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("ports are 1 to 65535, but the port is " + port);
    }
    boolean fits =
        host.indexOf(':') >= 0
            ? NetUtil.isValidIpV6Address(host)
            : host.matches("[0-9.]+")
                ? NetUtil.isValidIpV4Address(host)
                : host.matches("[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_.])?");
    if (!fits) {
      throw new IllegalArgumentException("\"" + host + "\" is neither a host name nor an address");
    }
  }

  /**
   * Reads the descriptor's notation.
   *
   * @throws IllegalArgumentException if the text is not of that form, with a message for operators
   */
  public static HostPort parse(String text) {
    int colon = text.endsWith("]") ? -1 : text.lastIndexOf(':');
    String host = colon < 0 ? text : text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (text.isEmpty() || host.endsWith(":") || !bracketed && host.indexOf(':') >= 0) {
      throw new IllegalArgumentException("expected " + EXPECTED + ", but this is \"" + text + "\"");
    }
    String name = bracketed ? host.substring(1, host.length() - 1) : host;
    if (colon < 0) {
      return new HostPort(name, 0);
    }
    int port;
    try {
      port = Integer.parseInt(text.substring(colon + 1));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "expected a port from 1 to 65535 after the last colon, but this is \"" + text + "\"", e);
    }
    if (port == 0) {
      throw new IllegalArgumentException("ports are 1 to 65535, but the port is 0");
    }
    return new HostPort(name, port);
  }

  /**
   * Reads an address literal, or {@code localhost} as 127.0.0.1. Names are not looked up: what the
   * gateway is bound to must not depend on a name server.
   *
   * @return empty if it is neither
   */
  public static Optional<InetAddress> address(String literal) {
    try {
      if (literal.equals("localhost")) {
        return Optional.of(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
      }
      if (NetUtil.isValidIpV4Address(literal) || NetUtil.isValidIpV6Address(literal)) {
        return Optional.of(InetAddress.getByName(literal));
      }
    } catch (UnknownHostException e) {
      // A scope that this machine does not have, as in fe80::1%eth9.
      return Optional.empty();
    }
    return Optional.empty();
  }

  /** Whether a port is named. */
  public boolean named() {
    return port != 0;
  }

  /** The descriptor's notation, with brackets around an IPv6 literal. */
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + (named() ? ":" + port : "");
  }
}
