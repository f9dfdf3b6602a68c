package sluice.core.cli;

import sluice.core.control.Status;
import sluice.core.launch.Home;

/** What a start prints: what listens where, how the backends are, and where the logs are. */
final class StartText {

  private StartText() {}

  static String of(Status status, Home home) {
    Table listeners = new Table("listener", "protocol", "listens on", "pool");
    for (Status.Listener listener : status.listeners()) {
      listeners.row(
          listener.name(), listener.protocol(), StatusText.addresses(listener), listener.pool());
    }
    Table backends = new Table("backend", "address", "state", "check");
    for (Status.Pool pool : status.pools()) {
      for (Status.Backend backend : pool.backends()) {
        backends.row(
            pool.name() + "/" + backend.name(),
            backend.address(),
            StatusText.state(backend),
            StatusText.check(pool, backend));
      }
    }
    return "Sluice "
        + status.version()
        + " serves (pid "
        + status.pid()
        + ", transport "
        + status.transport()
        + (status.tls().isEmpty() ? "" : ", tls " + status.tls())
        + ")\n\n"
        + listeners
        + "\n"
        + backends
        + "\nlog:     "
        + home.logs().resolve("gateway.log")
        + "\nrecords: "
        + home.logs().resolve("access.log")
        + "\n";
  }
}
