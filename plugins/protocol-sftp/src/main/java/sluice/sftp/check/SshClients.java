package sluice.sftp.check;

import java.util.List;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.auth.keyboard.UserAuthKeyboardInteractiveFactory;
import org.apache.sshd.client.auth.password.UserAuthPasswordFactory;
import org.apache.sshd.client.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.common.io.nio2.Nio2ServiceFactoryFactory;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.core.CoreModuleProperties;

/** Sets SSHD's client up for probes. */
final class SshClients {

  private SshClients() {}

  /** Makes SSHD use what this plugin brings; may be called again. Within {@link OwnLoader}. */
  static void prepare() {
    EdDsaRegistrar.register();
  }

  /**
   * A started client that knows no files of the user who runs the gateway ({@code ~/.ssh}), no
   * agent, and takes every host key, because the caller looks at it before it logs in: to refuse it
   * here would end the session with an error in the server's log. Within {@link OwnLoader}, which
   * the client's threads then have for themselves.
   */
  static SshClient start() {
    prepare();
    SshClient client = SshClient.setUpDefaultClient();
    client.setIoServiceFactoryFactory(new Nio2ServiceFactoryFactory());
    client.setNioWorkers(1);
    client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
    client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
    client.setAgentFactory(null);
    client.setServerKeyVerifier((session, address, key) -> true);
    client.setSignatureFactories(KeyFamily.signatures(List.of(KeyFamily.values())));
    client.setUserAuthFactories(
        List.of(
            UserAuthPublicKeyFactory.INSTANCE,
            UserAuthPasswordFactory.INSTANCE,
            UserAuthKeyboardInteractiveFactory.INSTANCE));
    CoreModuleProperties.CLIENT_IDENTIFICATION.set(client, Farewell.SOFTWARE);
    client.start();
    return client;
  }
}
