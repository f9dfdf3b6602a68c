package sluice.core.descriptor;

import java.time.Duration;
import java.util.Map;
import sluice.api.Default;
import sluice.api.Doc;

/** The whole descriptor. The order of the maps is that of the file. */
public record Descriptor(
    @Doc("The addresses on which clients arrive, by name.") @Names
        Map<String, ListenerDescriptor> listeners,
    @Doc("The pools of backends, by name.") @Names Map<String, PoolDescriptor> pools,
    @Doc(
            "How long a stop waits for running sessions and transfers before they are cut off; 0s"
                + " does not wait.")
        @Default("30s")
        Duration stopTimeout,
    @Doc("The control socket.") ControlDescriptor control,
    @Doc("How the gateway uses the network.") NetDescriptor net,
    @Doc("How the gateway does TLS.") TlsDescriptor tls) {}
