package sluice.core.descriptor;

import sluice.api.Default;
import sluice.api.Doc;
import sluice.api.Range;

/** How the gateway uses the network. */
public record NetDescriptor(
    @Doc("The transport: epoll where the system has it and nio elsewhere, or one of them by force.")
        @Default("auto")
        Transport transport,
    @Doc("The number of event loops; 0 takes one for each processor.")
        @Default("0")
        @Range(min = 0, max = 1024)
        int eventLoops,
    @Doc("TCP keepalive on all connections, with clients and with backends.")
        KeepaliveDescriptor keepalive) {

  /** The transports. */
  public enum Transport {
    /** The best there is. */
    AUTO,
    /** Linux epoll. */
    EPOLL,
    /** The JDK's. */
    NIO
  }
}
