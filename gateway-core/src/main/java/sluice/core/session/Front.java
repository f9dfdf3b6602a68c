package sluice.core.session;

import java.time.Duration;

/** What a session whose balancer tells late who the client is has to know of that balancer. */
public interface Front {

  /** How long the header may take once TLS is there. */
  Duration timeout();

  /** It did not come: to be counted and logged. */
  void failed(String reason);
}
