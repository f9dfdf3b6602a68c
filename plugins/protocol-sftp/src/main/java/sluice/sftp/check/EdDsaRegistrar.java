package sluice.sftp.check;

import java.security.Provider;
import net.i2p.crypto.eddsa.EdDSASecurityProvider;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.common.util.security.eddsa.EdDSASecurityProviderRegistrar;

/**
 * Gives SSHD the Ed25519 implementation of this plugin's own jar. By itself SSHD would install it
 * for the whole JVM by name, or take one of that name that somebody else has installed, whose keys
 * are then classes of another loader.
 */
final class EdDsaRegistrar extends EdDSASecurityProviderRegistrar {

  private final Provider provider = new EdDSASecurityProvider();

  private EdDsaRegistrar() {}

  /** Takes the place of SSHD's own, if SSHD has not chosen yet; may be called again. */
  static synchronized void register() {
    if (!SecurityUtils.isRegistrationCompleted()) {
      SecurityUtils.setAPrioriDisabledProvider(SecurityUtils.EDDSA, true);
      SecurityUtils.registerSecurityProvider(new EdDsaRegistrar());
    }
  }

  @Override
  public boolean isEnabled() {
    // The other one is disabled by its name, which is ours too.
    return true;
  }

  @Override
  public boolean isSupported() {
    return true;
  }

  @Override
  public boolean isNamedProviderUsed() {
    return false;
  }

  @Override
  public Provider getSecurityProvider() {
    return provider;
  }
}
