package sluice.tftp.check;

import org.pf4j.Extension;
import sluice.api.health.HealthCheck;
import sluice.api.health.HealthCheckFactory;

/** The check {@code tftp}. */
@Extension
public final class TftpCheckFactory implements HealthCheckFactory<TftpCheckOptions> {

  @Override
  public String name() {
    return "tftp";
  }

  @Override
  public Class<TftpCheckOptions> optionsType() {
    return TftpCheckOptions.class;
  }

  @Override
  public HealthCheck create(TftpCheckOptions options) {
    return new TftpCheck(options);
  }
}
