package sluice.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import sluice.api.health.Health;
import sluice.api.health.HealthCheck;
import sluice.testkit.FaultyPeer.Fault;

/**
 * What every health check keeps to. A test class implements it, says what to test and starts a peer
 * that is well.
 *
 * <p>A check that waits on sockets hears interrupts if it takes them from channels: {@code
 * SocketChannel.open().socket()} rather than {@code new Socket()}, {@code
 * DatagramChannel.open().socket()} rather than {@code new DatagramSocket()}.
 */
public interface HealthCheckContract {

  /** A new check each time; it is closed after the test if it can be. */
  HealthCheck check() throws Exception;

  /** Where a server is that is well; the test class starts and closes it. */
  InetSocketAddress healthyPeer() throws Exception;

  /** What the check must find to be down. One that only connects takes fewer. */
  default Set<Fault> faults() {
    return EnumSet.allOf(Fault.class);
  }

  /** Whether the check sends datagrams, and does not connect over TCP. */
  default boolean datagrams() {
    return false;
  }

  @Test
  default void aServerThatIsWellIsUp() throws Exception {
    TestBackend backend = TestBackend.at(healthyPeer());
    try (Probing probing = new Probing(check())) {
      for (int i = 0; i < 3; i++) {
        Health found = probing.probe(backend, Duration.ofSeconds(10));
        assertEquals(Health.State.UP, found.state(), found::toString);
      }
    }
  }

  @TestFactory
  default Stream<DynamicTest> aServerThatFailsIsDownInTime() {
    Duration timeout = Duration.ofMillis(700);
    return faults().stream()
        .map(
            fault ->
                DynamicTest.dynamicTest(
                    fault.name().toLowerCase(java.util.Locale.ROOT),
                    () -> {
                      try (FaultyPeer peer = peer(fault);
                          Probing probing = new Probing(check())) {
                        Health found = probing.probe(TestBackend.at(peer.address()), timeout);
                        assertEquals(Health.State.DOWN, found.state(), found::toString);
                        assertNotEquals("", found.detail().strip(), "a reason is expected");
                        assertFalse(found.detail().contains("\n"), "a reason is one line");
                      }
                    }));
  }

  @Test
  default void aProbeThatIsInterruptedEnds() throws Exception {
    if (!faults().contains(Fault.SILENT)) {
      return;
    }
    try (FaultyPeer peer = peer(Fault.SILENT);
        Probing probing = new Probing(check())) {
      Thread thread = probing.begin(TestBackend.at(peer.address()), Duration.ofSeconds(60));
      peer.awaitClient();
      thread.interrupt();
      thread.join(5000);
      assertFalse(thread.isAlive(), "it still waits 5s after its interruption");
    }
  }

  @Test
  default void probesLeaveNoThreadAndNoSocket() throws Exception {
    for (Fault fault : faults()) {
      try (FaultyPeer peer = peer(fault)) {
        // What a class or a library keeps from its first use on is no leak.
        rounds(peer, 2);
        Set<Thread> threads = threads();
        long sockets = sockets();
        rounds(peer, 4);
        Probing.await(
            () -> threads.containsAll(threads()),
            () -> "threads are left of " + fault + ": " + minus(threads(), threads));
        Probing.await(
            () -> sockets() <= sockets,
            () -> "sockets are left of " + fault + ": " + (sockets() - sockets));
      }
    }
  }

  private void rounds(FaultyPeer peer, int rounds) throws Exception {
    try (Probing probing = new Probing(check())) {
      for (int i = 0; i < rounds; i++) {
        probing.probe(TestBackend.at(peer.address()), Duration.ofMillis(150));
      }
    }
    Probing.await(() -> peer.clients() == 0, () -> "connections are left: " + peer.clients());
  }

  private FaultyPeer peer(Fault fault) throws IOException {
    return datagrams() ? FaultyPeer.datagram(fault) : FaultyPeer.stream(fault);
  }

  /** Threads of the check, as far as can be told: neither the testkit's nor the JDK's own. */
  private static Set<Thread> threads() {
    Set<Thread> all = new HashSet<>(Thread.getAllStackTraces().keySet());
    all.removeIf(
        thread ->
            thread.getName().startsWith("testkit-")
                || thread.getName().startsWith("process reaper")
                || thread.getThreadGroup() == null
                || thread.getThreadGroup().getName().equals("system")
                || thread.getThreadGroup().getName().equals("InnocuousThreadGroup"));
    return all;
  }

  private static Set<Thread> minus(Set<Thread> from, Set<Thread> what) {
    Set<Thread> rest = new HashSet<>(from);
    rest.removeAll(what);
    return rest;
  }

  /** How many sockets this process has open; 0 where it cannot be told. */
  private static long sockets() {
    Path open = Path.of("/proc/self/fd");
    if (!Files.isDirectory(open)) {
      return 0;
    }
    try (Stream<Path> all = Files.list(open)) {
      return all.filter(
              link -> {
                try {
                  return Files.readSymbolicLink(link).toString().startsWith("socket:");
                } catch (IOException e) {
                  return false;
                }
              })
          .count();
    } catch (IOException e) {
      return 0;
    }
  }

  /** Runs probes as the gateway does: on a thread of their own, interrupted when time is over. */
  final class Probing implements AutoCloseable {

    private final HealthCheck check;

    /** With a check that is closed with this. */
    public Probing(HealthCheck check) {
      this.check = check;
    }

    /** Begins a probe on a thread of its own. */
    Thread begin(TestBackend backend, Duration timeout) {
      return start(new FutureTask<>(() -> check.probe(backend, timeout, TestTls.forChecks())));
    }

    private static Thread start(FutureTask<Health> task) {
      Thread thread = new Thread(task, "testkit-probe");
      thread.setDaemon(true);
      thread.start();
      return thread;
    }

    /**
     * Probes once.
     *
     * @return what was found; down if the probe threw, or was late
     * @throws AssertionError if the probe does not end soon after its interruption
     */
    public Health probe(TestBackend backend, Duration timeout) throws Exception {
      FutureTask<Health> task =
          new FutureTask<>(() -> check.probe(backend, timeout, TestTls.forChecks()));
      Thread thread = start(task);
      try {
        Health found = task.get(timeout.toMillis() + 50, TimeUnit.MILLISECONDS);
        assertNotNull(found, "the probe returned null");
        return found;
      } catch (TimeoutException e) {
        thread.interrupt();
        thread.join(5000);
        assertFalse(thread.isAlive(), "the probe goes on 5s after its interruption");
        return Health.down("no answer within " + timeout.toMillis() + "ms");
      } catch (java.util.concurrent.ExecutionException e) {
        return Health.down(
            e.getCause().getMessage() == null
                ? e.getCause().toString()
                : e.getCause().getMessage());
      }
    }

    private static void await(
        BooleanSupplier condition, java.util.function.Supplier<String> otherwise)
        throws InterruptedException {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
      while (!condition.getAsBoolean()) {
        assertTrue(System.nanoTime() < end, otherwise);
        TimeUnit.MILLISECONDS.sleep(10);
      }
    }

    /**
     * @throws AssertionError if the check cannot be closed
     */
    @Override
    public void close() {
      if (check instanceof AutoCloseable closeable) {
        try {
          closeable.close();
        } catch (Exception e) {
          throw new AssertionError("the check cannot be closed", e);
        }
      }
    }
  }
}
