package sluice.core.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import sluice.api.health.HealthCheck;
import sluice.api.health.HealthCheckFactory;
import sluice.api.health.ProbeTls;
import sluice.core.descriptor.HealthDescriptor;
import sluice.core.plugins.Extensions;
import sluice.core.pool.Member;
import sluice.core.pool.Pool;
import sluice.core.pool.PoolBackend;
import sluice.core.tls.CheckTls;

/**
 * Probes the backends of all pools that have a check, and reports to the pools what it finds.
 *
 * <p>Probes run on daemon threads of their own, as many as there are distinct probes but at most
 * {@value #MOST_THREADS}: with more probes than that, all of them hanging, one may begin late by a
 * time limit.
 */
public final class HealthMonitor implements AutoCloseable {

  private static final Logger LOG = LogManager.getLogger(HealthMonitor.class);

  /** The most probes at a time. */
  static final int MOST_THREADS = 256;

  /** All first probes begin within this time. */
  private static final Duration FIRST_SPREAD = Duration.ofMillis(500);

  private static final Duration FIRST_STEP = Duration.ofMillis(5);

  private final Timeline timeline;
  private final ExecutorService threads;
  private final Map<CheckKey, HealthCheck> checks = new LinkedHashMap<>();
  private final List<Probe> probes = new ArrayList<>();
  private final CountDownLatch firstResults;

  private record CheckKey(String name, Record options) {}

  /**
   * Makes the checks; nothing is probed before {@link #start}.
   *
   * @param pools those without a check are left alone
   * @param dialledPort the port of a pool's backends that have none of their own
   * @param extensions has every check that a pool names
   * @throws IllegalArgumentException if a check's options cannot work; the message names the pool
   */
  public HealthMonitor(
      Collection<Pool> pools, Function<String, OptionalInt> dialledPort, Extensions extensions) {
    this(pools, dialledPort, extensions, new SystemTimeline(), null, new java.util.Random());
  }

  /** With time, probe threads (null for its own) and chance in the hands of a test. */
  HealthMonitor(
      Collection<Pool> pools,
      Function<String, OptionalInt> dialledPort,
      Extensions extensions,
      Timeline timeline,
      ExecutorService threads,
      RandomGenerator random) {
    this.timeline = timeline;
    ProbeTls tls = new CheckTls();
    Map<ProbeKey, List<Follower>> followers = new LinkedHashMap<>();
    try {
      for (Pool pool : pools) {
        pool.descriptor()
            .health()
            .ifPresent(
                health ->
                    follow(pool, health, dialledPort.apply(pool.name()), extensions, followers));
      }
    } catch (IllegalArgumentException e) {
      // Nobody will close the monitor that was not made.
      closeChecks();
      throw e;
    }
    this.threads = threads != null ? threads : threads(followers.size());
    this.firstResults = new CountDownLatch(followers.size());
    followers.forEach(
        (key, list) ->
            probes.add(
                new Probe(
                    checks.get(new CheckKey(key.check(), key.options())),
                    tls,
                    probed(key, list.get(0).member()),
                    list,
                    timeline,
                    this.threads,
                    random,
                    firstResults::countDown)));
  }

  private void follow(
      Pool pool,
      HealthDescriptor health,
      OptionalInt dialledPort,
      Extensions extensions,
      Map<ProbeKey, List<Follower>> followers) {
    HealthCheckFactory<?> factory = Checks.factory(extensions, health);
    checks.computeIfAbsent(
        new CheckKey(health.check(), health.options()),
        any -> Checks.create(pool.name(), factory, health));
    for (Member member : pool.members()) {
      ProbeKey key =
          ProbeKey.of(
              pool.name(),
              member.backend().name(),
              member.configured(),
              health,
              dialledPort,
              member.backend().source(),
              factory);
      followers.computeIfAbsent(key, any -> new ArrayList<>()).add(new Follower(member, health));
    }
  }

  private static PoolBackend probed(ProbeKey key, Member first) {
    return new PoolBackend(first.pool().name(), first.backend().name(), key.where(), key.source());
  }

  private static ExecutorService threads(int probes) {
    int most = Math.max(1, Math.min(probes, MOST_THREADS));
    AtomicInteger count = new AtomicInteger();
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            most,
            most,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "health-probe-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            },
            // After close nothing needs to be run.
            (task, pool) -> {});
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  /** Begins: the first probes come at once, spread over at most half a second. */
  public void start() {
    long step =
        probes.isEmpty()
            ? 0
            : Math.min(FIRST_STEP.toNanos(), FIRST_SPREAD.toNanos() / probes.size());
    for (int i = 0; i < probes.size(); i++) {
      probes.get(i).start(Duration.ofNanos(i * step));
    }
  }

  /** How many distinct probes there are. */
  public int probes() {
    return probes.size();
  }

  /**
   * Waits until every backend that is checked has had its first result.
   *
   * @param most how long to wait at most
   * @return whether they all have
   */
  public boolean awaitFirstResults(Duration most) throws InterruptedException {
    return firstResults.await(most.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Stops: nothing is reported after this has returned. Checks are closed; call it only once. */
  @Override
  public void close() {
    probes.forEach(Probe::close);
    threads.shutdownNow();
    if (timeline instanceof SystemTimeline system) {
      system.close();
    }
    try {
      if (!threads.awaitTermination(1, TimeUnit.SECONDS)) {
        LOG.debug("a probe does not come back from its interruption; it is left alone");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    closeChecks();
  }

  private void closeChecks() {
    checks.forEach((key, check) -> Checks.close(key.name(), check));
  }
}
