package sluice.checks;

import java.time.Duration;
import org.pf4j.Extension;
import sluice.api.Backend;
import sluice.api.health.Health;
import sluice.api.health.HealthCheck;
import sluice.api.health.HealthCheckFactory;

/**
 * {@code tcp}: the backend is up if it accepts a connection. That says that its system listens;
 * only a check that speaks the protocol says that it serves.
 */
@Extension
public final class TcpCheck implements HealthCheckFactory<TcpCheck.Options> {

  /** There are none. */
  public record Options() {}

  @Override
  public String name() {
    return "tcp";
  }

  @Override
  public Class<Options> optionsType() {
    return Options.class;
  }

  @Override
  public HealthCheck create(Options options) {
    return TcpCheck::probe;
  }

  private static Health probe(Backend backend, Duration timeout) throws Exception {
    long started = System.nanoTime();
    try (Dial dial = Dial.to(backend, timeout)) {
      Duration latency = Duration.ofNanos(System.nanoTime() - started);
      dial.leave();
      return Health.up("connected to port " + dial.socket().getPort()).withLatency(latency);
    }
  }
}
