package sluice.core.descriptor;

import java.time.Duration;
import java.util.List;
import sluice.api.Default;
import sluice.api.Doc;

/** Balancers in front of a listener that tell who the client is. */
public record AcceptProxyDescriptor(
    @Doc(
            "The addresses and networks of the balancers. Their connections have to begin with a"
                + " PROXY header, version 1 or 2; those of anyone else are closed at once.")
        List<Subnet> acceptFrom,
    @Doc("How long the header may take.") @Default("3s") Duration timeout,
    @Doc(
            "Where it stands on listeners whose clients begin with TLS: before-tls, in clear ahead"
                + " of it; after-tls, the first bytes within it. Only such a listener, and only"
                + " where the gateway ends TLS, can have after-tls.")
        @Default("before-tls")
        ProxyPosition position) {

  /**
   * @throws IllegalArgumentException if nobody may connect, or no time is given
   */
  public AcceptProxyDescriptor {
    acceptFrom = List.copyOf(acceptFrom);
    if (acceptFrom.isEmpty()) {
      throw new IllegalArgumentException(
          "accept-from names no balancer, so that nobody could connect; add their addresses, or"
              + " remove proxy-protocol");
    }
    if (timeout.isZero()) {
      throw new IllegalArgumentException("the timeout of the PROXY header must be more than 0s");
    }
  }
}
