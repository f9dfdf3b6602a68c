package sluice.ftp.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sluice.api.Secret;
import sluice.api.health.Health;
import sluice.api.protocol.ClientTls;
import sluice.ftp.ScriptedServer;
import sluice.testkit.FtpPeer;
import sluice.testkit.HealthCheckContract;
import sluice.testkit.SelfSigned;
import sluice.testkit.TestBackend;
import sluice.testkit.TestTls;

/** The ftp check with TLS, and what it says of certificates. */
class FtpCheckTlsTest implements HealthCheckContract {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  @TempDir static Path folder;
  private static SelfSigned server;
  private static SelfSigned other;

  @BeforeAll
  static void certificates() throws IOException {
    server = SelfSigned.make(folder, "server");
    other = SelfSigned.make(folder, "other");
    Files.writeString(folder.resolve("canary"), "tweet");
  }

  @Override
  public FtpCheck check() {
    return new FtpCheck(options(FtpCheckTls.Mode.EXPLICIT, ca(server), Duration.ZERO));
  }

  private FtpPeer healthy;

  @Override
  public InetSocketAddress healthyPeer() {
    try {
      healthy = peer(false);
      return healthy.address();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @org.junit.jupiter.api.AfterEach
  void stop() {
    if (healthy != null) {
      healthy.close();
    }
  }

  private static FtpPeer peer(boolean implicit) throws IOException {
    return FtpPeer.start(
        new InetSocketAddress("127.0.0.1", 0),
        folder,
        "ftps",
        FtpPeer.DataPorts.ANY,
        new FtpPeer.Tls(server.store(), SelfSigned.PASSWORD, implicit));
  }

  private static ClientTls believing(
      Optional<Path> ca, List<String> pin, Optional<String> name, Optional<SelfSigned> own) {
    return new ClientTls(
        ca,
        pin,
        true,
        name,
        own.map(SelfSigned::certificate),
        own.map(SelfSigned::key),
        Optional.empty(),
        List.of("TLSv1.2", "TLSv1.3"),
        true);
  }

  private static ClientTls ca(SelfSigned of) {
    return believing(Optional.of(of.certificate()), List.of(), Optional.empty(), Optional.empty());
  }

  private static FtpCheckOptions options(FtpCheckTls.Mode mode, ClientTls spec, Duration soon) {
    return options(mode, spec, soon, null);
  }

  private static FtpCheckOptions options(
      FtpCheckTls.Mode mode, ClientTls spec, Duration soon, String file) {
    boolean login = file != null;
    return new FtpCheckOptions(
        login ? Optional.of(FtpPeer.USER) : Optional.empty(),
        login ? Optional.of(Secret.of(FtpPeer.PASSWORD)) : Optional.empty(),
        Optional.ofNullable(file),
        FtpCheckOptions.Missing.DRAIN,
        Optional.of(new FtpCheckTls(mode, Optional.of(spec), soon)));
  }

  private static Health probe(FtpCheckOptions options, InetSocketAddress at) throws Exception {
    return new FtpCheck(options).probe(TestBackend.at(at), TIMEOUT, TestTls.forChecks());
  }

  private static void down(Health found, String... parts) {
    assertEquals(Health.State.DOWN, found.state(), found.toString());
    for (String part : parts) {
      assertTrue(found.detail().contains(part), found.detail());
    }
  }

  @ParameterizedTest
  @EnumSource(FtpCheckTls.Mode.class)
  void aServerWhoseCertificateIsBelievedIsUp(FtpCheckTls.Mode mode) throws Exception {
    try (FtpPeer peer = peer(mode == FtpCheckTls.Mode.IMPLICIT)) {
      Health found = probe(options(mode, ca(server), Duration.ZERO, "canary"), peer.address());
      assertEquals(Health.State.UP, found.state(), found.toString());
      assertFalse(found.warning());
      assertTrue(
          found
              .detail()
              .matches("canary has 5 bytes \\(TLSv1.3, certificate until \\d{4}-\\d\\d-\\d\\d\\)"),
          found.detail());
    }
  }

  @Test
  void aCertificateThatExpiresSoonIsAWarning() throws Exception {
    try (FtpPeer peer = peer(false)) {
      FtpCheckTls.Mode mode = FtpCheckTls.Mode.EXPLICIT;
      Health found = probe(options(mode, ca(server), Duration.ofDays(14)), peer.address());
      assertEquals(Health.State.UP, found.state(), found.toString());
      assertTrue(found.warning());
      assertTrue(
          found
              .detail()
              .matches(
                  "the certificate of CN=server \\(issued by CN=server\\) expires on"
                      + " \\d{4}-\\d\\d-\\d\\d, in 1 day; renew it"),
          found.detail());
      assertFalse(probe(options(mode, ca(server), Duration.ofHours(1)), peer.address()).warning());
    }
  }

  @Test
  void aCertificateOfAnotherIssuerIsDownAndBothAreNamed() throws Exception {
    try (FtpPeer peer = peer(false)) {
      down(
          probe(options(FtpCheckTls.Mode.EXPLICIT, ca(other), Duration.ZERO), peer.address()),
          "TLS failed: it showed the certificate of CN=server (issued by CN=server, SHA-256 ",
          "expected one signed by a CA in " + other.certificate() + " (CN=other)");
    }
  }

  @Test
  void aCertificateForAnotherNameIsDownAndBothAreNamed() throws Exception {
    ClientTls spec =
        believing(
            Optional.of(server.certificate()),
            List.of(),
            Optional.of("files.example.com"),
            Optional.empty());
    try (FtpPeer peer = peer(true)) {
      down(
          probe(options(FtpCheckTls.Mode.IMPLICIT, spec, Duration.ZERO), peer.address()),
          "it showed a certificate for 127.0.0.1, expected one for files.example.com");
    }
  }

  @Test
  void aCertificateThatIsNotThePinnedOneIsDown() throws Exception {
    ClientTls spec =
        believing(Optional.empty(), List.of("ab".repeat(32)), Optional.empty(), Optional.empty());
    try (FtpPeer peer = peer(false)) {
      down(
          probe(options(FtpCheckTls.Mode.EXPLICIT, spec, Duration.ZERO), peer.address()),
          "it showed the certificate of CN=server",
          "expected one of the pins abab");
    }
  }

  @Test
  void aServerWithoutTlsIsDownAndLeftPolitely() throws Exception {
    try (ScriptedServer plain =
        new ScriptedServer(
            talk -> {
              talk.say("220 ready");
              talk.answer("AUTH TLS", "502 what");
              talk.answer("QUIT", "221 bye");
              talk.untilGone();
            })) {
      down(
          probe(options(FtpCheckTls.Mode.EXPLICIT, ca(server), Duration.ZERO), plain.address()),
          "it answered AUTH TLS with \"502 what\" instead of 234");
      assertEquals(List.of("AUTH TLS", "QUIT"), plain.heard);
      down(
          probe(options(FtpCheckTls.Mode.IMPLICIT, ca(server), Duration.ZERO), plain.address()),
          "TLS failed: what it sent is not TLS");
    }
  }

  @Test
  void clearTextBehindThe234IsNotTakenForWhatComesUnderTls() throws Exception {
    try (ScriptedServer server =
        new ScriptedServer(
            talk -> {
              talk.say("220 ready");
              talk.hear();
              talk.raw("234 go\r\n230 in\r\n");
              talk.untilGone();
            })) {
      down(
          probe(options(FtpCheckTls.Mode.EXPLICIT, ca(other), Duration.ZERO), server.address()),
          "it sent more in clear text behind its reply to AUTH TLS");
    }
  }

  @Test
  void aHandshakeThatHangsIsDownInTime() throws Exception {
    try (ScriptedServer server =
        new ScriptedServer(
            talk -> {
              talk.say("220 ready");
              talk.answer("AUTH TLS", "234 go");
              talk.untilGone();
            })) {
      Health found =
          new FtpCheck(options(FtpCheckTls.Mode.EXPLICIT, ca(other), Duration.ZERO))
              .probe(TestBackend.at(server.address()), Duration.ofSeconds(2), TestTls.forChecks());
      down(found, "no end of the TLS handshake within 2000ms");
    }
  }

  /** Of a server that wants to see the gateway's certificate, which is the other one. */
  private static SSLContext demanding() throws Exception {
    KeyStore own = KeyStore.getInstance("PKCS12");
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(server.store());
        InputStream peer = Files.newInputStream(other.store())) {
      own.load(in, SelfSigned.PASSWORD.toCharArray());
      KeyStore theirs = KeyStore.getInstance("PKCS12");
      theirs.load(peer, SelfSigned.PASSWORD.toCharArray());
      trusted.load(null, null);
      trusted.setCertificateEntry("gateway", theirs.getCertificate("server"));
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(own, SelfSigned.PASSWORD.toCharArray());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static SSLSocket accept(Socket plain) throws Exception {
    SSLSocket socket =
        (SSLSocket)
            demanding().getSocketFactory().createSocket(plain, "127.0.0.1", plain.getPort(), true);
    socket.setUseClientMode(false);
    socket.setNeedClientAuth(true);
    socket.startHandshake();
    return socket;
  }

  /** What a server without SIZE says, under TLS; answers each line that it hears. */
  private static void serve(ScriptedServer.Talk talk) throws Exception {
    talk.say("220 ready");
    talk.answer("AUTH TLS", "234 go");
    SSLSocket control = accept(talk.socket);
    assertEquals("CN=other", control.getSession().getPeerPrincipal().getName());
    BufferedReader in =
        new BufferedReader(
            new InputStreamReader(control.getInputStream(), StandardCharsets.US_ASCII));
    try (ServerSocket port = talk.passivePort()) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String reply =
            switch (line.split(" ")[0]) {
              case "USER" -> "331 go on";
              case "PASS" -> "230 in";
              case "SIZE" -> "500 what";
              case "EPSV" -> "229 here (|||" + port.getLocalPort() + "|)";
              case "RETR" -> "150 it comes";
              case "QUIT" -> "221 bye";
              default -> "200 ok";
            };
        control.getOutputStream().write((reply + "\r\n").getBytes(StandardCharsets.US_ASCII));
        if (line.startsWith("RETR")) {
          try (SSLSocket data = accept(port.accept())) {
            data.getOutputStream().write("tweet".getBytes(StandardCharsets.US_ASCII));
          }
          control.getOutputStream().write("226 done\r\n".getBytes(StandardCharsets.US_ASCII));
        }
      }
    }
  }

  @Test
  void aFileIsFetchedUnderTlsAndTheServerSeesTheGatewaysCertificate() throws Exception {
    ClientTls spec =
        believing(
            Optional.of(server.certificate()), List.of(), Optional.empty(), Optional.of(other));
    try (ScriptedServer scripted = new ScriptedServer(FtpCheckTlsTest::serve)) {
      Health found =
          probe(
              options(FtpCheckTls.Mode.EXPLICIT, spec, Duration.ZERO, "canary"),
              scripted.address());
      assertEquals(Health.State.UP, found.state(), found.toString());
      assertTrue(found.detail().startsWith("canary was fetched ("), found.detail());
      assertEquals(List.of(), scripted.problems);
    }
  }
}
