package sluice.core.pool;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import sluice.api.SessionInfo;
import sluice.api.SessionKey;
import sluice.api.balance.Balancer;
import sluice.core.descriptor.BackendDescriptor;
import sluice.core.descriptor.HealthDescriptor;
import sluice.core.descriptor.HostPort;
import sluice.core.descriptor.PoolDescriptor;
import sluice.core.pool.MemberHealth.State;

/** Pools and sessions for tests. */
public final class PoolFixtures {

  /** A strategy's options, where none matter. */
  public record NoOptions() {}

  /** The first of the list. */
  public static final Balancer FIRST = (session, candidates) -> candidates.get(0);

  private PoolFixtures() {}

  public static BackendDescriptor backend(int lastByte) {
    return backend(lastByte, 1, false, 0);
  }

  public static BackendDescriptor backend(
      int lastByte, int weight, boolean backup, int maxSessions) {
    return new BackendDescriptor(
        new HostPort("127.9.0." + lastByte, 21), weight, backup, maxSessions);
  }

  /** A pool of backends a, b, c and so on. */
  public static PoolDescriptor pool(Optional<HealthDescriptor> health, BackendDescriptor... all) {
    Map<String, BackendDescriptor> backends = new LinkedHashMap<>();
    for (int i = 0; i < all.length; i++) {
      backends.put(String.valueOf((char) ('a' + i)), all[i]);
    }
    return new PoolDescriptor(
        new PoolDescriptor.Balance("test", new NoOptions()),
        health,
        Duration.ofSeconds(3),
        Duration.ofSeconds(10),
        2,
        Optional.empty(),
        Optional.empty(),
        backends);
  }

  public static Pool pool(Balancer balancer, BackendDescriptor... all) {
    return pool("files", balancer, new LoadTable(), all);
  }

  public static Pool pool(
      String name, Balancer balancer, LoadTable loads, BackendDescriptor... all) {
    return new Pool(name, pool(Optional.empty(), all), balancer, "test-plugin", loads);
  }

  public static MemberHealth health(State state) {
    return new MemberHealth(state, false, 100, Instant.EPOCH, "", Duration.ZERO);
  }

  /** A session of which nothing is known. */
  public static SessionInfo session() {
    return new SessionInfo() {
      @Override
      public String id() {
        return "s1";
      }

      @Override
      public String listener() {
        return "ftp";
      }

      @Override
      public InetSocketAddress clientAddress() {
        return new InetSocketAddress("127.0.0.1", 40000);
      }

      @Override
      public InetSocketAddress dialledAddress() {
        return new InetSocketAddress("127.0.0.1", 2121);
      }

      @Override
      public Instant start() {
        return Instant.EPOCH;
      }

      @Override
      public <T> Optional<T> get(SessionKey<T> key) {
        return Optional.empty();
      }

      @Override
      public Optional<String> get(String keyName) {
        return Optional.empty();
      }
    };
  }
}
