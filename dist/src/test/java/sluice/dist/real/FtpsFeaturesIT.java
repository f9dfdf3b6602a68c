package sluice.dist.real;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
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
import sluice.dist.peers.Scratch;
import sluice.dist.peers.servers.FtpsServers;
import sluice.dist.peers.servers.RunningServer;
import sluice.testkit.SelfSigned;

/** What FTPS can do besides its matrix, with curl and real servers. */
class FtpsFeaturesIT {

  private final List<AutoCloseable> open = new ArrayList<>();
  private final byte[] content = new byte[300_007];
  private Scratch scratch;
  private SelfSigned shown;
  private SelfSigned behind;
  private int ports = 24_000;

  @BeforeEach
  void prepare() throws IOException {
    Programs.require(Programs.CURL);
    scratch = Scratch.create("ftps-features");
    open.add(scratch);
    shown = SelfSigned.make(scratch.path(), "gateway");
    behind = SelfSigned.make(scratch.path(), "backend");
    new Random(3).nextBytes(content);
    Files.write(scratch.path().resolve("up.bin"), content);
  }

  @AfterEach
  void stop() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private RunningServer server(FtpsServers kind, boolean implicit) throws IOException {
    kind.require();
    InetAddress at = Loopback.v4();
    String range = ports + "-" + (ports + 19);
    ports += 20;
    RunningServer server = kind.start(new FtpsServers.Setting(at, implicit, behind, range, at));
    open.add(server);
    Files.write(server.root().resolve("down.bin"), content);
    return server;
  }

  /** A gateway with one listener; the backends' certificates are not for their addresses. */
  private Front gateway(RunningServer server, String check, String tls) {
    InetSocketAddress at = new InetSocketAddress(Loopback.v4(), 0);
    int port = Loopback.freePort(at.getAddress());
    PackagedGateway gateway =
        PackagedGateway.start(
            """
            listeners:
              ftp:
                protocol: ftp
                bind: "%s:%d"
                pool: files
                options:
                  tls:
                    %s
            pools:
              files:
                %s
                backends: { a: { address: "%s" } }
            """
                .formatted(
                    at.getAddress().getHostAddress(),
                    port,
                    tls.replace("\n", "\n        "),
                    check,
                    Loopback.hostPort(server.address())));
    open.add(gateway);
    return new Front(
        gateway, server, at.getAddress().getHostAddress() + ":" + port, new ArrayList<>());
  }

  private String shownBy(String more) {
    return "server: { certificate: \"%s\", key: \"%s\"%s }"
        .formatted(shown.certificate(), shown.key(), more);
  }

  private String believed() {
    return "backend: { ca: \"" + behind.certificate() + "\", verify-name: false }";
  }

  private record Front(
      PackagedGateway gateway, RunningServer server, String address, List<String> options) {

    Front with(String... more) {
      List<String> all = new ArrayList<>(options);
      all.addAll(Arrays.asList(more));
      return new Front(gateway, server, address, all);
    }

    ClientRun curl(Path folder, String... what) {
      List<String> command =
          new ArrayList<>(
              List.of(
                  Programs.CURL.path(),
                  "-sS",
                  "-v",
                  // Its certificate is for another address.
                  "-k",
                  "--max-time",
                  "60",
                  "-u",
                  server.login().user() + ":" + server.login().password()));
      command.addAll(options);
      command.addAll(List.of(what));
      return ClientRun.of(folder, "", command);
    }
  }

  /** Downloads and uploads, and compares. */
  private void bothWays(Front front) throws IOException {
    Path folder = scratch.path();
    Path got = folder.resolve("got.bin");
    String url = "ftp://" + front.address() + "/files/";
    ClientRun down = front.curl(folder, "-o", got.toString(), url + "down.bin");
    assertTrue(down.ok(), () -> down.story() + front.gateway().log());
    assertEquals(-1, Arrays.mismatch(content, Files.readAllBytes(got)), down::story);
    ClientRun up = front.curl(folder, "-T", folder.resolve("up.bin").toString(), url + "up.bin");
    assertTrue(up.ok(), () -> up.story() + front.gateway().log());
    Path stored = front.server().root().resolve("up.bin");
    assertEquals(-1, Arrays.mismatch(content, Files.readAllBytes(stored)), up::story);
    Files.delete(got);
    Files.delete(stored);
  }

  private static List<JsonNode> sessions(PackagedGateway gateway, int count) {
    return gateway.awaitRecords(count, record -> record.path("type").asText().equals("session"));
  }

  private static final String IMPLICIT_CHECK =
      "health: { check: ftp, interval: 500ms, timeout: 5s, options: { tls: { mode: implicit,"
          + " expires-within: 0s, %s } } }";

  @ParameterizedTest
  @EnumSource(names = {"VSFTPD", "PROFTPD"})
  void serversUnderImplicitTlsThatInsistOnReuseAreReachedAndChecked(FtpsServers kind)
      throws IOException {
    RunningServer server = server(kind, true);
    Front front =
        gateway(
            server,
            IMPLICIT_CHECK.formatted(believed()),
            "mode: re-encrypt\ncontrol: optional\ndata: optional\nbackend-implicit: true\n"
                + shownBy("")
                + "\n"
                + believed());
    front.gateway().awaitState("files", "a", "up", Duration.ofSeconds(20));
    bothWays(front);
    bothWays(front.with("--ssl-reqd"));
    for (JsonNode record : sessions(front.gateway(), 4)) {
      assertTrue(record.has("backend-tls"), record::toString);
    }
    assertFalse(front.gateway().status().tls().isEmpty());
  }

