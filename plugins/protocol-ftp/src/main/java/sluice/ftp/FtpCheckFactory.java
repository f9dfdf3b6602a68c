package sluice.ftp;

import org.pf4j.Extension;
import sluice.api.health.HealthCheck;
import sluice.api.health.HealthCheckFactory;
import sluice.ftp.check.FtpCheck;
import sluice.ftp.check.FtpCheckOptions;

/** The check {@code ftp}: whether a server greets, lets a user in and has a file. */
@Extension
public final class FtpCheckFactory implements HealthCheckFactory<FtpCheckOptions> {

  @Override
  public String name() {
    return "ftp";
  }

  @Override
  public Class<FtpCheckOptions> optionsType() {
    return FtpCheckOptions.class;
  }

  @Override
  public HealthCheck create(FtpCheckOptions options) {
    return new FtpCheck(options);
  }
}
