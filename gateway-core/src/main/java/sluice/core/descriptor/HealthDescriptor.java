package sluice.core.descriptor;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import sluice.api.Default;
import sluice.api.Doc;
import sluice.api.Range;
import sluice.core.plugins.Extensions;

/** How the backends of a pool are checked. */
public record HealthDescriptor(
    @Doc("The check: the name of a check extension.") String check,
    @Doc("The time from one probe of a backend to the next.") @Default("2s") Duration interval,
    @Doc("How long one probe may take.") @Default("2s") Duration timeout,
    @Doc("How many good probes in a row bring a backend that is down up again.")
        @Default("2")
        @Range(min = 1, max = 1000)
        int rise,
    @Doc("How many bad probes in a row take a backend that is up down.")
        @Default("3")
        @Range(min = 1, max = 1000)
        int fall,
    @Doc("The port to probe instead of the backend's own.") @Range(min = 1, max = 65535)
        Optional<Integer> port,
    @Doc("The host to probe instead of the backend's own.") Optional<String> address,
    @Doc("The local address that probes leave from.") Optional<InetAddress> source,
    @Doc(
            "Leave a probe out if a client's session has reached the backend since the last one and"
                + " none has failed to: what sessions show needs no probe. What only the check looks"
                + " at, such as a file, is then not seen while clients come. Probes of a backend that"
                + " is not up, and of checks that compare identities, are never left out.")
        @Default("false")
        boolean probeWhenIdleOnly,
    @Doc(
            "What to do with backends that differ in what clients know them by, such as the SSH host"
                + " key, if the check looks at that: compare takes down those that differ from most"
                + " of the pool, and warns if there are no most; strict then takes all of them down;"
                + " ignore is for pools whose backends are meant to differ.")
        @Default("compare")
        Identities identities,
    @Doc("The check's own options.") @OptionsOf(kind = Extensions.Kind.CHECK, by = "check")
        Record options) {

  /** What is done with what clients know backends by. */
  public enum Identities {
    /** Who differs from most is down; without most, there is a warning. */
    COMPARE,
    /** Without most, all that have voted are down. */
    STRICT,
    /** Nothing. */
    IGNORE
  }
}
