package sluice.core.descriptor;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import sluice.api.Default;
import sluice.api.Doc;
import sluice.api.Range;
import sluice.core.plugins.Extensions;

/** A pool. The order of the backends is that of the file. */
public record PoolDescriptor(
    @Doc("How a backend is chosen for a session.") Balance balance,
    @Doc("How backends are checked; without it they are never checked and always count as fit.")
        Optional<HealthDescriptor> health,
    @Doc("How long one attempt to connect to a backend may take.") @Default("3s")
        Duration connectTimeout,
    @Doc(
            "How long a backend that accepted may take until its first answer (FTP greeting, SSH"
                + " identification, first TFTP packet).")
        @Default("10s")
        Duration answerTimeout,
    @Doc("How many further backends are tried when one does not answer.")
        @Default("2")
        @Range(min = 0, max = 100)
        int retries,
    @Doc(
            "The local addresses that connections to the backends leave from: one, or several with"
                + " commas that take turns; a network such as 10.99.0.0/16, in which each client has"
                + " an address of its own; or client, for the client's own address. Without it the"
                + " system chooses.")
        Optional<SourceAddresses> source,
    @Doc("The PROXY protocol towards the backends; without it none is spoken. Not over UDP.")
        Optional<SendProxyDescriptor> proxyProtocol,
    @Doc("The backends, by name.") @Names Map<String, BackendDescriptor> backends) {

  /** The pool's strategy. */
  public record Balance(
      @Doc("The balancing strategy: the name of a strategy extension.") @Default("round-robin")
          String strategy,
      @Doc("The strategy's own options.")
          @OptionsOf(kind = Extensions.Kind.STRATEGY, by = "strategy")
          Record options) {}
}
