package sluice.core.health;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import sluice.api.health.HealthCheck;
import sluice.api.health.HealthCheckFactory;
import sluice.core.descriptor.HealthDescriptor;
import sluice.core.plugins.Extensions;

/** From what a pool says of its check to the check, and its end. */
final class Checks {

  private static final Logger LOG = LogManager.getLogger(Checks.class);

  private Checks() {}

  /**
   * @throws IllegalArgumentException if no such check is installed
   */
  static HealthCheckFactory<?> factory(Extensions extensions, HealthDescriptor health) {
    return extensions
        .find(Extensions.Kind.CHECK, health.check())
        .map(installed -> (HealthCheckFactory<?>) installed.factory())
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no check is named "
                        + health.check()
                        + "; installed are "
                        + extensions.names(Extensions.Kind.CHECK)));
  }

  /**
   * @throws IllegalArgumentException if the options cannot work
   */
  static <O extends Record> HealthCheck create(
      String pool, HealthCheckFactory<O> factory, HealthDescriptor health) {
    HealthCheck check;
    try {
      check = factory.create(factory.optionsType().cast(health.options()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "check " + health.check() + " of pool " + pool + ": " + e.getMessage(), e);
    } catch (RuntimeException | LinkageError e) {
      throw new IllegalArgumentException(
          "check " + health.check() + " of pool " + pool + " failed: " + e, e);
    }
    if (check == null) {
      throw new IllegalArgumentException(
          "check " + health.check() + " of pool " + pool + ": its plugin made nothing");
    }
    return check;
  }

  /** Whether good probes tell identities. */
  static <O extends Record> boolean identifies(
      HealthCheckFactory<O> factory, HealthDescriptor health) {
    return factory.identifies(factory.optionsType().cast(health.options()));
  }

  static void close(String name, HealthCheck check) {
    if (check instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        LOG.warn("check {} failed to close", name, e);
      }
    }
  }
}
