package sluice.dist.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import sluice.api.Backend;
import sluice.api.health.Health;
import sluice.api.health.HealthCheck;
import sluice.api.health.HealthCheckFactory;
import sluice.core.descriptor.HealthDescriptor;
import sluice.core.descriptor.PoolDescriptor;
import sluice.core.descriptor.load.DescriptorLoader;
import sluice.core.plugins.Extensions;
import sluice.core.plugins.PluginHost;
import sluice.core.pool.PoolBackend;
import sluice.dist.peers.Loopback;
import sluice.dist.peers.Samples;
import sluice.dist.peers.servers.FtpServers;
import sluice.dist.peers.servers.RealServer;
import sluice.dist.peers.servers.SshServers;
import sluice.dist.peers.servers.Syslog;
import sluice.dist.peers.servers.TftpServers;

/** Checks end politely: many probes leave no line in a server's log that reads like trouble. */
class QuietChecksIT {
  private static final int FEW = 40;

  /** An hour of checks every second. */
  private static final int HOUR = 3600;

  private static final int AT_A_TIME = 4;
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

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
  void ftpChecksAreQuietInServersThatLogToFiles() throws Exception {
    ftpToFiles(FEW);
  }

  @Tag("matrix")
  @Test
  void anHourOfFtpChecksAreQuietInServersThatLogToFiles() throws Exception {
    ftpToFiles(HOUR);
  }

  private void ftpToFiles(int probes) throws Exception {
    RealServer vsftpd = opened(FtpServers.VSFTPD.start(Loopback.v4()));
    RealServer proftpd = opened(FtpServers.PROFTPD.start(Loopback.v4()));
    Samples.random(vsftpd.root().resolve("canary"), 16, 16);
    Samples.random(proftpd.root().resolve("canary"), 16, 16);
    quiet(
        probes,
        Map.of(
            "vsftpd", ftpChecks(vsftpd),
            "proftpd", ftpChecks(proftpd)),
        () -> List.of(vsftpd.log(), proftpd.log()));
  }

  @Test
  void ftpAndTftpChecksAreQuietInServersThatLogToTheSystem() throws Exception {
    ftpAndTftpToTheSystem(FEW);
  }

  @Tag("matrix")
  @Test
  void anHourOfFtpAndTftpChecksAreQuietInServersThatLogToTheSystem() throws Exception {
    ftpAndTftpToTheSystem(HOUR);
  }

  private void ftpAndTftpToTheSystem(int probes) throws Exception {
    FtpServers.PURE_FTPD.require();
    TftpServers.TFTPD_HPA.require();
    assumeTrue(Syslog.possible(), "this machine has a system log of its own");
    Syslog syslog = opened(Syslog.start());
    RealServer pure = opened(FtpServers.PURE_FTPD.start(Loopback.v4()));
    RealServer tftpd = opened(TftpServers.TFTPD_HPA.start(Loopback.v4()));
    Samples.random(pure.root().resolve("canary"), 16, 16);
    Samples.random(tftpd.root().resolve("canary"), 2000, 16);
    quiet(
        probes, Map.of("pure", ftpChecks(pure), "tftpd", tftpChecks(tftpd)), () -> syslog.lines());
    assertTrue(
        syslog.lines().stream().anyMatch(line -> line.contains("pure-ftpd")),
        () -> "nothing was caught: " + syslog.lines());
  }

  @Test
  void tftpChecksAreQuiet() throws Exception {
    tftp(FEW);
  }

  @Tag("matrix")
  @Test
  void anHourOfTftpChecksAreQuiet() throws Exception {
    tftp(HOUR);
  }

  private void tftp(int probes) throws Exception {
    RealServer atftpd = opened(TftpServers.ATFTPD.start(Loopback.v4()));
    RealServer dnsmasq = opened(TftpServers.DNSMASQ.start(Loopback.v4()));
    Samples.random(atftpd.root().resolve("canary"), 2000, 16);
    Samples.random(dnsmasq.root().resolve("canary"), 2000, 16);
    quiet(
        probes,
        Map.of("atftpd", tftpChecks(atftpd), "dnsmasq", tftpChecks(dnsmasq)),
        () -> List.of(atftpd.log(), dnsmasq.log()));
  }

  @Test
  void sshChecksAreQuiet() throws Exception {
    ssh(FEW);
  }

  @Tag("matrix")
  @Test
  void anHourOfSshChecksAreQuiet() throws Exception {
    ssh(HOUR);
  }

