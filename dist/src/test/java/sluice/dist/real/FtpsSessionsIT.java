package sluice.dist.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import sluice.dist.peers.Await;
import sluice.dist.peers.ClientRun;
import sluice.dist.peers.Loopback;
import sluice.dist.peers.PackagedGateway;
import sluice.dist.peers.Programs;
import sluice.dist.peers.Samples;
import sluice.dist.peers.Scratch;
import sluice.dist.peers.clients.FtpClients;
import sluice.dist.peers.clients.FtpJob;
import sluice.dist.peers.clients.FtpMode;
import sluice.dist.peers.clients.FtpsScripts;
import sluice.dist.peers.clients.JobTls;
import sluice.dist.peers.clients.JobTls.Version;
import sluice.dist.peers.clients.Move;
import sluice.dist.peers.servers.FtpsServers;
import sluice.dist.peers.servers.RunningServer;
import sluice.testkit.SelfSigned;

/** What a session under TLS has to stand: many transfers, and the traps. */
class FtpsSessionsIT {

  private final Scratch scratch = Scratch.create("ftps-sessions");
  private final List<AutoCloseable> open = new ArrayList<>(List.of(scratch));
  private final InetAddress here = Loopback.v4();
  private final InetAddress there = Loopback.v4();
  private final InetSocketAddress listener = new InetSocketAddress(here, Loopback.freePort(here));
  private SelfSigned shown;
  private SelfSigned behind;
  private PackagedGateway gateway;

  @BeforeEach
  void makeCertificates() throws Exception {
    Programs.require(Programs.PYTHON);
    shown = SelfSigned.make(scratch.path(), "gateway", here.getHostAddress());
    behind = SelfSigned.make(scratch.path(), "backend", there.getHostAddress());
  }

  @AfterEach
  void stop() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private <T extends AutoCloseable> T opened(T closeable) {
    open.add(closeable);
    return closeable;
  }

  private RunningServer server(FtpsServers kind) {
    kind.require();
    return opened(kind.start(new FtpsServers.Setting(there, false, behind, "20000-20099", there)));
  }

  /** A gateway that wants data connections to resume, and so does its backend if that is TLS. */
  private void gateway(RunningServer server, String mode, Version version) {
    String backend =
        mode.equals("re-encrypt")
            ? ", backend: { ca: \"%s\", protocols: [%s] }"
                .formatted(behind.certificate(), version.javaName())
            : "";
    gateway =
        opened(
            PackagedGateway.start(
                """
                listeners:
                  ftp:
                    protocol: ftp
                    bind: "%s"
                    pool: files
                    options:
                      tls: { mode: %s, server: { certificate: "%s", key: "%s", data-reuse: require, protocols: [%s] }%s }
                pools:
                  files: { backends: { one: { address: "%s" } } }
                """
                    .formatted(
                        Loopback.hostPort(listener),
                        mode,
                        shown.certificate(),
                        shown.key(),
                        version.javaName(),
                        backend,
                        Loopback.hostPort(server.address()))));
  }

  private FtpsScripts python(RunningServer server, Version version) {
    JobTls tls = new JobTls(false, version, shown.certificate());
    return new FtpsScripts(listener, server.login(), tls, scratch.folder("client"));
  }

  private String story(ClientRun run, RunningServer server) {
    return run.story() + gateway.log() + server.log();
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void twoHundredTransfersOfOneSessionAreWholeWhenBothSidesInsistOnReuse(Version version) {
    RunningServer server = server(FtpsServers.VSFTPD);
    gateway(server, "re-encrypt", version);

    ClientRun run = python(server, version).many(true, 200);

    assertTrue(run.ok(), () -> story(run, server));
    assertTrue(run.output().endsWith("whole: 200, resumed: 200\n"), () -> story(run, server));
    gateway.awaitRecords(
        200,
        r ->
            r.path("type").asText().equals("transfer")
                && r.path("outcome").asText().equals("ok")
                && r.path("backend-tls").asText().startsWith(version.javaName()));
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void aClientThatDoesNotResumeIsToldSo(Version version) {
    RunningServer server = server(FtpsServers.VSFTPD);
    gateway(server, "terminate", version);

    ClientRun run = python(server, version).many(false, 1);

    assertFalse(run.ok(), () -> story(run, server));
    String said = run.output() + run.errors();
    assertTrue(said.contains("522 "), () -> story(run, server));
    assertTrue(
        said.contains("must resume the TLS session of the control connection"),
        () -> story(run, server));
  }

  @ParameterizedTest
  @CsvSource({
    "VSFTPD,terminate,TLS_1_3",
    "VSFTPD,re-encrypt,TLS_1_2",
    "PROFTPD,terminate,TLS_1_2",
    "PROFTPD,re-encrypt,TLS_1_3"
  })
  void anUploadWhoseClientIsKilledIsNoFileOfTheServers(
      FtpsServers kind, String mode, Version version) {
    RunningServer server = server(kind);
    gateway(server, mode, version);

    ClientRun run = python(server, version).killed("files/part");

    assertFalse(run.ok(), () -> story(run, server));
    String outcome =
        gateway
            .awaitRecords(1, r -> r.path("type").asText().equals("transfer"))
            .get(0)
            .path("outcome")
            .asText();
    assertEquals("aborted", outcome, () -> story(run, server));
    // The server takes it away when it has seen that it is not whole, and would keep it otherwise.
    Await.until(
        Duration.ofSeconds(15),
        () -> "there is nothing of it; " + story(run, server),
        () -> {
          try (var files = Files.list(server.root())) {
            return files.findAny().isEmpty();
          }
        });
    assertFalse(server.log().contains("OK UPLOAD"), () -> story(run, server));
  }

  @Test
  void noFinalReplyComesBeforeASlowReaderHasGotTheRest() {
    RunningServer server = server(FtpsServers.VSFTPD);
    Samples.random(server.root().resolve("large"), Samples.LARGE, 1);
    gateway(server, "re-encrypt", Version.TLS_1_3);

    ClientRun run = python(server, Version.TLS_1_3).slow("files/large");

    assertTrue(run.ok(), () -> story(run, server));
    assertTrue(run.output().contains("whole: " + Samples.LARGE + ", 226"), run::story);
  }

  @Test
  void aCertificateThatIsReplacedIsShownToTheNextSession() throws Exception {
    FtpClients.CURL.require();
    RunningServer server = server(FtpsServers.VSFTPD);
    gateway(server, "terminate", Version.TLS_1_3);
    Path sample = Samples.random(scratch.path().resolve("sample"), 10_000, 1);
    Path old = Files.copy(shown.certificate(), scratch.path().resolve("old.pem"));
    assertTrue(curl(server, old, sample).ok());

    SelfSigned next = SelfSigned.make(scratch.folder("next"), "gateway", here.getHostAddress());
    Files.move(next.key(), shown.key(), StandardCopyOption.REPLACE_EXISTING);
    Files.copy(next.certificate(), shown.certificate(), StandardCopyOption.REPLACE_EXISTING);

    Await.until(
        Duration.ofSeconds(30),
        () -> "the new certificate is shown" + gateway.log(),
        () -> curl(server, next.certificate(), sample).ok());
    assertFalse(curl(server, old, sample).ok());
  }

  private ClientRun curl(RunningServer server, Path ca, Path file) {
    return FtpClients.CURL.run(
        new FtpJob(
            listener,
            server.login(),
            FtpMode.EPSV,
            List.of(Move.up(file, "files/sent")),
            scratch.folder("client"),
            Optional.of(new JobTls(false, Version.TLS_1_3, ca))));
  }
}
