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
    @Doc("The check's own options.") @OptionsOf(kind = Extensions.Kind.CHECK, by = "check")
        Record options) {}
