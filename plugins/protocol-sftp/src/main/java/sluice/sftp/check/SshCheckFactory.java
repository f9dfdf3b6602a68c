package sluice.sftp.check;

import org.pf4j.Extension;
import sluice.api.health.HealthCheck;
import sluice.api.health.HealthCheckFactory;

/**
 * The check {@code ssh}: whether an SSH server identifies itself, and by options whether it
 * exchanges keys, has the right host key, lets a user log in and has a file.
 */
@Extension
public final class SshCheckFactory implements HealthCheckFactory<SshCheckOptions> {

  @Override
  public String name() {
    return "ssh";
  }

  @Override
  public Class<SshCheckOptions> optionsType() {
    return SshCheckOptions.class;
  }

  @Override
  public HealthCheck create(SshCheckOptions options) {
    return options.exchangesKeys() ? new KeyExchangeCheck(options) : new IdentificationCheck();
  }

  @Override
  public boolean identifies(SshCheckOptions options) {
    return options.exchangesKeys();
  }
}
