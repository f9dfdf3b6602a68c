package sluice.sftp.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sluice.api.health.Health;
import sluice.api.health.HealthCheck;
import sluice.sftp.Await;
import sluice.testkit.TestBackend;

/** Against OpenSSH's own server, whose log an operator reads. */
@Timeout(120)
final class SshCheckIsPoliteTest {

  private static final int PROBES = 20;

  /** Parts of lines that tell an operator of trouble. */
  private static final List<String> TROUBLE =
      List.of(
          "error",
          "fatal",
          "did not receive",
          "reset by peer",
          "connection closed by",
          "broken pipe",
          "bad packet",
          "failed",
          "invalid");

  @TempDir Path folder;

  /** How far the check goes. */
  enum Stage {
    IDENTIFICATION,
    KEY_EXCHANGE,
    PINNED,
    LOGIN,
    STAT,
    STAT_MISSING
  }

  @ParameterizedTest
  @EnumSource(Stage.class)
  void twentyProbesLeaveNoTroubleInTheServersLog(Stage stage) throws Exception {
    String missing = RealSshd.missing();
    assumeTrue(missing.isEmpty(), () -> "SKIPPED: " + missing);
    try (RealSshd sshd = RealSshd.start(folder)) {
      int mark = sshd.log().length();
      HealthCheck check = new SshCheckFactory().create(options(stage, sshd));
      for (int i = 0; i < PROBES; i++) {
        Health health = check.probe(TestBackend.at(sshd.address()), Duration.ofSeconds(10));
        if (stage == Stage.STAT_MISSING) {
          assertEquals("file /no/such/file is missing", health.detail());
        } else if (stage == Stage.PINNED) {
          assertTrue(health.detail().startsWith("host-key-mismatch"), health.detail());
        } else {
          assertEquals(Health.State.UP, health.state(), health.detail());
        }
        assertTrue(health.latency().isEmpty() || stage == Stage.IDENTIFICATION);
      }
      if (check instanceof AutoCloseable closeable) {
        closeable.close();
      }
      Await.until(
          "not every good-bye was heard",
          () -> count(sshd.linesAfter(mark), ":11: health check done") == PROBES);
      Await.until(
          "not every session has ended",
          () -> count(sshd.linesAfter(mark), "Disconnected from") == PROBES);
      assertEquals(List.of(), trouble(sshd.linesAfter(mark)));
    }
  }

  /** So that the list of trouble is known to find what an impolite check leaves. */
  @Test
  void aConnectionThatIsMerelyClosedIsTrouble() throws Exception {
    String missing = RealSshd.missing();
    assumeTrue(missing.isEmpty(), () -> "SKIPPED: " + missing);
    try (RealSshd sshd = RealSshd.start(folder)) {
      int mark = sshd.log().length();
      new Socket(sshd.address().getAddress(), sshd.address().getPort()).close();
      Await.until("nothing is logged", () -> !trouble(sshd.linesAfter(mark)).isEmpty());
    }
  }

  private static SshCheckOptions options(Stage stage, RealSshd sshd) {
    return switch (stage) {
      case IDENTIFICATION -> Checking.IDENTIFICATION;
      case KEY_EXCHANGE -> Checking.KEY_EXCHANGE;
      case PINNED -> Checking.pinned(List.of("SHA256:" + "A".repeat(43)));
      case LOGIN -> Checking.key("root", sshd.userKey(), null);
      case STAT -> Checking.key("root", sshd.userKey(), "/etc/passwd");
      case STAT_MISSING -> Checking.key("root", sshd.userKey(), "/no/such/file");
    };
  }

  private static long count(List<String> lines, String part) {
    return lines.stream().filter(line -> line.contains(part)).count();
  }

  private static List<String> trouble(List<String> lines) {
    return lines.stream().filter(SshCheckIsPoliteTest::isTrouble).toList();
  }

  private static boolean isTrouble(String line) {
    String lower = line.toLowerCase(Locale.ROOT);
    return Stream.concat(TROUBLE.stream(), Stream.of("kex_exchange_identification"))
        .anyMatch(lower::contains);
  }
}
