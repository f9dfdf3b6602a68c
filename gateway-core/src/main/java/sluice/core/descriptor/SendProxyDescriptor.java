package sluice.core.descriptor;

import sluice.api.Default;
import sluice.api.Doc;

/** How backends are told who the client is. */
public record SendProxyDescriptor(
    @Doc(
            "The version of the header that every connection to a backend begins with. Version 2"
                + " carries the session's id as unique id, and what is known of the client's TLS.")
        Version send,
    @Doc("Whether the data connections that the gateway opens to a backend begin with it too.")
        @Default("false")
        boolean data,
    @Doc(
            "Where it stands on connections that begin with TLS: before-tls, in clear ahead of it,"
                + " as most receivers want it; after-tls, the first bytes within it. Connections"
                + " that turn to TLS later, as with AUTH TLS, begin with it either way.")
        @Default("before-tls")
        ProxyPosition position) {

  /** The version of the PROXY protocol. */
  public enum Version {
    /** A line of text. */
    V1,
    /** Binary. */
    V2
  }
}
