package sluice.sftp.check;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sluice.api.health.HealthCheck;
import sluice.testkit.HealthCheckContract;
import sluice.testkit.SshPeer;

/** What every check keeps to, kept by each stage of this one. */
@Timeout(120)
final class SshCheckContractTest {

  @TempDir Path root;
  private SshPeer peer;

  @BeforeEach
  void start() throws Exception {
    peer = SshPeer.start(root);
  }

  @AfterEach
  void stop() throws Exception {
    peer.close();
  }

  @Nested
  final class Identification implements HealthCheckContract {

    @Override
    public HealthCheck check() {
      return new SshCheckFactory().create(Checking.IDENTIFICATION);
    }

    @Override
    public InetSocketAddress healthyPeer() {
      return peer.address();
    }
  }

  @Nested
  final class Login implements HealthCheckContract {

    @Override
    public HealthCheck check() {
      return new SshCheckFactory().create(Checking.login(SshPeer.USER, SshPeer.PASSWORD));
    }

    @Override
    public InetSocketAddress healthyPeer() {
      return peer.address();
    }
  }
}
