package sluice.core.descriptor;

import java.util.List;
import sluice.api.Default;
import sluice.api.Doc;
import sluice.api.Range;

/** What one client address may have of a listener. */
public record PerClientDescriptor(
    @Doc(
            "The most sessions of one address at a time; further ones are refused in the protocol's"
                + " words. An IPv4 address stands for itself.")
        @Range(min = 1, max = 10_000_000)
        int maxSessions,
    @Doc("The bits of an IPv6 address that tell one client from another.")
        @Default("64")
        @Range(min = 16, max = 128)
        int ipv6Prefix,
    @Doc("Addresses and networks without this limit, such as those of NATs and monitors.")
        List<Subnet> except) {

  /** Copies the list. */
  public PerClientDescriptor {
    except = List.copyOf(except);
  }
}
