package sluice.ftp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sluice.testkit.FtpPeer;
import sluice.testkit.SelfSigned;
import sluice.testkit.TestGateway;

/** TLS with real clients through a real gateway, and with a real server behind it. */
class FtpsTest {

  @TempDir static Path certificates;
  private static SelfSigned shown;
  private static SelfSigned behind;

  @TempDir Path root;
  private final byte[] content = new byte[1_000_003];

  @BeforeAll
  static void makeCertificates() throws IOException {
    shown = SelfSigned.make(certificates, "gateway");
    behind = SelfSigned.make(certificates, "backend");
  }

  @BeforeEach
  void makeContent() throws IOException {
    new Random(1).nextBytes(content);
    Files.write(root.resolve("down.bin"), content);
  }

  private static TestGateway gateway(String tls, String server, InetSocketAddress... backends) {
    StringBuilder yaml =
        new StringBuilder(
            """
            listeners:
              ftp:
                protocol: ftp
                bind: "127.0.0.1:0"
                pool: files
                options:
                  tls:
                    %s
                    server: { certificate: "%s", key: "%s"%s }
            pools:
              files:
                balance: { strategy: first }
                backends:
            """
                .formatted(tls, shown.certificate(), shown.key(), server));
    for (int i = 0; i < backends.length; i++) {
      yaml.append("      b%d: { address: \"127.0.0.1:%d\" }\n".formatted(i, backends[i].getPort()));
    }
    return TestGateway.start(yaml.toString(), new FtpProtocolFactory());
  }

  private FtpPeer server(SelfSigned certificate) throws IOException {
    return FtpPeer.start(
        new InetSocketAddress("127.0.0.1", 0),
        root,
        "ftps",
        FtpPeer.DataPorts.ANY,
        new FtpPeer.Tls(certificate.store(), SelfSigned.PASSWORD, false));
  }

  private FtpPeer implicitServer() throws IOException {
    return FtpPeer.start(
        new InetSocketAddress("127.0.0.1", 0),
        root,
        "ftps",
        FtpPeer.DataPorts.ANY,
        new FtpPeer.Tls(behind.store(), SelfSigned.PASSWORD, true));
  }

  private static String matchClient() {
    return "mode: match-client\n        control: optional\n        data: optional\n        backend: { ca: \""
        + behind.certificate()
        + "\" }";
  }

  private static String reEncrypt(SelfSigned ca) {
    return "mode: re-encrypt\n        backend: { ca: \"" + ca.certificate() + "\" }";
  }

  private void bothWays(RawClient client, String mode) throws IOException {
    for (int i = 0; i < 3; i++) {
      assertArrayEquals(content, client.download(mode, "RETR down.bin"));
      client.upload(mode, "STOR up.bin", content);
      assertArrayEquals(content, Files.readAllBytes(root.resolve("up.bin")));
      Files.delete(root.resolve("up.bin"));
    }
    client.ask("221", "QUIT");
  }

  @ParameterizedTest
  @CsvSource({"PASV", "EPSV", "PORT", "EPRT"})
  void filesMoveUnderTlsBeforeAPlainBackend(String mode) throws IOException {
    try (FtpPeer peer = FtpPeer.start(root);
        TestGateway gateway = gateway("mode: terminate", "", peer.address());
        RawClient client = new RawClient(gateway.address("ftp")).auth(shown.trusting())) {
      bothWays(client.logInSecured(), mode);
      TestGateway.await("the record", () -> !gateway.records("session").isEmpty());
      assertTrue(
          gateway.records("session").get(0).get("tls").toString().startsWith("TLSv1.3"),
          gateway.records("session").toString());
    }
  }

  @ParameterizedTest
  @CsvSource({"PASV", "EPSV", "PORT", "EPRT"})
  void filesMoveUnderTlsOnBothSides(String mode) throws IOException {
    try (FtpPeer peer = server(behind);
        TestGateway gateway = gateway(reEncrypt(behind), "", peer.address());
        RawClient client = new RawClient(gateway.address("ftp")).auth(shown.trusting())) {
      bothWays(client.logInSecured(), mode);
      TestGateway.await("the record", () -> !gateway.records("session").isEmpty());
      assertTrue(
          gateway.records("session").get(0).containsKey("backend-tls"),
          gateway.records("session").toString());
    }
  }

