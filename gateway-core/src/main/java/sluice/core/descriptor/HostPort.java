package sluice.core.descriptor;

/**
 * A host and a port.
 *
 * @param host a name or an address literal (IPv6 without brackets)
 * @param port 1 to 65535
 */
public record HostPort(String host, int port) {

  /**
   * @throws IllegalArgumentException if the host is empty or the port is out of range
   */
  public HostPort {
    if (host.isEmpty()) {
      throw new IllegalArgumentException("a host is expected before the port");
    }
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("ports are 1 to 65535, but the port is " + port);
    }
  }

  /** The descriptor's notation, with brackets around an IPv6 literal. */
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