  /** What servers write when a peer does not behave. */
  private static final Pattern TROUBLE =
      Pattern.compile(
          "error|fail|fatal|reset|refused|timed? ?out|abort|unexpected|broken|unable|warning",
          Pattern.CASE_INSENSITIVE);

  @ParameterizedTest
  @CsvSource({"VSFTPD,false", "VSFTPD,true", "PROFTPD,false", "PROFTPD,true"})
  void checksUnderTlsEndPolitely(FtpsServers kind, boolean implicit) throws IOException {
    RunningServer server = server(kind, implicit);
    String check =
        "health: { check: ftp, interval: 100ms, timeout: 5s, options: { user: %s, password: %s, file: files/down.bin, tls: { mode: %s, expires-within: 0s, %s } } }"
            .formatted(
                server.login().user(),
                server.login().password(),
                implicit ? "implicit" : "explicit",
                believed());
    Front front = gateway(server, check, "mode: terminate\n" + shownBy(""));
    front.gateway().awaitState("files", "a", "up", Duration.ofSeconds(20));
    String last = front.gateway().backend("files", "a").lastCheck();
    assertTrue(last.startsWith("files/down.bin has 300007 bytes (TLSv1.3, certificate"), last);
    Instant enough = Instant.now().plusSeconds(3);
    Await.until(Duration.ofSeconds(8), () -> "time passes", () -> Instant.now().isAfter(enough));
    assertEquals("up", front.gateway().backend("files", "a").state());
    String trouble =
        server.log().lines().filter(line -> TROUBLE.matcher(line).find()).collect(joining("\n"));
    assertEquals("", trouble);
  }

  @ParameterizedTest
  @EnumSource(names = {"VSFTPD", "PROFTPD", "PURE_FTPD"})
  void underMatchClientServersSeeWhatTheClientHas(FtpsServers kind) throws IOException {
    Front front =
        gateway(
            server(kind, false),
            "connect-timeout: 5s",
            "mode: match-client\ncontrol: optional\ndata: optional\n"
                + shownBy("")
                + "\n"
                + believed());
    bothWays(front);
    bothWays(front.with("--ssl-reqd"));
    // The control connection only; its data is in clear text.
    bothWays(front.with("--ftp-ssl-control"));
    List<JsonNode> sessions = sessions(front.gateway(), 6);
    for (int i = 0; i < 6; i++) {
      JsonNode record = sessions.get(i);
      assertEquals(i >= 2, record.has("tls"), record::toString);
      assertEquals(i >= 2, record.has("backend-tls"), record::toString);
    }
  }

  /** In passive mode, curl goes on in clear text without a close_notify of its own. */
  @ParameterizedTest
  @CsvSource({"PROFTPD,active", "PROFTPD,passive", "PURE_FTPD,passive"})
  void cccEndsTheTlsOfBothControlConnections(FtpsServers kind, String mode) throws IOException {
    Front front =
        gateway(
            server(kind, false),
            "connect-timeout: 5s",
            "mode: match-client\ncontrol: optional\ndata: optional\n"
                + shownBy("")
                + "\n"
                + believed());
    Path got = scratch.path().resolve("got.bin");
    ClientRun run =
        front
            .with("--ssl-reqd", "--ftp-ssl-ccc", "--ftp-ssl-ccc-mode", mode)
            .curl(
                scratch.path(),
                "-o",
                got.toString(),
                "ftp://" + front.address() + "/files/down.bin");
    assertTrue(run.ok(), () -> run.story() + front.gateway().log());
    assertTrue(run.errors().contains("< 200 The control connection is in clear"), run::story);
    assertEquals(-1, Arrays.mismatch(content, Files.readAllBytes(got)), run::story);
  }

  @Test
  void aClientWithoutACertificateIsRefusedAndTheSubjectOfOneWithItIsRecorded() throws IOException {
    SelfSigned alice = SelfSigned.make(scratch.path(), "alice");
    Front front =
        gateway(
            server(FtpsServers.PROFTPD, false),
            "connect-timeout: 5s",
            "mode: terminate\n"
                + shownBy(", client-auth: require, client-ca: \"" + alice.certificate() + "\""));
    Front secured = front.with("--ssl-reqd");
    ClientRun refused =
        secured.curl(scratch.path(), "ftp://" + front.address() + "/files/down.bin");
    assertFalse(refused.ok(), refused::story);
    bothWays(
        secured.with("--cert", alice.certificate().toString(), "--key", alice.key().toString()));
    List<JsonNode> with =
        front
            .gateway()
            .awaitRecords(
                2,
                record ->
                    record.path("type").asText().equals("session")
                        && record.path("certificate-subject").asText().equals("CN=alice"));
    assertEquals(2, with.size());
  }
}
