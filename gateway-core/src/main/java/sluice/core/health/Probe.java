package sluice.core.health;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import sluice.api.Backend;
import sluice.api.health.Health;
import sluice.api.health.HealthCheck;
import sluice.api.health.ProbeTls;

/**
 * One probe, repeated, and those who follow it. It never overlaps itself: a run that hangs beyond
 * its time is interrupted, and as long as it does not come back each interval counts as a further
 * run without an answer.
 *
 * <p>All state is guarded by the object's own lock; the check itself runs outside of it.
 */
final class Probe {

  private static final double JITTER = 0.1;

  private final HealthCheck check;
  private final ProbeTls tls;
  private final Backend backend;
  private final List<Follower> followers;
  private final Duration interval;
  private final Duration timeout;
  private final Timeline timeline;
  private final Executor threads;
  private final RandomGenerator random;
  private final Runnable onFirstResult;

  private Run running;
  private boolean begun;
  private boolean known;
  private boolean closed;
  private Runnable nextTick = () -> {};

  Probe(
      HealthCheck check,
      ProbeTls tls,
      Backend backend,
      List<Follower> followers,
      Timeline timeline,
      Executor threads,
      RandomGenerator random,
      Runnable onFirstResult) {
    this.check = check;
    this.tls = tls;
    this.backend = backend;
    this.followers = List.copyOf(followers);
    this.interval =
        followers.stream().map(Follower::interval).min(Comparator.naturalOrder()).orElseThrow();
    this.timeout =
        followers.stream().map(Follower::timeout).max(Comparator.naturalOrder()).orElseThrow();
    this.timeline = timeline;
    this.threads = threads;
    this.random = random;
    this.onFirstResult = onFirstResult;
  }

  /** Begins after a delay and goes on until {@link #close}. */
  synchronized void start(Duration delay) {
    nextTick = timeline.after(delay, this::tick);
  }

  private void tick() {
    Run next;
    synchronized (this) {
      if (closed) {
        return;
      }
      nextTick = timeline.after(pause(), this::tick);
      if (running != null) {
        if (running.expired) {
          judge(
              new Object(),
              Health.down(Phrases.noAnswer(timeout) + ", and the check still hangs"),
              timeout);
        }
        return;
      }
      running = new Run();
      next = running;
    }
    threads.execute(next);
  }

  /**
   * The time to the next tick. The first probes all come at start-up; the first pause is a random
   * part of the interval, so that they do not stay together.
   */
  private Duration pause() {
    double factor =
        begun ? 1 - JITTER + 2 * JITTER * random.nextDouble() : 0.5 + 0.5 * random.nextDouble();
    begun = true;
    return Duration.ofNanos((long) (interval.toNanos() * factor));
  }

  /** Gives a result to all who have none of this run. */
  private void judge(Object run, Health found, Duration took) {
    Instant now = timeline.instant();
    for (Follower follower : followers) {
      if (follower.takes(run)) {
        follower.judge(found, took, now);
      }
    }
    known();
  }

  private void known() {
    if (!known) {
      known = true;
      onFirstResult.run();
    }
  }

  /**
   * No further run begins, no result counts any more, and a run that is going on is interrupted.
   */
  synchronized void close() {
    closed = true;
    nextTick.run();
    if (running != null) {
      running.interrupt();
    }
  }

  private final class Run implements Runnable {

    private final List<Runnable> expiries = new ArrayList<>();
    private Thread thread;
    private boolean expired;
    private long started;

    @Override
    public void run() {
      synchronized (Probe.this) {
        if (closed) {
          return;
        }
        thread = Thread.currentThread();
        started = timeline.nanos();
        followers.stream()
            .map(Follower::timeout)
            .distinct()
            .forEach(limit -> expiries.add(timeline.after(limit, () -> expire(limit))));
      }
      Health found = probe();
      long took = timeline.nanos() - started;
      synchronized (Probe.this) {
        thread = null;
        // A late interrupt must not hit the next probe of this thread.
        Thread.interrupted();
        running = null;
        expiries.forEach(Runnable::run);
        if (!closed && !expired) {
          judge(this, found, found.latency().orElse(Duration.ofNanos(took)));
        }
      }
    }

    private Health probe() {
      try {
        Health found = check.probe(backend, timeout, tls);
        return found != null ? found : Health.down("the check returned nothing");
      } catch (Exception | Error e) {
        // Every error: as when no thread can be made, which the next probe may find otherwise. A
        // run
        // that did not come back from it would count as hanging for ever.
        return Health.down(Phrases.reason(e, timeout));
      }
    }

    /** Those with this time limit have waited long enough; with the longest, so has the probe. */
    private void expire(Duration limit) {
      synchronized (Probe.this) {
        if (closed || running != this) {
          return;
        }
        Instant now = timeline.instant();
        for (Follower follower : followers) {
          if (follower.timeout().compareTo(limit) <= 0 && follower.takes(this)) {
            follower.judge(Health.down(Phrases.noAnswer(limit)), limit, now);
          }
        }
        if (limit.equals(timeout)) {
          expired = true;
          interrupt();
          known();
        }
      }
    }

    private void interrupt() {
      if (thread != null) {
        thread.interrupt();
      }
    }
  }
}
