package sluice.core.health;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import sluice.api.Backend;
import sluice.api.health.Health;
import sluice.api.health.HealthCheck;
import sluice.api.health.HealthCheckFactory;

/** A check that finds what a test says, and keeps whom it was asked about. */
final class ScriptedCheck implements HealthCheckFactory<ScriptedCheck.Options> {

  record Options(String text, boolean shareable) {}

  /** Those of a check whose findings are to be compared. */
  static final Options IDENTIFYING = new Options("identifies", true);

  /** The options that most tests use. */
  static final Options OPTIONS = new Options("", true);

  final List<Backend> probed = new CopyOnWriteArrayList<>();
  final List<Duration> timeouts = new CopyOnWriteArrayList<>();
  final Map<String, Supplier<Health>> findings = new ConcurrentHashMap<>();
  volatile Supplier<Health> finding = () -> Health.up("fine");
  volatile int created;
  volatile int closed;

  private final class Check implements HealthCheck, AutoCloseable {
    @Override
    public Health probe(Backend backend, Duration timeout) {
      probed.add(backend);
      timeouts.add(timeout);
      return findings.getOrDefault(backend.host(), finding).get();
    }

    @Override
    public void close() {
      closed++;
    }
  }

  @Override
  public String name() {
    return "scripted";
  }

  @Override
  public Class<Options> optionsType() {
    return Options.class;
  }

  @Override
  public HealthCheck create(Options options) {
    if (options.text().equals("impossible")) {
      throw new IllegalArgumentException("this cannot work");
    }
    created++;
    return new Check();
  }

  @Override
  public boolean shareable(Options options) {
    return options.shareable();
  }

  @Override
  public boolean identifies(Options options) {
    return options.equals(IDENTIFYING);
  }
}
