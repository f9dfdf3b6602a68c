package sluice.core.descriptor;

import java.util.Optional;
import sluice.api.Default;
import sluice.api.Doc;
import sluice.api.PortRanges;
import sluice.api.Range;

/** A backend of a pool. */
public record BackendDescriptor(
    @Doc(
            "Host and port, as in \"10.0.0.11:21\", \"[2001:db8::11]:21\" or \"files1.example:21\"."
                + " Without a port, as in \"10.0.0.11\", it is the port that the client dialled.")
        HostPort address,
    @Doc("Its share of the sessions, 1 to 256; 0 takes no new sessions.")
        @Default("1")
        @Range(min = 0, max = 256)
        int weight,
    @Doc("Used only when no other backend of the pool is fit.") @Default("false") boolean backup,
    @Doc("The most sessions at a time in this pool; 0 for no limit.")
        @Default("0")
        @Range(min = 0, max = 10_000_000)
        int maxSessions,
    @Doc(
            "The ports on which this server itself expects data connections, such as 20000-20009:"
                + " the gateway opens them on the addresses of listeners that ask for it (ftp with"
                + " control: passthrough) and relays each, port for port, to this backend alone.")
        Optional<PortRanges> dataPorts) {}
