package sluice.sftp;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import sluice.sftp.check.SshCheckFactory;
import sluice.testkit.SshPeer;
import sluice.testkit.TestGateway;

/** A gateway with one SFTP listener in front of backends named a, b, c in the order given. */
final class Vault implements AutoCloseable {

  private static final List<KeyPair> SHARED_HOST_KEYS = SshPeer.newHostKeys();

  private final TestGateway gateway;

  private Vault(TestGateway gateway) {
    this.gateway = gateway;
  }

  /**
   * Starts it.
   *
   * @param listener more keys of the listener, in one line, or empty
   * @param pool more keys of the pool, each line indented by four blanks, or empty
   * @param firstBackend more keys of backend a, in one line, or empty
   */
  static Vault of(
      String listener, String pool, String firstBackend, InetSocketAddress... backends) {
    StringBuilder yaml = new StringBuilder();
    yaml.append("listeners:\n  sftp: { protocol: sftp, bind: \"127.0.0.1:0\", pool: vault");
    yaml.append(listener.isEmpty() ? "" : ", " + listener).append(" }\n");
    yaml.append("pools:\n  vault:\n    balance: { strategy: first }\n").append(pool);
    yaml.append("    backends:\n");
    for (int i = 0; i < backends.length; i++) {
      yaml.append("      ").append((char) ('a' + i)).append(": { address: \"127.0.0.1:");
      yaml.append(backends[i].getPort()).append('"');
      yaml.append(i > 0 || firstBackend.isEmpty() ? "" : ", " + firstBackend).append(" }\n");
    }
    return new Vault(
        TestGateway.start(yaml.toString(), new SftpProtocolFactory(), new SshCheckFactory()));
  }

  static Vault of(InetSocketAddress... backends) {
    return of("", "", "", backends);
  }

  /** A server in a folder of its own below a root; all of them share their host keys. */
  static SshPeer peer(Path root, String name) throws IOException {
    Path home = Files.createDirectories(root.resolve(name));
    return SshPeer.start(new InetSocketAddress("127.0.0.1", 0), home, name, SHARED_HOST_KEYS);
  }

  /** A server that was closed, back where it was. */
  static SshPeer again(SshPeer peer, Path root) throws IOException {
    return SshPeer.start(peer.address(), root.resolve(peer.name()), peer.name(), SHARED_HOST_KEYS);
  }

  TestGateway gateway() {
    return gateway;
  }

  InetSocketAddress address() {
    return gateway.address("sftp");
  }

  /** The records of sessions, as soon as there are so many. */
  List<Map<String, Object>> records(int count) {
    TestGateway.await(count + " records", () -> gateway.records("session").size() >= count);
    return gateway.records("session");
  }

  /** All bytes of a stream up to its end or its reset. */
  static byte[] readAll(InputStream in) {
    List<Byte> bytes = new ArrayList<>();
    try {
      for (int next = in.read(); next >= 0; next = in.read()) {
        bytes.add((byte) next);
      }
    } catch (IOException e) {
      // As far as it came.
    }
    byte[] all = new byte[bytes.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = bytes.get(i);
    }
    return all;
  }

  @Override
  public void close() {
    gateway.close();
  }
}
