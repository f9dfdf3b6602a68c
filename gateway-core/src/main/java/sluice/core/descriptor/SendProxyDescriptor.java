package sluice.core.descriptor;

import sluice.api.Default;
import sluice.api.Doc;

/** How backends are told who the client is. */
public record SendProxyDescriptor(
    @Doc(
            "The version of the header that every connection to a backend begins with. Version 2"
                + " carries the session's id as unique id.")
        Version send,
    @Doc(
            "Whether the data connections that the gateway opens to a backend begin with it too; it"
                + " goes in clear, before any TLS.")
        @Default("false")
        boolean data) {

  /** The version of the PROXY protocol. */
  public enum Version {
    /** A line of text. */
    V1,
    /** Binary. */
    V2
  }
}
