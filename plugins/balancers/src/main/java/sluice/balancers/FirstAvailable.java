package sluice.balancers;

import org.pf4j.Extension;
import sluice.api.balance.Balancer;
import sluice.api.balance.BalancerFactory;

/**
 * {@code first-available}: the first backend of the descriptor that is fit; the next one serves
 * when the first is down or has its {@code max-sessions}.
 */
@Extension
public final class FirstAvailable implements BalancerFactory<NoOptions> {

  @Override
  public String name() {
    return "first-available";
  }

  @Override
  public Class<NoOptions> optionsType() {
    return NoOptions.class;
  }

  @Override
  public Balancer create(NoOptions options) {
    return (session, candidates) -> candidates.get(0);
  }
}
