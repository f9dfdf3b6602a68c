package sluice.dist.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sluice.core.control.Status;
import sluice.dist.peers.Await;
import sluice.dist.peers.Loopback;
import sluice.dist.peers.PackagedGateway;
import sluice.dist.peers.Samples;
import sluice.dist.peers.servers.FtpServers;
import sluice.dist.peers.servers.RealServer;
import sluice.dist.peers.servers.SshServers;
import sluice.dist.peers.servers.Syslog;
import sluice.dist.peers.servers.TftpServers;

/** Checks end politely: thirty probes leave no line in a server's log that reads like trouble. */
class QuietChecksIT {
  private static final int PROBES = 30;
  private static final Duration INTERVAL = Duration.ofMillis(100);

  /** What servers write when a peer does not behave. */
  private static final Pattern TROUBLE =
      Pattern.compile(
          "error|fail|fatal|reset|refused|timed? ?out|timeout:|abort|unexpected|broken|invalid"
              + "|disappeared|bad |unable|cannot|warning|exchange_identification|did not receive",
          Pattern.CASE_INSENSITIVE);

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void stop() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  @Test
  void ftpChecksAreQuietInServersThatLogToFiles() {
    RealServer vsftpd = opened(FtpServers.VSFTPD.start(Loopback.v4()));
    RealServer proftpd = opened(FtpServers.PROFTPD.start(Loopback.v4()));
    Samples.random(vsftpd.root().resolve("canary"), 16, 16);
    Samples.random(proftpd.root().resolve("canary"), 16, 16);
    quiet(
        Map.of(
            "vsftpd", ftpChecks(vsftpd),
            "proftpd", ftpChecks(proftpd)),
        () -> List.of(vsftpd.log(), proftpd.log()));
  }

  @Test
  void ftpAndTftpChecksAreQuietInServersThatLogToTheSystem() {
    FtpServers.PURE_FTPD.require();
    TftpServers.TFTPD_HPA.require();
    assumeTrue(Syslog.possible(), "this machine has a system log of its own");
    Syslog syslog = opened(Syslog.start());
    RealServer pure = opened(FtpServers.PURE_FTPD.start(Loopback.v4()));
    RealServer tftpd = opened(TftpServers.TFTPD_HPA.start(Loopback.v4()));
    Samples.random(pure.root().resolve("canary"), 16, 16);
    Samples.random(tftpd.root().resolve("canary"), 2000, 16);
    quiet(Map.of("pure", ftpChecks(pure), "tftpd", tftpChecks(tftpd)), () -> syslog.lines());
    assertTrue(
        syslog.lines().stream().anyMatch(line -> line.contains("pure-ftpd")),
        () -> "nothing was caught: " + syslog.lines());
  }

  @Test
  void tftpChecksAreQuiet() {
    RealServer atftpd = opened(TftpServers.ATFTPD.start(Loopback.v4()));
    RealServer dnsmasq = opened(TftpServers.DNSMASQ.start(Loopback.v4()));
    Samples.random(atftpd.root().resolve("canary"), 2000, 16);
    Samples.random(dnsmasq.root().resolve("canary"), 2000, 16);
    quiet(
        Map.of("atftpd", tftpChecks(atftpd), "dnsmasq", tftpChecks(dnsmasq)),
        () -> List.of(atftpd.log(), dnsmasq.log()));
  }

  @Test
  void sshChecksAreQuiet() {
    SshServers servers = opened(SshServers.start(Loopback.v4()));
    RealServer sshd = servers.servers().get(0);
    quiet(
        Map.of(
            "sshd",
            new Target(
                sshd,
                List.of(
                    "ssh",
                    "ssh, options: { key-exchange: true }",
                    "ssh, options: { user: %s, private-key: %s }"
                        .formatted(sshd.login().user(), servers.userKey())))),
        () -> List.of(sshd.log()));
  }

  /** A server and the checks that probe it. */
  private record Target(RealServer server, List<String> checks) {}

  private static Target ftpChecks(RealServer server) {
    return new Target(
        server,
        List.of(
            "tcp",
            "ftp",
            "ftp, options: { user: %s, password: %s }"
                .formatted(server.login().user(), server.login().password()),
            "ftp, options: { user: %s, password: %s, file: files/canary }"
                .formatted(server.login().user(), server.login().password())));
  }

  private static Target tftpChecks(RealServer server) {
    return new Target(server, List.of("tftp, options: { file: canary }"));
  }

  /** One pool for each check, probed often, for as long as it takes. */
  private void quiet(Map<String, Target> targets, Supplier<List<String>> logs) {
    Map<String, String> pools = new LinkedHashMap<>();
    targets.forEach(
        (name, target) -> {
          for (int i = 0; i < target.checks().size(); i++) {
            pools.put(
                name + "-" + i,
                "  %s-%d: { health: { check: %s, interval: %dms, timeout: 2s }, backends: { one: { address: \"%s\" } } }%n"
                    .formatted(
                        name,
                        i,
                        target.checks().get(i),
                        INTERVAL.toMillis(),
                        Loopback.hostPort(target.server().address())));
          }
        });
    var at = Loopback.v4();
    StringBuilder descriptor = new StringBuilder("listeners:\n");
    pools
        .keySet()
        .forEach(
            pool ->
                descriptor.append(
                    "  %s: { protocol: sftp, bind: \"%s:%d\", pool: %s }%n"
                        .formatted(pool, at.getHostAddress(), Loopback.freePort(at), pool)));
    descriptor.append("pools:\n").append(String.join("", pools.values()));
    List<String> before = String.join("\n", logs.get()).lines().toList();
    PackagedGateway gateway = opened(PackagedGateway.start(descriptor.toString()));
    pools.keySet().forEach(pool -> gateway.awaitState(pool, "one", "up", Duration.ofSeconds(20)));

    // A probe is over within a few milliseconds: after so many intervals there were enough.
    Duration enough = INTERVAL.multipliedBy(PROBES * 3 / 2);
    long end = System.nanoTime() + enough.toNanos();
    Await.until(enough.plusSeconds(5), () -> "time passes", () -> System.nanoTime() > end);

    Status status = gateway.status();
    for (Status.Pool pool : status.pools()) {
      assertEquals("up", pool.backends().get(0).state(), pool::toString);
    }
    String since = String.join("\n", logs.get());
    assertTrue(since.lines().count() >= before.size() + PROBES, () -> "too few probes: " + since);
    String trouble =
        since
            .lines()
            .filter(line -> !before.contains(line))
            .filter(line -> TROUBLE.matcher(line).find())
            .collect(Collectors.joining("\n"));
    assertEquals("", trouble, () -> "of\n" + since);
  }

  private <T extends AutoCloseable> T opened(T resource) {
    open.add(resource);
    return resource;
  }
}
