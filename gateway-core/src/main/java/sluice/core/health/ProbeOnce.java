package sluice.core.health;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import sluice.api.health.Health;
import sluice.api.health.HealthCheck;
import sluice.api.health.ProbeTls;
import sluice.core.descriptor.BackendDescriptor;
import sluice.core.descriptor.Descriptor;
import sluice.core.descriptor.HealthDescriptor;
import sluice.core.descriptor.PoolDescriptor;
import sluice.core.plugins.Extensions;
import sluice.core.pool.Pool;
import sluice.core.pool.PoolBackend;
import sluice.core.tls.CheckTls;

/** Runs one check by hand, without a gateway. */
public final class ProbeOnce {

  private final Descriptor descriptor;
  private final Extensions extensions;

  /**
   * @param descriptor valid
   * @param extensions has every check that a pool names
   */
  public ProbeOnce(Descriptor descriptor, Extensions extensions) {
    this.descriptor = descriptor;
    this.extensions = extensions;
  }

  /**
   * Probes a backend with its pool's check, and waits at most the check's timeout.
   *
   * @param backend {@code pool/name}
   * @return what was found; {@link NagiosResult.Status#UNKNOWN} if there is no such backend, its
   *     pool has no check, or the check cannot be made
   */
  public NagiosResult run(String backend) throws InterruptedException {
    int slash = backend.indexOf('/');
    if (slash < 1 || slash == backend.length() - 1) {
      return NagiosResult.unknown(
          "probe", "a backend is written as POOL/NAME, but this is \"" + backend + "\"");
    }
    String poolName = backend.substring(0, slash);
    String name = backend.substring(slash + 1);
    PoolDescriptor pool = descriptor.pools().get(poolName);
    if (pool == null) {
      return NagiosResult.unknown(
          "probe", "there is no pool " + poolName + "; there are " + descriptor.pools().keySet());
    }
    BackendDescriptor configured = pool.backends().get(name);
    if (configured == null) {
      return NagiosResult.unknown(
          "probe",
          "pool " + poolName + " has no backend " + name + "; it has " + pool.backends().keySet());
    }
    if (pool.health().isEmpty()) {
      return NagiosResult.unknown(
          "probe", "pool " + poolName + " has no check: add health: {check: ...} to it");
    }
    HealthDescriptor health = pool.health().get();
    HealthCheck check;
    ProbeKey key;
    try {
      var factory = Checks.factory(extensions, health);
      key =
          ProbeKey.of(
              poolName,
              name,
              configured,
              health,
              descriptor.dialledPort(poolName),
              Pool.checkSource(pool),
              factory);
      check = Checks.create(poolName, factory, health);
    } catch (IllegalArgumentException e) {
      return NagiosResult.unknown(health.check(), e.getMessage());
    }
    try {
      ProbeTls tls = new CheckTls();
      PoolBackend probed = new PoolBackend(poolName, name, key.where(), key.source());
      return probe(key, health.timeout(), () -> check.probe(probed, health.timeout(), tls));
    } finally {
      Checks.close(health.check(), check);
    }
  }

  private static NagiosResult probe(
      ProbeKey key, Duration timeout, java.util.concurrent.Callable<Health> probe)
      throws InterruptedException {
    FutureTask<Health> task = new FutureTask<>(probe);
    Thread thread = new Thread(task, "probe");
    thread.setDaemon(true);
    long started = System.nanoTime();
    thread.start();
    Health found;
    try {
      found = task.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      if (found == null) {
        found = Health.down("the check returned nothing");
      }
    } catch (TimeoutException e) {
      task.cancel(true);
      // A check that obeys may still have something to clear away.
      thread.join(500);
      found = Health.down(Phrases.noAnswer(timeout)).withLatency(timeout);
    } catch (ExecutionException e) {
      found = Health.down(Phrases.reason(e.getCause(), timeout));
    }
    Duration took = Duration.ofNanos(System.nanoTime() - started);
    return NagiosResult.of(key.check(), key.where(), found, found.latency().orElse(took), timeout);
  }
}
