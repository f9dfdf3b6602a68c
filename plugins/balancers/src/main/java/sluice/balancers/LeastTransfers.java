package sluice.balancers;

import org.pf4j.Extension;
import sluice.api.balance.Balancer;
import sluice.api.balance.BalancerFactory;

/**
 * {@code least-transfers}: the backend with the fewest running transfers for its weight; between
 * equals, the fewest sessions.
 */
@Extension
public final class LeastTransfers implements BalancerFactory<NoOptions> {

  @Override
  public String name() {
    return "least-transfers";
  }

  @Override
  public Class<NoOptions> optionsType() {
    return NoOptions.class;
  }

  @Override
  public Balancer create(NoOptions options) {
    return new Least(Least::transfers);
  }
}
