package sluice.ftp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
