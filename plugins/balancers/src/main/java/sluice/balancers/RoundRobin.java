package sluice.balancers;

import org.pf4j.Extension;
import sluice.api.balance.Balancer;
import sluice.api.balance.BalancerFactory;

/** {@code round-robin}: in turn, by weight, spread as evenly as can be. */
@Extension
public final class RoundRobin implements BalancerFactory<NoOptions> {

  @Override
  public String name() {
    return "round-robin";
  }

  @Override
  public Class<NoOptions> optionsType() {
    return NoOptions.class;
  }

  @Override
  public Balancer create(NoOptions options) {
    return new Rotation();
  }
}
