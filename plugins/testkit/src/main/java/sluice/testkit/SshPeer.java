package sluice.testkit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.List;
import java.util.Objects;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;

/**
 * A real SSH server (Apache MINA SSHD) with SFTP in this JVM: one user {@value #USER} with the
 * password {@value #PASSWORD} who sees the root as {@code /} and may read and write in it. Its
 * identification names it: {@code SSH-2.0-NAME}.
 *
 * <p>Thread-safe. Closing it ends its sessions and leaves neither port nor thread behind.
 */
public final class SshPeer implements AutoCloseable {

  /** The only user. */
  public static final String USER = "user";

  /** The user's password. */
  public static final String PASSWORD = "password";

  private final SshServer server;
  private final InetSocketAddress address;
  private final String name;
  private final List<KeyPair> hostKeys;

  private SshPeer(
      SshServer server, InetSocketAddress address, String name, List<KeyPair> hostKeys) {
    this.server = server;
    this.address = address;
    this.name = name;
    this.hostKeys = hostKeys;
  }

  /**
   * A server named {@code ssh} with host keys of its own on a free port of 127.0.0.1.
   *
   * @param root an existing folder
   * @throws IOException if it cannot listen
   */
  public static SshPeer start(Path root) throws IOException {
    return start("127.0.0.1", root);
  }

  /**
   * A server named {@code ssh} with host keys of its own on a free port of an address.
   *
   * @param address an address literal, IPv6 without brackets
   * @param root an existing folder
   * @throws IOException if it cannot listen
   */
  public static SshPeer start(String address, Path root) throws IOException {
    return start(new InetSocketAddress(address, 0), root, "ssh", newHostKeys());
  }

  /**
   * A server on a port with given host keys, so that several peers can share theirs, and one that
   * was closed can come back where it was.
   *
   * @param at where it listens; port 0 is any free port
   * @param root an existing folder
   * @param name what its identification says: printable US-ASCII without blanks; a minus sign is
   *     shown as {@code _} (RFC 4253, section 4.2)
   * @param hostKeys one for each algorithm, not empty
   * @throws IOException if it cannot listen
   */
  public static SshPeer start(InetSocketAddress at, Path root, String name, List<KeyPair> hostKeys)
      throws IOException {
    Objects.requireNonNull(name);
    List<KeyPair> keys = List.copyOf(hostKeys);
    SshServer server = SshServer.setUpDefaultServer();
    server.setHost(at.getAddress().getHostAddress());
    server.setPort(at.getPort());
    server.setNioWorkers(1);
    server.setKeyPairProvider(KeyPairProvider.wrap(keys));
    server.setPasswordAuthenticator(
        (user, password, session) -> USER.equals(user) && PASSWORD.equals(password));
    server.setSubsystemFactories(List.of(new SftpSubsystemFactory()));
    server.setFileSystemFactory(new VirtualFileSystemFactory(root.toAbsolutePath()));
    CoreModuleProperties.SERVER_IDENTIFICATION.set(server, name.replace('-', '_'));
    try {
      server.start();
    } catch (IOException | RuntimeException e) {
      server.close(true);
      throw new IOException("no SSH server on " + at + ": " + e.getMessage(), e);
    }
    return new SshPeer(
        server, new InetSocketAddress(at.getAddress(), server.getPort()), name, keys);
  }

  /** New host keys: Ed25519, ECDSA on nistp256 and RSA with 2048 bits, in this order. */
  public static List<KeyPair> newHostKeys() {
    try {
      return List.of(
          KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256),
          KeyUtils.generateKeyPair(KeyPairProvider.ECDSA_SHA2_NISTP256, 256),
          KeyUtils.generateKeyPair(KeyPairProvider.SSH_RSA, 2048));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java makes no SSH host keys: " + e.getMessage(), e);
    }
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return address;
  }

  /** What its identification says. */
  public String name() {
    return name;
  }

  /** Its host keys, for another peer to share. */
  public List<KeyPair> hostKeys() {
    return hostKeys;
  }

  /**
   * The fingerprints of its host keys in their order, as OpenSSH prints them: {@code SHA256:...}.
   */
  public List<String> fingerprints() {
    return hostKeys.stream().map(pair -> KeyUtils.getFingerPrint(pair.getPublic())).toList();
  }

  /** How many connections are open now. */
  public int sessions() {
    return server.getActiveSessions().size();
  }

  /** Ends its sessions and stops listening. Calls after the first do nothing. */
  @Override
  public void close() throws IOException {
    if (server.isStarted()) {
      server.stop(true);
    }
  }
}
