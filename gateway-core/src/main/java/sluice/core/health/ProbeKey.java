package sluice.core.health;

import java.net.InetAddress;
import java.util.Optional;
import java.util.OptionalInt;
import sluice.api.health.HealthCheckFactory;
import sluice.core.descriptor.BackendDescriptor;
import sluice.core.descriptor.HealthDescriptor;
import sluice.core.descriptor.HostPort;

/**
 * What makes two probes the same probe.
 *
 * @param where it is sent
 * @param check the check's name
 * @param options the check's options
 * @param source the local address it leaves from
 * @param onlyFor {@code pool/name} if its result depends on that; empty if it may be shared
 */
record ProbeKey(
    HostPort where,
    String check,
    Record options,
    Optional<InetAddress> source,
    Optional<String> onlyFor) {

  /**
   * @param dialledPort the port of a backend that has none
   * @throws IllegalArgumentException if there is no port to probe
   */
  static <O extends Record> ProbeKey of(
      String pool,
      String name,
      BackendDescriptor backend,
      HealthDescriptor health,
      OptionalInt dialledPort,
      Optional<InetAddress> poolSource,
      HealthCheckFactory<O> factory) {
    HostPort where =
        new HostPort(
            health.address().orElse(backend.address().host()),
            health
                .port()
                .orElse(
                    backend.address().named()
                        ? backend.address().port()
                        : dialledPort.orElseThrow(() -> portless(pool, name))));
    boolean shared = factory.shareable(factory.optionsType().cast(health.options()));
    return new ProbeKey(
        where,
        health.check(),
        health.options(),
        health.source().or(() -> poolSource),
        shared ? Optional.empty() : Optional.of(pool + "/" + name));
  }

  private static IllegalArgumentException portless(String pool, String name) {
    return new IllegalArgumentException(
        "backend "
            + pool
            + "/"
            + name
            + " has no port, and its listeners have not just one: set health.port");
  }
}
