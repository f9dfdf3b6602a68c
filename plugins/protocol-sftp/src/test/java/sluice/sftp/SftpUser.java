package sluice.sftp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClientFactory;
import sluice.testkit.SshPeer;

/** An SFTP client with a known_hosts file of one line: the first key it meets. */
final class SftpUser implements AutoCloseable {

  private static final long PATIENCE_MILLIS = 30_000;

  private final SshClient client = SshClient.setUpDefaultClient();
  private String knownHost;

  SftpUser() {
    client.setNioWorkers(1);
    client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
    client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
    client.setServerKeyVerifier(
        (session, address, key) -> {
          String fingerprint = KeyUtils.getFingerPrint(key);
          synchronized (this) {
            knownHost = Objects.requireNonNullElse(knownHost, fingerprint);
            return knownHost.equals(fingerprint);
          }
        });
    client.start();
  }

  /** Logs in. */
  Login login(InetSocketAddress address) throws IOException {
    ClientSession session =
        client.connect(SshPeer.USER, address).verify(PATIENCE_MILLIS).getSession();
    try {
      session.addPasswordIdentity(SshPeer.PASSWORD);
      session.auth().verify(PATIENCE_MILLIS);
      return new Login(session, SftpClientFactory.instance().createSftpClient(session));
    } catch (IOException e) {
      session.close(true);
      throw e;
    }
  }

  /** A session with SFTP open. */
  record Login(ClientSession session, SftpClient sftp) implements AutoCloseable {

    /** The name of the server that is really there. */
    String server() {
      return session.getServerVersion().substring("SSH-2.0-".length());
    }

    void upload(String file, byte[] content) throws IOException {
      try (OutputStream out = sftp.write(file)) {
        out.write(content);
      }
    }

    byte[] download(String file) throws IOException {
      try (InputStream in = sftp.read(file)) {
        return in.readAllBytes();
      }
    }

    @Override
    public void close() throws IOException {
      sftp.close();
      session.close(false).await(PATIENCE_MILLIS);
    }
  }

  @Override
  public void close() {
    client.stop();
  }
}