  @Test
  void implicitTlsNeedsNoCommand() throws IOException {
    try (FtpPeer peer = FtpPeer.start(root);
        TestGateway gateway =
            gateway("mode: terminate\n        implicit: true", "", peer.address());
        RawClient client = new RawClient(gateway.address("ftp")).secure(shown.trusting())) {
      client.securesData(true).expect("220");
      bothWays(client.logInSecured(), "EPSV");
    }
  }

  @ParameterizedTest
  @CsvSource({"PASV", "EPSV", "PORT", "EPRT"})
  void serversUnderImplicitTlsAreReached(String mode) throws IOException {
    String tls = reEncrypt(behind) + "\n        backend-implicit: true";
    try (FtpPeer plain = FtpPeer.start(root);
        FtpPeer peer = implicitServer();
        TestGateway gateway = gateway(tls, "", plain.address(), peer.address());
        RawClient client = new RawClient(gateway.address("ftp")).auth(shown.trusting())) {
      bothWays(client.logInSecured(), mode);
      TestGateway.await("the record", () -> !gateway.records("session").isEmpty());
      var record = gateway.records("session").get(0);
      assertEquals("files/b1", record.get("backend"));
      assertTrue(record.containsKey("backend-tls"), record.toString());
    }
  }

  @ParameterizedTest
  @CsvSource({"PASV", "EPSV", "PORT", "EPRT"})
  void underMatchClientTheBackendHasTheTlsThatTheClientHas(String mode) throws IOException {
    try (FtpPeer peer = server(behind);
        TestGateway gateway = gateway(matchClient(), "", peer.address())) {
      try (RawClient client = RawClient.loggedIn(gateway.address("ftp"))) {
        bothWays(client, mode);
      }
      TestGateway.await("the record", () -> gateway.records("session").size() == 1);
      var plain = gateway.records("session").get(0);
      assertFalse(plain.containsKey("tls") || plain.containsKey("backend-tls"), plain.toString());
      try (RawClient client =
          new RawClient(gateway.address("ftp")).auth(shown.trusting()).logInSecured()) {
        client.securesData(false).ask("200", "PROT C");
        assertArrayEquals(content, client.download(mode, "RETR down.bin"));
        client.securesData(true).ask("200", "PROT P");
        bothWays(client, mode);
      }
      TestGateway.await("the record", () -> gateway.records("session").size() == 2);
      var secured = gateway.records("session").get(1);
      assertTrue(secured.containsKey("tls"), secured.toString());
      assertTrue(secured.containsKey("backend-tls"), secured.toString());
    }
  }

  @Test
  void underMatchClientAServerWithoutTlsIsServedInClearTextOnly() throws IOException {
    try (FtpPeer peer = FtpPeer.start(root);
        TestGateway gateway = gateway(matchClient(), "", peer.address());
        RawClient client = new RawClient(gateway.address("ftp"))) {
      client.expect("220");
      client.ask("534", "AUTH TLS");
      client.ask("331", "USER user");
      client.ask("230", "PASS password");
      client.ask("200", "TYPE I");
      assertArrayEquals(content, client.download("PASV", "RETR down.bin"));
    }
  }

  @Test
  void eachPoolIsSpokenToInItsOwnWay() throws IOException {
    try (FtpPeer plain = FtpPeer.start(root);
        FtpPeer secured = implicitServer();
        TestGateway gateway =
            TestGateway.start(
                twoListeners(plain.address().getPort(), secured.address().getPort()),
                new FtpProtocolFactory())) {
      for (String listener : new String[] {"plain", "vault"}) {
        try (RawClient client =
            new RawClient(gateway.address(listener)).auth(shown.trusting()).logInSecured()) {
          bothWays(client, "PASV");
        }
      }
    }
  }

