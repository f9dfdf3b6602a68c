package sluice.core.descriptor;

import java.nio.file.Path;
import sluice.api.Default;
import sluice.api.Doc;

/** The control socket. */
public record ControlDescriptor(
    @Doc(
            "The Unix-domain socket for status, sessions and stop; a relative path is taken from"
                + " the gateway's home. Only its owner may connect.")
        @Default("run/gateway.sock")
        Path socket) {}
