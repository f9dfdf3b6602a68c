package sluice.core.descriptor;

import java.time.Duration;
import java.util.Optional;
import sluice.api.Default;
import sluice.api.Doc;
import sluice.api.PoolRef;
import sluice.api.Range;
import sluice.core.plugins.Extensions;

/** A listener. */
public record ListenerDescriptor(
    @Doc("The protocol that clients speak here: the name of a protocol extension.") String protocol,
    @Doc(
            "Where to listen: host and ports, as in \"0.0.0.0:2121\", \"[::]:2121\" or"
                + " \"127.0.0.1:2121,2130-2139\", or a list of these. The host is an address of this"
                + " machine, localhost, or * for all addresses, IPv4 and IPv6.")
        BindAddresses bind,
    @Doc("The pool that serves the clients.") PoolRef pool,
    @Doc("The most sessions at a time; further clients are refused in the protocol's words.")
        @Default("10000")
        @Range(min = 1, max = 10_000_000)
        int maxSessions,
    @Doc("Limits for each client address; without it there are none.")
        Optional<PerClientDescriptor> perClient,
    @Doc(
            "A session in which nothing has moved for this long is ended; 0s never. Transfers count"
                + " as movement.")
        @Default("15m")
        Duration idleTimeout,
    @Doc(
            "Balancers in front that speak the PROXY protocol; without it clients come themselves."
                + " Not over UDP.")
        Optional<AcceptProxyDescriptor> proxyProtocol,
    @Doc("The protocol's own options.") @OptionsOf(kind = Extensions.Kind.PROTOCOL, by = "protocol")
        Record options) {}
