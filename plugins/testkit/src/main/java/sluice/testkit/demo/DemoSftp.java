package sluice.testkit.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClientFactory;
import sluice.testkit.SshPeer;

/** An SFTP client that wants to see the host key of the backends, and no other. */
final class DemoSftp implements AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final SshClient client = SshClient.setUpDefaultClient();
  private final InetSocketAddress server;

  DemoSftp(InetSocketAddress server, List<KeyPair> hostKeys) {
    this.server = server;
    client.setServerKeyVerifier(
        (session, address, key) ->
            hostKeys.stream().anyMatch(pair -> KeyUtils.compareKeys(pair.getPublic(), key)));
    client.start();
  }

  byte[] download(String file) throws IOException {
    try (ClientSession session = login();
        SftpClient sftp = SftpClientFactory.instance().createSftpClient(session);
        InputStream in = sftp.read(file)) {
      return in.readAllBytes();
    }
  }

  void upload(String file, byte[] content) throws IOException {
    try (ClientSession session = login();
        SftpClient sftp = SftpClientFactory.instance().createSftpClient(session);
        OutputStream out = sftp.write(file)) {
      out.write(content);
    }
  }

  private ClientSession login() throws IOException {
    ClientSession session = client.connect(SshPeer.USER, server).verify(TIMEOUT).getSession();
    session.addPasswordIdentity(SshPeer.PASSWORD);
    session.auth().verify(TIMEOUT);
    return session;
  }

  @Override
  public void close() {
    client.stop();
  }
}
