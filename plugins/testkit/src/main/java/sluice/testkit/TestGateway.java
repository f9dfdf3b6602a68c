package sluice.testkit;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import sluice.api.ExtensionFactory;
import sluice.api.balance.Balancer;
import sluice.api.balance.BalancerFactory;
import sluice.core.Gateway;
import sluice.core.StartException;
import sluice.core.control.SessionStatus;
import sluice.core.control.Status;
import sluice.core.descriptor.Descriptor;
import sluice.core.descriptor.load.DescriptorLoader;
import sluice.core.plugins.Extensions;

/**
 * A real gateway in this JVM, for tests of plugins.
 *
 * <pre>{@code
 * try (TestGateway gateway = TestGateway.start(descriptor, new FillFirst(), new MyProtocol())) {
 *   connect(gateway.address("ftp"));
 * }
 * }</pre>
 *
 * <p>Listeners may have port 0. The strategy {@code first}, which takes the first candidate, is
 * always there. Thread-safe.
 */
public final class TestGateway implements AutoCloseable {

  private final Gateway gateway;
  private final List<Map<String, Object>> records;

  private TestGateway(Gateway gateway, List<Map<String, Object>> records) {
    this.gateway = gateway;
    this.records = records;
  }

  /**
   * Starts a gateway and waits until every backend that is checked was probed once (10 s at most).
   *
   * @param yaml the descriptor
   * @param factories the extensions that the descriptor names
   * @throws IllegalStateException with all problems of the descriptor
   */
  public static TestGateway start(String yaml, ExtensionFactory<?, ?>... factories) {
    List<ExtensionFactory<?, ?>> all = new ArrayList<>(List.of(factories));
    if (all.stream().noneMatch(f -> f instanceof BalancerFactory && f.name().equals("first"))) {
      all.add(new First());
    }
    Extensions extensions = Extensions.of(all.toArray(new ExtensionFactory<?, ?>[0]));
    Descriptor descriptor = DescriptorLoader.forTests(extensions).load("test.yaml", yaml).get();
    List<Map<String, Object>> records = new CopyOnWriteArrayList<>();
    try {
      Gateway gateway = Gateway.start(descriptor, extensions, records::add, "test");
      gateway.awaitFirstResults(Duration.ofSeconds(10));
      return new TestGateway(gateway, records);
    } catch (StartException e) {
      throw new IllegalStateException(e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while starting", e);
    }
  }

  /** Where a listener with one address listens; a wildcard address as 127.0.0.1. */
  public InetSocketAddress address(String listener) {
    String text =
        status().listeners().stream()
            .filter(row -> row.name().equals(listener))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no listener named " + listener))
            .addresses()
            .get(0);
    int colon = text.lastIndexOf(':');
    String host = text.substring(0, colon).replace("[", "").replace("]", "");
    InetSocketAddress address =
        new InetSocketAddress(host, Integer.parseInt(text.substring(colon + 1)));
    return address.getAddress().isAnyLocalAddress()
        ? new InetSocketAddress(InetAddress.getLoopbackAddress(), address.getPort())
        : address;
  }

  /** The status as {@code gateway.sh status} shows it. */
  public Status status() {
    return gateway.status();
  }

  /** A backend's part of the status. */
  public Status.Backend backend(String pool, String name) {
    return status().pools().stream()
        .filter(row -> row.name().equals(pool))
        .flatMap(row -> row.backends().stream())
        .filter(row -> row.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no backend " + pool + "/" + name));
  }

  /** The open sessions. */
  public List<SessionStatus> sessions() {
    return gateway.sessions();
  }

  /** The records of the access log so far, oldest first. */
  public List<Map<String, Object>> records() {
    return List.copyOf(records);
  }

  /** The records of a type so far: {@code session} or {@code transfer}. */
  public List<Map<String, Object>> records(String type) {
    return records.stream().filter(record -> type.equals(record.get("type"))).toList();
  }

  /**
   * Waits until something is so.
   *
   * @param what for the failure's message
   * @throws AssertionError if it is not so within 10 s
   */
  public static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within 10 s: " + what);
      }
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while waiting for: " + what, e);
      }
    }
  }

  /** Begins to stop as {@code gateway.sh stop} does; {@link #close} may follow. */
  public void stop() {
    gateway.stop();
  }

  /** Whether the gateway has stopped. */
  public boolean stopped() {
    return gateway.stopped().isDone();
  }

  /** Stops at once. */
  @Override
  public void close() {
    gateway.close();
  }

  /** The strategy {@code first}: takes the first candidate. */
  public static final class First implements BalancerFactory<First.Options> {

    /** None. */
    public record Options() {}

    @Override
    public String name() {
      return "first";
    }

    @Override
    public Class<Options> optionsType() {
      return Options.class;
    }

    @Override
    public Balancer create(Options options) {
      return (session, candidates) -> candidates.get(0);
    }
  }
}
