package sluice.testkit;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.Optional;
import sluice.api.Backend;

/** A backend for tests of checks and strategies. Immutable; equal only to itself. */
public final class TestBackend implements Backend {

  private final String pool;
  private final String name;
  private final InetSocketAddress address;
  private final Optional<InetAddress> source;

  private TestBackend(
      String pool, String name, InetSocketAddress address, Optional<InetAddress> source) {
    this.pool = Objects.requireNonNull(pool);
    this.name = Objects.requireNonNull(name);
    this.address = Objects.requireNonNull(address);
    this.source = Objects.requireNonNull(source);
  }

  /** {@code test/backend} at an address. */
  public static TestBackend at(InetSocketAddress address) {
    return new TestBackend("test", "backend", address, Optional.empty());
  }

  /** The same under another name. */
  public TestBackend named(String newPool, String newName) {
    return new TestBackend(newPool, newName, address, source);
  }

  /** The same, with a local address that connections leave from. */
  public TestBackend from(InetAddress newSource) {
    return new TestBackend(pool, name, address, Optional.of(newSource));
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
    return address.getHostString();
  }

  @Override
  public int port() {
    return address.getPort();
  }

  @Override
  public InetSocketAddress address() {
    return address;
  }

  @Override
  public Optional<InetAddress> source() {
    return source;
  }

  /** {@code pool/name}. */
  @Override
  public String toString() {
    return pool + "/" + name;
  }
}
