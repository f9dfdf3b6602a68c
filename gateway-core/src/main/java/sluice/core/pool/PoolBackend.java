package sluice.core.pool;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.Optional;
import sluice.api.Backend;
import sluice.core.descriptor.HostPort;

/** A configured backend, or the place where one is probed. Equal only to itself. */
public final class PoolBackend implements Backend {

  private final String pool;
  private final String name;
  private final HostPort where;
  private final Optional<InetAddress> source;
  private final InetSocketAddress literal;

  /**
   * @param pool the pool's name
   * @param name the backend's name in the pool
   * @param where a host name or literal, perhaps with a port
   * @param source the local address that connections leave from
   */
  public PoolBackend(String pool, String name, HostPort where, Optional<InetAddress> source) {
    this.pool = Objects.requireNonNull(pool);
    this.name = Objects.requireNonNull(name);
    this.where = Objects.requireNonNull(where);
    this.source = Objects.requireNonNull(source);
    this.literal = literal(where);
  }

  private static InetSocketAddress literal(HostPort where) {
    String host = where.host();
    if (!NetUtil.isValidIpV4Address(host) && !NetUtil.isValidIpV6Address(host)) {
      return null;
    }
    try {
      return new InetSocketAddress(InetAddress.getByName(host), where.port());
    } catch (UnknownHostException e) {
      // A scoped literal whose interface is not there yet: asked again at each connect.
      return null;
    }
  }

  @Override
  public String pool() {
    return pool;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String host() {
    return where.host();
  }

  @Override
  public int port() {
    return where.port();
  }

  @Override
  public InetSocketAddress address() throws UnknownHostException {
    return literal != null
        ? literal
        : new InetSocketAddress(InetAddress.getByName(where.host()), where.port());
  }

  @Override
  public Optional<InetAddress> source() {
    return source;
  }

  /** {@code pool/name}, as commands and log lines write it. */
  @Override
  public String toString() {
    return pool + "/" + name;
  }
}
