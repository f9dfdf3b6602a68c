package sluice.tftp.rules;

import java.util.List;
import sluice.api.Doc;
import sluice.api.PoolRef;

/** Which files come from which pool, as the descriptor has it. */
public record PoolRoute(
    @Doc("Patterns such as \"*.img\" or \"pxelinux.cfg/*\"; without them all files are meant.")
        List<String> files,
    @Doc("Addresses and networks such as \"10.0.0.0/8\"; without them all clients are meant.")
        List<String> clients,
    @Doc("The pool that these requests go to.") PoolRef pool) {

  /**
   * @throws IllegalArgumentException if a pattern or a network is wrong
   */
  public PoolRoute {
    Scope.of(files, clients);
  }
}
