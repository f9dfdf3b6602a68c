package sluice.core.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContextBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sluice.api.protocol.ClientTls;
import sluice.api.protocol.ServerTls;
import sluice.api.protocol.TlsFacts;

/** Sessions with TLS: control connections, and data connections that resume their sessions. */
class TlsSessionTest {

  private static final Optional<ServerTls> ALLOW = TlsBench.server(ServerTls.DataReuse.ALLOW);
  private static final Optional<ServerTls> REQUIRE = TlsBench.server(ServerTls.DataReuse.REQUIRE);

  private TlsBench tls;

  @BeforeEach
  void openSsl() {
    assumeTrue(OpenSsl.isAvailable(), "the peers of these tests resume sessions with OpenSSL");
  }

  @AfterEach
  void close() {
    if (tls != null) {
      tls.close();
    }
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private static TlsFacts next(java.util.concurrent.BlockingQueue<TlsFacts> facts)
      throws InterruptedException {
    TlsFacts next = facts.poll(10, TimeUnit.SECONDS);
    assertNotNull(next);
    return next;
  }

  @ParameterizedTest
  @CsvSource({"openssl,TLSv1.2", "openssl,TLSv1.3", "jdk,TLSv1.2", "jdk,TLSv1.3"})
  void everyDataConnectionOfASessionResumesItOnBothSides(String provider, String version)
      throws Exception {
    tls = new TlsBench(provider, version, REQUIRE, TlsBench.client()).connected();
    next(tls.log.client);
    next(tls.log.backend);
    byte[] file = random(50_000);

    for (int i = 1; i <= 200; i++) {
      // The JDK gives one ticket, when the client may have said its last word already, and the
      // client of this test uses each but once.
      boolean up = i % 2 == 0 && !(provider.equals("jdk") && version.equals("TLSv1.3"));
      TlsBench.Data data = tls.data();
      TlsPeer.Connection from = up ? data.client() : data.backend();
      TlsPeer.Connection to = up ? data.backend() : data.client();
      from.write(file);
      from.end();
      TlsPeer.Received received = to.all();
      to.end();

      assertEquals("END " + (up ? "50000 0" : "0 50000") + " ok", tls.control.line());
      assertArrayEquals(file, received.bytes(), "transfer " + i);
      assertEquals("close_notify", received.end(), "transfer " + i);
      TlsFacts client = next(tls.log.client);
      TlsFacts backend = next(tls.log.backend);
      assertEquals(version, client.protocol());
      assertTrue(client.resumed(), "the client's leg of transfer " + i);
      assertTrue(backend.resumed(), "the backend's leg of transfer " + i);
      assertTrue(data.backend().resumed(), "as the backend sees transfer " + i);
    }
  }

  @ParameterizedTest
  @CsvSource({"openssl,TLSv1.2", "openssl,TLSv1.3"})
  void uploadsResumeAlsoWhenABackendsTicketsComeBehindOurLastWord(String provider, String version)
      throws Exception {
    tls = new TlsBench(provider, version, ALLOW, TlsBench.client()).connected();
    // It answers the first words of the handshake, and has not read the last when all is said.
    tls.dataPeers.readOnlyOnce();
    byte[] file = random(5_000);

    for (int i = 1; i <= 10; i++) {
      TlsBench.Data data = tls.data();
      if (version.equals("TLSv1.2")) {
        data.backend().read(); // Its handshake has the gateway wait for all of it.
      }
      data.client().write(file);
      data.client().end();
      assertEquals("END 5000 0 ok", tls.control.line());
      data.backend().read();
      assertArrayEquals(file, data.backend().all().bytes(), "transfer " + i);
      assertTrue(data.backend().resumed(), "as the backend sees transfer " + i);
      data.backend().end();
    }
  }

  @ParameterizedTest
  @CsvSource({"openssl", "jdk"})
  void aTicketBehindOurLastWordIsNotTheBackendsEnd(String provider) throws Exception {
    tls = new TlsBench(provider, "TLSv1.3", ALLOW, TlsBench.client()).connected();
    tls.dataPeers.readOnlyOnce();
    TlsBench.Data data = tls.data();
    byte[] file = random(12_000);
    data.client().write(file);
    data.client().end();
    assertEquals("END 12000 0 ok", tls.control.line());
    assertEquals("close_notify", data.client().ending());

    data.backend().readOnce(); // The last word of the handshake, for which it gives its tickets.

    assertTrue(data.client().quiet(), "the sockets were closed before the backend had read it all");
    data.backend().read();
    assertArrayEquals(file, data.backend().all().bytes());
  }

  @ParameterizedTest
  @CsvSource({"openssl,TLSv1.2", "openssl,TLSv1.3", "jdk,TLSv1.2", "jdk,TLSv1.3"})
  void aClientThatDoesNotResumeIsRefusedIfItMust(String provider, String version) throws Exception {
    tls = new TlsBench(provider, version, REQUIRE, TlsBench.client()).connected();

    tls.data(2);

    assertEquals(
        "END 0 0 refused (the data connection must resume the TLS session of the control"
            + " connection, but made a new one)",
        tls.control.line());
  }

  @ParameterizedTest
  @CsvSource({"openssl,TLSv1.2", "openssl,TLSv1.3", "jdk,TLSv1.2", "jdk,TLSv1.3"})
  void aClientThatDoesNotResumeIsServedIfItMay(String provider, String version) throws Exception {
    tls = new TlsBench(provider, version, ALLOW, TlsBench.client()).connected();
    next(tls.log.client);

    TlsBench.Data data = tls.data(2);
    data.backend().write("a listing");
    data.backend().end();

    assertEquals("a listing", new String(data.client().all().bytes()));
    assertEquals("END 0 9 ok", tls.control.line());
    assertFalse(next(tls.log.client).resumed());
  }

  @ParameterizedTest
  @CsvSource({"openssl,TLSv1.2", "openssl,TLSv1.3", "jdk,TLSv1.2", "jdk,TLSv1.3"})
  void noDataConnectionResumesIfReuseIsOff(String provider, String version) throws Exception {
    Optional<ServerTls> off = TlsBench.server(ServerTls.DataReuse.OFF);
    tls = new TlsBench(provider, version, off, Optional.empty()).connected();
    next(tls.log.client);

    TlsBench.Data data = tls.data();
    data.backend().write("x");
    data.backend().end();
    data.client().all();

    assertEquals("END 0 1 ok", tls.control.line());
    assertFalse(next(tls.log.client).resumed());
  }

  @Test
  void withTheJdkTheSessionOfAnotherControlConnectionIsNotEnough() throws Exception {
    tls = new TlsBench("jdk", "TLSv1.2", REQUIRE, TlsBench.client()).connected();
    TlsPeer.Connection first = tls.control;
    TlsPeer.Connection firstBackend = tls.backendControl;
    // A session of its own, by another port.
    tls.control = tls.peers.connect(tls.bench.address(), tls.clientContext, TlsBench.NAME, 7);
    tls.backendControl = tls.peers.accept();
    tls.backendControl.write("hello\n");
    assertEquals("hello", tls.control.line());

    tls.data(); // Resumes the first one's.

    assertTrue(tls.control.line().contains("resumed another's"));
    first.close();
    firstBackend.close();
  }

  @ParameterizedTest
  @CsvSource({"openssl,TLSv1.2", "openssl,TLSv1.3", "jdk,TLSv1.2", "jdk,TLSv1.3"})
  void anUploadThatEndsWithoutCloseNotifyIsNeverWhole(String provider, String version)
      throws Exception {
    tls = new TlsBench(provider, version, ALLOW, TlsBench.client()).connected();

    TlsBench.Data data = tls.data();
    data.client().secured().write(random(10_000));
    data.client().cut();

    TlsPeer.Received received = data.backend().all();
    assertEquals("broken", received.end());
    assertTrue(
        tls.control
            .line()
            .endsWith(
                "aborted by client (the client broke the data connection: the connection ended"
                    + " without TLS close_notify)"));
  }

  @Test
  void aCutUploadIsAlsoCutForABackendWithoutTls() throws Exception {
    tls = new TlsBench("auto", "TLSv1.3", ALLOW, Optional.empty()).connected();

    TlsBench.Data data = tls.data();
    data.client().secured().write(random(10_000));
    data.client().cut();

    assertEquals("broken", data.backend().all().end());
    assertTrue(tls.control.line().contains("aborted by client"));
  }

  @Test
  void aCutDownloadIsAlsoCutForTheClient() throws Exception {
    tls = new TlsBench("auto", "TLSv1.3", ALLOW, TlsBench.client()).connected();

    TlsBench.Data data = tls.data();
    data.backend().secured().write(random(10_000));
    data.backend().cut();

    assertEquals("broken", data.client().all().end());
    assertTrue(tls.control.line().contains("aborted by backend"));
  }

  @Test
  void anUploadWithoutCloseNotifyIsWholeIfTheDescriptorSaysSo() throws Exception {
    ServerTls strict = ALLOW.get();
    ServerTls lax =
        new ServerTls(
            strict.certificate(),
            strict.key(),
            strict.keyPassphrase(),
            strict.protocols(),
            strict.ciphers(),
            strict.clientAuth(),
            strict.clientCa(),
            strict.names(),
            strict.dataReuse(),
            false);
    tls = new TlsBench("auto", "TLSv1.3", Optional.of(lax), TlsBench.client()).connected();

    TlsBench.Data data = tls.data();
    data.client().secured().write("all of it");
    data.client().cut();

    TlsPeer.Received received = data.backend().all();
    assertEquals("all of it", new String(received.bytes()));
    assertEquals("close_notify", received.end());
  }

  @Test
  void aClientMayLeaveADownloadWithoutAWordWhenItHasAllOfIt() throws Exception {
    tls = new TlsBench("auto", "TLSv1.3", ALLOW, TlsBench.client()).connected();

    TlsBench.Data data = tls.data();
    data.backend().write("bytes");
    data.backend().endTls();
    assertEquals("bytes", new String(data.client().all().bytes()));
    data.client().cut();

    assertEquals("END 0 5 ok", tls.control.line());
    assertEquals("close_notify", data.backend().ending());
  }

  /** Like lftp, which sees in compressed data (MODE Z) where it ends. */
  @ParameterizedTest
  @CsvSource({"openssl,TLSv1.2", "openssl,TLSv1.3", "jdk,TLSv1.2", "jdk,TLSv1.3"})
  void aClientMayEndADownloadBeforeTheBackendDoes(String provider, String version)
      throws Exception {
    tls = new TlsBench(provider, version, ALLOW, Optional.empty()).connected();
    TlsBench.Data data = tls.data();
    data.backend().write("all of it\n");
    assertEquals("all of it", data.client().line());

    data.client().end();
    data.client().close();
    assertEquals("end of socket", data.backend().ending());
    data.backend().end();

    assertEquals("END 0 10 ok", tls.control.line());
  }

  @ParameterizedTest
  @CsvSource({"openssl,TLSv1.2", "openssl,TLSv1.3", "jdk,TLSv1.2", "jdk,TLSv1.3"})
  void aClientMayEndADownloadSoWithoutAWord(String provider, String version) throws Exception {
    tls = new TlsBench(provider, version, ALLOW, Optional.empty()).connected();
    TlsBench.Data data = tls.data();
    data.backend().write("all of it\n");
    assertEquals("all of it", data.client().line());

    data.client().cut();
    assertEquals("end of socket", data.backend().ending());
    data.backend().end();

    assertEquals("END 0 10 ok", tls.control.line());
  }

  /** But for the JDK under TLS 1.3, which like TCP lets a client end its own stream and read on. */
  @ParameterizedTest
  @CsvSource({"openssl,TLSv1.2", "openssl,TLSv1.3", "jdk,TLSv1.2"})
  void aClientThatLeftBeforeMoreCameHasNotGotAll(String provider, String version) throws Exception {
    tls = new TlsBench(provider, version, ALLOW, Optional.empty()).connected();
    TlsBench.Data data = tls.data();
    data.backend().write("a part of it\n");
    assertEquals("a part of it", data.client().line());

    data.client().end();
    data.client().close();
    assertEquals("end of socket", data.backend().ending());
    data.backend().write("the rest");
    data.backend().end();

    String end = tls.control.line();
    assertTrue(end.matches("END 0 \\d+ aborted by client .*"), end);
  }

  @ParameterizedTest
  @CsvSource({"openssl,TLSv1.2", "openssl,TLSv1.3", "jdk,TLSv1.2", "jdk,TLSv1.3"})
  void aBackendThatWaitsForTheAnswerToItsEndGetsItAtOnce(String provider, String version)
      throws Exception {
    tls = new TlsBench(provider, version, ALLOW, TlsBench.client()).connected();

    TlsBench.Data data = tls.data();
    data.client().secured();
    data.backend().write("bytes");
    data.backend().endTls();

    // The client has not ended its side.
    assertEquals("close_notify", data.backend().ending());
    assertEquals("END 0 5 ok", tls.control.line());
  }

  @Test
  void anEmptyUploadIsAnEmptyFile() throws Exception {
    tls = new TlsBench("auto", "TLSv1.3", ALLOW, TlsBench.client()).connected();

    TlsBench.Data data = tls.data();
    data.client().secured().end();
    TlsPeer.Received received = data.backend().all();
    data.backend().end();

    assertEquals(0, received.bytes().length);
    assertEquals("close_notify", received.end());
    assertEquals("END 0 0 ok", tls.control.line());
  }

  @ParameterizedTest
  @CsvSource({"openssl", "jdk"})
  void theServerNameChoosesTheCertificate(String provider) throws Exception {
    ServerTls.Named files =
        new ServerTls.Named(
            TlsBench.path("files.pem"), TlsBench.path("files-pkcs1.key"), Optional.empty());
    ServerTls spec =
        TlsBench.server(
            ServerTls.ClientAuth.NONE, Map.of("*.Example.com", files), ServerTls.DataReuse.ALLOW);
    tls = new TlsBench(provider, "TLSv1.3", Optional.of(spec), TlsBench.client());

    assertEquals(
        "CN=files.example.com",
        tls.connect("files.example.com", tls.clientContext).secured().shown());
    assertEquals(Optional.of("files.example.com"), next(tls.log.client).serverName());
    assertEquals("CN=gateway", tls.connect("a.b.example.com", tls.clientContext).secured().shown());
    assertEquals("CN=gateway", tls.connect("127.0.0.1", tls.clientContext).secured().shown());
  }

  @ParameterizedTest
  @CsvSource({"openssl,TLSv1.2", "openssl,TLSv1.3", "jdk,TLSv1.2", "jdk,TLSv1.3"})
  void aClientsCertificateIsAFactOfItsSession(String provider, String version) throws Exception {
    ServerTls spec =
        TlsBench.server(ServerTls.ClientAuth.REQUIRE, Map.of(), ServerTls.DataReuse.REQUIRE);
    tls = new TlsBench(provider, version, Optional.of(spec), TlsBench.client()).connected();

    assertEquals(Optional.of("CN=alice"), next(tls.log.client).subject());
    TlsBench.Data data = tls.data();
    data.backend().end();
    data.client().all();
    assertEquals("END 0 0 ok", tls.control.line());
    tls.control.close();

    Map<String, Object> record = tls.bench.onlyRecord("session");
    assertEquals("CN=alice", record.get("certificate-subject"));
    assertEquals(TlsBench.NAME, record.get("server-name"));
    assertTrue(record.get("tls").toString().startsWith(version));
    assertTrue(record.get("backend-tls").toString().startsWith(version));
  }

  @ParameterizedTest
  @CsvSource({"openssl", "jdk"})
  void anImpostorsCertificateIsRefused(String provider) throws Exception {
    ServerTls spec =
        TlsBench.server(ServerTls.ClientAuth.REQUEST, Map.of(), ServerTls.DataReuse.ALLOW);
    tls = new TlsBench(provider, "TLSv1.2", Optional.of(spec), TlsBench.client());

    tls.connect(
        "localhost",
        SslContextBuilder.forClient()
            .protocols("TLSv1.2")
            .trustManager(TlsBench.file("ca.pem"))
            .keyManager(TlsBench.file("impostor.pem"), TlsBench.file("impostor.key"))
            .build());

    String failure = tls.log.failures.poll(10, TimeUnit.SECONDS);
    assertTrue(
        failure.matches(
            "it showed the certificate of CN=impostor .*one signed by a CA in .*ca.pem.*"),
        failure);
  }

  @ParameterizedTest
  @CsvSource({"openssl", "jdk"})
  void aBackendOfAnotherCaIsRefused(String provider) throws Exception {
    String failure =
        failure(provider, Optional.of(TlsBench.path("stranger.pem")), List.of(), Optional.empty());

    assertTrue(
        failure.matches(
            "it showed the certificate of CN=backend \\(issued by CN=Test CA, SHA-256 .*\\),"
                + " expected one signed by a CA in .*stranger.pem.*"),
        failure);
  }

  @ParameterizedTest
  @CsvSource({"openssl", "jdk"})
  void aBackendOfAnotherNameIsRefused(String provider) throws Exception {
    String failure =
        failure(
            provider,
            Optional.of(TlsBench.path("ca.pem")),
            List.of(),
            Optional.of("backend.example.com"));

    assertEquals(
        "it showed a certificate for 127.0.0.1, expected one for backend.example.com; set"
            + " server-name to the name in the certificate, or verify-name to false",
        failure);
  }

  @ParameterizedTest
  @CsvSource({"openssl", "jdk"})
  void aBackendWithAnotherPinIsRefused(String provider) throws Exception {
    String failure =
        failure(provider, Optional.empty(), List.of("ab".repeat(32)), Optional.empty());

    assertTrue(failure.contains("it showed the certificate of CN=backend"), failure);
    assertTrue(failure.contains("with the public key SHA-256 "), failure);
    assertTrue(failure.endsWith(", expected one of the pins " + "ab".repeat(32)), failure);
  }

  @ParameterizedTest
  @CsvSource({"openssl", "jdk"})
  void theSystemsCasDoNotKnowABackendOfOurOwn(String provider) throws Exception {
    String failure = failure(provider, Optional.empty(), List.of(), Optional.empty());

    assertTrue(failure.contains("that this system's Java trusts"), failure);
  }

  private String failure(
      String provider,
      Optional<java.nio.file.Path> ca,
      List<String> pins,
      Optional<String> serverName)
      throws Exception {
    ClientTls spec = TlsBench.client(ca, pins, serverName, Optional.empty());
    tls = new TlsBench(provider, "TLSv1.3", Optional.empty(), Optional.of(spec));
    tls.connect("localhost", null);
    String failure = tls.log.failures.poll(10, TimeUnit.SECONDS);
    assertNotNull(failure);
    return failure;
  }

  @Test
  void aPinnedKeyIsBelievedWhateverItsName() throws Exception {
    var certificate =
        (java.security.cert.X509Certificate)
            java.security.cert.CertificateFactory.getInstance("X.509")
                .generateCertificate(new java.io.FileInputStream(TlsBench.file("backend.pem")));
    byte[] hash =
        java.security.MessageDigest.getInstance("SHA-256")
            .digest(certificate.getPublicKey().getEncoded());
    String pin = "sha256//" + java.util.Base64.getEncoder().encodeToString(hash);
    ClientTls spec =
        TlsBench.client(Optional.empty(), List.of(pin), Optional.of("other"), Optional.empty());

    tls = new TlsBench("auto", "TLSv1.3", ALLOW, Optional.of(spec)).connected();

    assertEquals("TLSv1.3", next(tls.log.backend).protocol());
  }

  @ParameterizedTest
  @CsvSource({"openssl,TLSv1.2", "openssl,TLSv1.3", "jdk,TLSv1.2", "jdk,TLSv1.3"})
  void aBackendThatAsksIsShownTheGatewaysOwnCertificate(String provider, String version)
      throws Exception {
    ClientTls spec =
        TlsBench.client(
            Optional.of(TlsBench.path("ca.pem")),
            List.of(),
            Optional.empty(),
            Optional.of("client"));
    tls = new TlsBench(provider, version, ALLOW, Optional.of(spec)).connected();
    next(tls.log.backend);

    assertEquals("CN=alice", tls.backendControl.shown());
    TlsBench.Data data = tls.data();
    data.backend().write("a listing");
    data.backend().end();
    assertEquals("a listing", new String(data.client().all().bytes()));
    assertEquals("CN=alice", data.backend().shown());
    assertTrue(next(tls.log.backend).resumed());
  }

  @ParameterizedTest
  @CsvSource({"openssl", "jdk"})
  void aBackendThatDoesNotKnowTheGatewaysCertificateDoesNotServe(String provider) throws Exception {
    ClientTls spec =
        TlsBench.client(
            Optional.of(TlsBench.path("ca.pem")),
            List.of(),
            Optional.empty(),
            Optional.of("stranger"));
    tls = new TlsBench(provider, "TLSv1.2", Optional.empty(), Optional.of(spec));

    tls.connect("localhost", null);

    assertNotNull(tls.log.failures.poll(10, TimeUnit.SECONDS));
  }

  @Test
  void clearTextInsteadOfTlsIsSaidToBeThat() throws Exception {
    tls = new TlsBench("auto", "TLSv1.3", ALLOW, Optional.empty());

    TlsPeer.Connection plain = tls.connect("localhost", null);
    plain.write("USER somebody\r\n");

    String failure = tls.log.failures.poll(10, TimeUnit.SECONDS);
    assertTrue(failure.startsWith("what it sent is not TLS"), failure);
    assertNotEquals("", plain.ending());
  }

  @ParameterizedTest
  @CsvSource({
    "openssl,TLSv1.2,true",
    "openssl,TLSv1.3,true",
    "jdk,TLSv1.2,true",
    "jdk,TLSv1.3,true",
    "openssl,TLSv1.3,false",
    "jdk,TLSv1.2,false"
  })
  void tlsOfAControlConnectionCanEndBeforeTheConnectionDoes(
      String provider, String version, boolean polite) throws Exception {
    tls = new TlsBench(provider, version, ALLOW, Optional.empty()).connected();

    tls.control.write("CCC\n");
    assertEquals("200", tls.control.line());
    assertEquals("(close_notify)", tls.control.line());
    if (polite) {
      tls.control.endTls();
    }
    tls.control.plain();
    tls.control.write("in the open\n");

    assertEquals("in clear", tls.control.line());
    assertEquals("echo in the open", tls.control.line());
  }
}
