package sluice.sftp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import sluice.api.Backend;

/** A backend as a check is given it. */
record TestBackend(InetSocketAddress address, Optional<InetAddress> source) implements Backend {

  static Backend at(InetSocketAddress address) {
    return new TestBackend(address, Optional.empty());
  }

  @Override
  public String pool() {
    return "vault";
  }

  @Override
  public String name() {
    return "a";
  }

  @Override
  public String host() {
    return address.getAddress().getHostAddress();
  }

  @Override
  public int port() {
    return address.getPort();
  }
}