  /** Both with the same options of TLS, which name the pool. */
  private static String twoListeners(int plain, int secured) {
    String listener =
        """
          %s:
            protocol: ftp
            bind: "127.0.0.1:0"
            pool: %s
            options:
              tls:
                mode: terminate
                server: { certificate: "%s", key: "%s" }
                pools:
                  - { pool: vault, mode: re-encrypt, backend-implicit: true, backend: { ca: "%s" } }
        """;
    return "listeners:\n"
        + listener.formatted(
            "plain", "files", shown.certificate(), shown.key(), behind.certificate())
        + listener.formatted(
            "vault", "vault", shown.certificate(), shown.key(), behind.certificate())
        + """
          pools:
            files: { balance: { strategy: first }, backends: { a: { address: "127.0.0.1:%d" } } }
            vault: { balance: { strategy: first }, backends: { a: { address: "127.0.0.1:%d" } } }
          """
            .formatted(plain, secured);
  }

  @Test
  void clearTextBehindAuthIsNeverSaidToTheServer() throws IOException {
    try (ScriptedServer server =
            new ScriptedServer(
                talk -> {
                  talk.say("220 ready");
                  talk.untilGone();
                });
        TestGateway gateway = gateway("mode: terminate", "", server.address());
        RawClient client = new RawClient(gateway.address("ftp"))) {
      client.expect("220");
      client.sendRaw("AUTH TLS\r\nUSER thief\r\nPASS x\r\n");
      client.expect("421");
      assertNull(client.reply());
      TestGateway.await("the end", () -> !gateway.records("session").isEmpty());
      assertEquals(java.util.List.of(), server.heard);
    }
  }

  @Test
  void clearTextBehindABackends234KeepsItFromServing() throws IOException {
    try (ScriptedServer server =
            new ScriptedServer(
                talk -> {
                  talk.say("220 ready");
                  talk.hear();
                  talk.raw("234 go\r\n230 somebody else is logged in\r\n");
                  talk.untilGone();
                });
        TestGateway gateway = gateway(reEncrypt(behind), "", server.address());
        RawClient client = new RawClient(gateway.address("ftp"))) {
      client.expect("421");
      assertEquals(java.util.List.of("AUTH TLS"), server.heard);
    }
  }

  @Test
  void aBackendWithAnotherCertificateOrWithoutTlsIsPassedOver() throws IOException {
    try (FtpPeer impostor = server(shown);
        FtpPeer plain = FtpPeer.start(root);
        FtpPeer good = server(behind);
        TestGateway gateway =
            gateway(reEncrypt(behind), "", impostor.address(), plain.address(), good.address());
        RawClient client = new RawClient(gateway.address("ftp")).auth(shown.trusting())) {
      bothWays(client.logInSecured(), "PASV");
      TestGateway.await("the record", () -> !gateway.records("session").isEmpty());
      assertEquals("files/b2", gateway.records("session").get(0).get("backend"));
    }
  }

  @Test
  void aDataConnectionThatMakesATlsSessionOfItsOwnIsToldSoUnderRequire() throws IOException {
    try (FtpPeer peer = FtpPeer.start(root);
        TestGateway gateway = gateway("mode: terminate", ", data-reuse: require", peer.address());
        RawClient client = new RawClient(gateway.address("ftp")).auth(shown.trusting())) {
      client.logInSecured();
      RawClient.DataPort port = client.prepare("PASV");
      client.send("RETR down.bin");
      try (Socket data = port.open()) {
        client.expect("150");
        try {
          data.getInputStream().readAllBytes();
        } catch (IOException cut) {
          // As it should be.
        }
        String reply = client.expect("522");
        assertTrue(reply.contains("must resume the TLS session"), reply);
      }
      client.ask("200", "NOOP");
    }
  }

  @Test
  void anUploadWithoutCloseNotifyIsNotWhole() throws IOException {
    try (FtpPeer peer = FtpPeer.start(root);
        TestGateway gateway = gateway("mode: terminate", "", peer.address());
        RawClient client = new RawClient(gateway.address("ftp")).auth(shown.trusting())) {
      client.logInSecured().securesData(false);
      RawClient.DataPort port = client.prepare("PASV");
      client.send("STOR up.bin");
      try (Socket raw = port.open()) {
        client.expect("150");
        javax.net.ssl.SSLSocket data =
            (javax.net.ssl.SSLSocket)
                shown
                    .trusting()
                    .getSocketFactory()
                    .createSocket(raw, "127.0.0.1", raw.getPort(), false);
        data.getOutputStream().write(content);
        raw.shutdownOutput();
        client.expect("426");
      }
    }
  }
}
