package sluice.balancers;

import org.pf4j.Extension;
import sluice.api.Default;
import sluice.api.Doc;
import sluice.api.KeyRef;
import sluice.api.balance.Balancer;
import sluice.api.balance.BalancerFactory;

/**
 * {@code source-hash}: the same client always meets the same backend, as long as that is fit; a
 * backend that is lost moves its own clients and no others, and one that returns takes just these
 * back. Backends are told apart by their names, so that one that moves to another address keeps its
 * clients.
 */
@Extension
public final class SourceHash implements BalancerFactory<SourceHash.Options> {

  /** The options. */
  public record Options(
      @Doc(
              "What makes a client the same: client-address, or a fact that the protocol finds out,"
                  + " for example user or file. A session without that fact goes by its address.")
          @Default("client-address")
          KeyRef by) {}

  @Override
  public String name() {
    return "source-hash";
  }

  @Override
  public Class<Options> optionsType() {
    return Options.class;
  }

  @Override
  public Balancer create(Options options) {
    return new Rendezvous(options.by().name());
  }
}