  private void ssh(int probes) throws Exception {
    SshServers servers = opened(SshServers.start(Loopback.v4()));
    RealServer sshd = servers.servers().get(0);
    quiet(
        probes,
        Map.of(
            "sshd",
            new Checked(
                sshd,
                List.of(
                    "ssh",
                    "ssh, options: { key-exchange: true }",
                    "ssh, options: { user: %s, private-key: %s }"
                        .formatted(sshd.login().user(), servers.userKey())))),
        () -> List.of(sshd.log()));
  }

  /** A server and the checks that probe it. */
  private record Checked(RealServer server, List<String> checks) {}

  private static Checked ftpChecks(RealServer server) {
    return new Checked(
        server,
        List.of(
            "tcp",
            "ftp",
            "ftp, options: { user: %s, password: %s }"
                .formatted(server.login().user(), server.login().password()),
            "ftp, options: { user: %s, password: %s, file: files/canary }"
                .formatted(server.login().user(), server.login().password())));
  }

  private static Checked tftpChecks(RealServer server) {
    return new Checked(server, List.of("tftp, options: { file: canary }"));
  }

  /** Runs every check so many times, from several threads, as fast as they come. */
  private void quiet(int probes, Map<String, Checked> all, Supplier<List<String>> logs)
      throws Exception {
    Map<String, String> pools = new LinkedHashMap<>();
    all.forEach(
        (name, checked) -> {
          for (int i = 0; i < checked.checks().size(); i++) {
            pools.put(
                name + "-" + i,
                "  %s-%d: { health: { check: %s }, backends: { one: { address: \"%s\" } } }%n"
                    .formatted(
                        name,
                        i,
                        checked.checks().get(i),
                        Loopback.hostPort(checked.server().address())));
          }
        });
    StringBuilder descriptor = new StringBuilder("listeners:\n");
    pools
        .keySet()
        .forEach(
            pool ->
                descriptor.append(
                    "  %s: { protocol: sftp, bind: \"127.0.0.1:0\", pool: %s }%n"
                        .formatted(pool, pool)));
    descriptor.append("pools:\n").append(String.join("", pools.values()));
    List<String> before = String.join("\n", logs.get()).lines().toList();
    PluginHost plugins =
        opened(PluginHost.load(Path.of(System.getProperty("sluice.home"), "plugins")));
    Map<String, PoolDescriptor> loaded =
        DescriptorLoader.forTests(plugins.extensions())
            .load("quiet.yaml", descriptor.toString())
            .get()
            .pools();
    ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);
    opened((AutoCloseable) threads::shutdownNow);
    for (Map.Entry<String, PoolDescriptor> each : loaded.entrySet()) {
      HealthDescriptor health = each.getValue().health().orElseThrow();
      HealthCheck check = check(plugins, health);
      Backend backend =
          new PoolBackend(
              each.getKey(),
              "one",
              each.getValue().backends().get("one").address(),
              Optional.empty());
      List<Future<Health>> found = new ArrayList<>();
      for (int i = 0; i < probes; i++) {
        found.add(threads.submit(() -> check.probe(backend, TIMEOUT)));
      }
      for (Future<Health> one : found) {
        Health result = one.get(10, TimeUnit.MINUTES);
        assertEquals(Health.State.UP, result.state(), () -> each.getKey() + ": " + result);
      }
      if (check instanceof AutoCloseable closeable) {
        closeable.close();
      }
    }
    String since = String.join("\n", logs.get());
    assertTrue(since.lines().count() >= before.size() + probes, () -> "too few lines: " + since);
    String trouble =
        since
            .lines()
            .filter(line -> !before.contains(line))
            .filter(line -> TROUBLE.matcher(line).find())
            .limit(20)
            .collect(Collectors.joining("\n"));
    assertEquals("", trouble);
  }

  private static HealthCheck check(PluginHost plugins, HealthDescriptor health) {
    return created(
        (HealthCheckFactory<?>)
            plugins
                .extensions()
                .find(Extensions.Kind.CHECK, health.check())
                .orElseThrow()
                .factory(),
        health.options());
  }

  private static <O extends Record> HealthCheck created(
      HealthCheckFactory<O> factory, Record options) {
    return factory.create(factory.optionsType().cast(options));
  }

  private <T extends AutoCloseable> T opened(T resource) {
    open.add(resource);
    return resource;
  }
}
