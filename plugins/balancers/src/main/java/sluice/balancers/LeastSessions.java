package sluice.balancers;

import org.pf4j.Extension;
import sluice.api.balance.Balancer;
import sluice.api.balance.BalancerFactory;

/** {@code least-sessions}: the backend with the fewest sessions for its weight. */
@Extension
public final class LeastSessions implements BalancerFactory<NoOptions> {

  @Override
  public String name() {
    return "least-sessions";
  }

  @Override
  public Class<NoOptions> optionsType() {
    return NoOptions.class;
  }

  @Override
  public Balancer create(NoOptions options) {
    return new Least(Least::sessions);
  }
}
