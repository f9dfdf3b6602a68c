package sluice.sftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Provider;
import java.security.Security;
import java.util.List;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sluice.api.ExtensionFactory;
import sluice.core.plugins.Extensions.Kind;
import sluice.core.plugins.PluginHost;
import sluice.sftp.check.SshCheckFactory;
import sluice.testkit.SshPeer;
import sluice.testkit.TestGateway;

/**
 * The packaged jar, loaded as the gateway loads it: with its own SSHD inside, beside the one of the
 * class path that the peers here run on (as in the demo), which is another copy of the same names.
 */
@Timeout(120)
final class PluginJarIT {

  private static final Path JAR = Path.of(System.getProperty("sluice.pluginJar"));

  @TempDir Path folder;

  @Test
  void everythingItNeedsIsInsideAndNothingThatTheGatewayHas() throws Exception {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      assertEquals("protocol-sftp", jar.getManifest().getMainAttributes().getValue("Plugin-Id"));
      List<String> names = jar.stream().map(entry -> entry.getName()).toList();
      assertTrue(names.contains("META-INF/extensions.idx"));
      assertTrue(names.contains("META-INF/LICENSE"), "the licence of what is inside");
      assertTrue(names.contains("META-INF/NOTICE"), "the notice of what is inside");
      assertTrue(names.contains("org/apache/sshd/client/SshClient.class"));
      assertTrue(names.contains("net/i2p/crypto/eddsa/EdDSASecurityProvider.class"));
      for (String name : names) {
        assertFalse(
            name.startsWith("sluice/api/")
                || name.startsWith("org/slf4j/")
                || name.startsWith("org/pf4j/")
                || name.startsWith("org/apache/commons/logging/")
                || name.startsWith("io/netty/"),
            name);
      }
    }
  }

  @Test
  void itsCheckLogsInAndItsProtocolServesBesideAnotherSshdInTheSameJvm() throws Exception {
    Path plugins = Files.createDirectory(folder.resolve("plugins"));
    Files.copy(JAR, plugins.resolve("protocol-sftp.jar"));
    try (SshPeer peer = Vault.peer(folder, "a");
        PluginHost host = PluginHost.load(plugins);
        SftpUser user = new SftpUser()) {
      Provider before = Security.getProvider("EdDSA");
      assertEquals(List.of(), host.problems());
      ExtensionFactory<?, ?> protocol =
          host.extensions().find(Kind.PROTOCOL, "sftp").orElseThrow().factory();
      ExtensionFactory<?, ?> check =
          host.extensions().find(Kind.CHECK, "ssh").orElseThrow().factory();
      assertNotSame(SshCheckFactory.class, check.getClass(), "it is the jar's own");
      Path password = Files.writeString(folder.resolve("password"), SshPeer.PASSWORD);
      String yaml =
          """
          listeners:
            sftp: { protocol: sftp, bind: "127.0.0.1:0", pool: vault }
          pools:
            vault:
              balance: { strategy: first }
              health:
                check: ssh
                interval: 200ms
                timeout: 10s
                rise: 1
                fall: 1
                options:
                  host-key: ["%s"]
                  user: user
                  password: "file:%s"
                  file: /
              backends:
                a: { address: "127.0.0.1:%d" }
          """
              .formatted(peer.fingerprints().get(0), password, peer.address().getPort());
      try (TestGateway gateway = TestGateway.start(yaml, protocol, check)) {
        String found = gateway.backend("vault", "a").lastCheck();
        assertEquals("up", gateway.backend("vault", "a").state(), found);
        assertTrue(found.contains("ssh-ed25519 " + peer.fingerprints().get(0)), found);
        assertTrue(found.contains("logged in as user"), found);
        InetSocketAddress address = gateway.address("sftp");
        try (SftpUser.Login login = user.login(address)) {
          login.upload("/through-the-jar", new byte[1000]);
          assertEquals(1000, login.download("/through-the-jar").length);
        }
      }
      assertEquals(before, Security.getProvider("EdDSA"), "nothing is installed for the JVM");
    }
  }
}
