package sluice.sftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sluice.core.control.Status;
import sluice.testkit.SshPeer;
import sluice.testkit.TestGateway;

/** A server with another host key than its pool gets no session. */
@Timeout(120)
final class HostKeyGuardTest {

  private static final String HEALTH =
      "    health: { check: ssh, interval: 300ms, timeout: 5s, rise: 1, options: {"
          + " key-exchange: true } }\n";

  private static final List<KeyPair> KEYS = SshPeer.newHostKeys();

  /** The pool's keys, but for that of RSA. */
  private static final List<KeyPair> ODD_KEYS =
      List.of(KEYS.get(0), KEYS.get(1), SshPeer.newHostKeys().get(2));

  @TempDir Path root;

  private SshPeer peer(String name, int port, List<KeyPair> keys) throws IOException {
    Path home = Files.createDirectories(root.resolve(name));
    return SshPeer.start(new InetSocketAddress("127.0.0.1", port), home, name, keys);
  }

  @Test
  void aServerWhoseRsaKeyAloneDiffersIsDownUntilItsKeyIsMended() throws Exception {
    // The first of the pool, to which all sessions would go.
    SshPeer odd = peer("a", 0, ODD_KEYS);
    try (SshPeer b = peer("b", 0, KEYS);
        SshPeer c = peer("c", 0, KEYS);
        Vault vault = Vault.of("", HEALTH, "", odd.address(), b.address(), c.address());
        SftpUser user = new SftpUser()) {
      for (int i = 0; i < 5; i++) {
        try (SftpUser.Login login = user.login(vault.address())) {
          assertEquals("b", login.server());
        }
      }
      Status.Backend down = vault.gateway().backend("vault", "a");
      assertEquals("down", down.state());
      assertEquals(0, down.totalSessions());
      assertEquals(
          "host-key-mismatch: its ssh-rsa is %s, but the pool's is %s (2 of 3 backends have that)"
              .formatted(odd.fingerprints().get(2), b.fingerprints().get(2)),
          down.lastCheck());

      InetSocketAddress place = odd.address();
      odd.close();
      try (SshPeer mended = peer("a", place.getPort(), KEYS)) {
        TestGateway.await(
            "a is up", () -> vault.gateway().backend("vault", "a").state().equals("up"));
        try (SftpUser.Login login = user.login(vault.address())) {
          assertEquals(mended.name(), login.server());
        }
      }
    } finally {
      odd.close();
    }
  }

  @Test
  void aPoolThatIsMeantToDifferServes() throws Exception {
    String health = HEALTH.replace("rise: 1,", "rise: 1, identities: ignore,");
    try (SshPeer a = peer("a", 0, ODD_KEYS);
        SshPeer b = peer("b", 0, KEYS);
        SshPeer c = peer("c", 0, KEYS);
        Vault vault = Vault.of("", health, "", a.address(), b.address(), c.address())) {
      for (String name : List.of("a", "b", "c")) {
        Status.Backend backend = vault.gateway().backend("vault", name);
        assertEquals("up", backend.state(), backend.lastCheck());
        assertTrue(backend.lastCheck().startsWith("SSH-2.0-" + name), backend.lastCheck());
      }
    }
  }
}
