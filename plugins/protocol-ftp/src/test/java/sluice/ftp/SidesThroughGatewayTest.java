package sluice.ftp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

/** Modes, ports and addresses that differ between the two sides, with a real server. */
class SidesThroughGatewayTest {

  @TempDir static Path certificates;
  private static SelfSigned shown;
  private static SelfSigned behind;

  @TempDir Path root;
  private final byte[] content = new byte[300_003];

  @BeforeAll
  static void makeCertificates() throws IOException {
    shown = SelfSigned.make(certificates, "gateway");
    behind = SelfSigned.make(certificates, "backend");
  }

  @BeforeEach
  void makeContent() throws IOException {
    new Random(2).nextBytes(content);
    Files.write(root.resolve("down.bin"), content);
  }

  private void bothWays(RawClient client, String mode) throws IOException {
    for (int i = 0; i < 2; i++) {
      assertArrayEquals(content, client.download(mode, "RETR down.bin"));
      client.upload(mode, "STOR up.bin", content);
      assertArrayEquals(content, Files.readAllBytes(root.resolve("up.bin")));
      Files.delete(root.resolve("up.bin"));
    }
    assertTrue(new String(client.download(mode, "LIST")).contains("down.bin"));
    client.prepare(mode);
    client.ask("550", "RETR missing.bin");
    assertArrayEquals(content, client.download(mode, "RETR down.bin"));
  }

  @ParameterizedTest
  @CsvSource({
    "passive, PORT, 127.0.0.1, 127.0.0.1",
    "passive, EPRT, ::1, 127.0.0.1",
    "passive, PORT, 127.0.0.1, ::1",
    "active, PASV, 127.0.0.1, 127.0.0.1",
    "active, EPSV, ::1, 127.0.0.1",
    "active, PASV, 127.0.0.1, ::1",
  })
  void theBackendsModeIsNotTheClients(String dataMode, String mode, String front, String behind)
      throws IOException {
    String bind = front.contains(":") ? "[" + front + "]:0" : front + ":0";
    try (FtpPeer peer = FtpPeer.start(behind, root);
        TestGateway gateway =
            ThroughGatewayTest.gateway(bind, peer.address(), "data-mode: " + dataMode);
        RawClient client = RawClient.loggedIn(gateway.address("ftp"))) {
      bothWays(client, mode);
    }
  }

  @ParameterizedTest
  @CsvSource({"passive, PORT", "active, EPSV"})
  void theSameUnderTlsOnBothSides(String dataMode, String mode) throws IOException {
    String options =
        "data-mode: %s, tls: { mode: re-encrypt, server: { certificate: \"%s\", key: \"%s\" }, backend: { ca: \"%s\" } }"
            .formatted(dataMode, shown.certificate(), shown.key(), behind.certificate());
    try (FtpPeer peer =
            FtpPeer.start(
                new InetSocketAddress("127.0.0.1", 0),
                root,
                "ftps",
                FtpPeer.DataPorts.ANY,
                new FtpPeer.Tls(behind.store(), SelfSigned.PASSWORD, false));
        TestGateway gateway = ThroughGatewayTest.gateway("127.0.0.1:0", peer.address(), options);
        RawClient client = new RawClient(gateway.address("ftp")).auth(shown.trusting())) {
      bothWays(client.logInSecured(), mode);
    }
  }

  @Test
  void severalClientsGetActiveDataFromOnePortAtATime() throws IOException {
    try (FtpPeer peer = FtpPeer.start(root);
        TestGateway gateway =
            ThroughGatewayTest.gateway(
                "127.0.0.1:0", peer.address(), "active-source-port: control-minus-one")) {
      int expected = gateway.address("ftp").getPort() - 1;
      List<RawClient> clients = new ArrayList<>();
      List<Socket> open = new ArrayList<>();
      try {
        for (int i = 0; i < 3; i++) {
          RawClient client = RawClient.loggedIn(gateway.address("ftp"));
          clients.add(client);
          RawClient.DataPort port = client.prepare("PORT");
          client.send("STOR f" + i);
          client.expect("150");
          Socket data = port.open();
          open.add(data);
          assertEquals(expected, data.getPort());
        }
        for (int i = 0; i < 3; i++) {
          open.get(i).getOutputStream().write(content);
          open.get(i).close();
          clients.get(i).expect("226");
          assertArrayEquals(content, Files.readAllBytes(root.resolve("f" + i)));
        }
      } finally {
        for (RawClient client : clients) {
          client.close();
        }
      }
    }
  }

  @Test
  void clientThatListensAtTheSamePortAgainIsServedThoughTheSourcePortIsFixed() throws IOException {
    try (FtpPeer peer = FtpPeer.start(root);
        TestGateway gateway =
            ThroughGatewayTest.gateway(
                "127.0.0.1:0", peer.address(), "active-source-port: control-minus-one");
        RawClient client = RawClient.loggedIn(gateway.address("ftp"));
        ServerSocket listening = new ServerSocket(0, 5, client.control.getLocalAddress())) {
      listening.setSoTimeout(10_000);
      int port = listening.getLocalPort();
      for (int i = 0; i < 3; i++) {
        client.ask("200", "PORT 127,0,0,1," + port / 256 + "," + port % 256);
        client.ask("150", "RETR down.bin");
        try (Socket data = listening.accept()) {
          assertArrayEquals(content, data.getInputStream().readAllBytes());
        }
        client.expect("226");
      }
    }
  }

  @Test
  void sourcePortThatIsTakenIsSaidAtTheStart() throws IOException {
    try (FtpPeer peer = FtpPeer.start(root);
        ServerSocket taken = new ServerSocket(0, 1, peer.address().getAddress())) {
      Throwable problem =
          assertThrows(
              Throwable.class,
              () ->
                  ThroughGatewayTest.gateway(
                          "127.0.0.1:0",
                          peer.address(),
                          "active-source-port: \"" + taken.getLocalPort() + "\"")
                      .close());
      assertTrue(
          problem.getMessage().contains("cannot leave from port " + taken.getLocalPort()),
          problem::getMessage);
    }
  }

  @Test
  void neighbourMayOpenTheDataConnectionWhereThatIsAllowed() throws IOException {
    try (FtpPeer peer = FtpPeer.start(root);
        TestGateway gateway =
            ThroughGatewayTest.gateway("127.0.0.1:0", peer.address(), "data-peer: subnet");
        RawClient client = RawClient.loggedIn(gateway.address("ftp"))) {
      RawClient.DataPort port = client.prepare("PASV");
      client.send("RETR down.bin");
      try (Socket neighbour = new Socket()) {
        neighbour.bind(new InetSocketAddress("127.0.0.9", 0));
        neighbour.connect(port.address());
        neighbour.setSoTimeout(10_000);
        client.expect("150");
        assertArrayEquals(content, neighbour.getInputStream().readAllBytes());
      }
      client.expect("226");
    }
  }

  @Test
  void portThatIsNeverUsedIsFreeAgainInTime() throws IOException {
    int only;
    try (ServerSocket probe = new ServerSocket(0)) {
      only = probe.getLocalPort();
    }
    try (FtpPeer peer = FtpPeer.start(root);
        TestGateway gateway =
            ThroughGatewayTest.gateway(
                "127.0.0.1:0",
                peer.address(),
                "data-ports: " + only + ", data-connect-timeout: 500ms");
        RawClient idle = RawClient.loggedIn(gateway.address("ftp"));
        RawClient busy = RawClient.loggedIn(gateway.address("ftp"))) {
      assertEquals(only, idle.prepare("EPSV").address().getPort());
      busy.ask("425", "EPSV");
      TestGateway.await(
          "the port is free",
          () -> {
            try (ServerSocket probe = new ServerSocket(only)) {
              return probe.isBound();
            } catch (IOException taken) {
              return false;
            }
          });
      idle.ask("425", "RETR down.bin");
      assertEquals(only, busy.prepare("EPSV").address().getPort());
      idle.ask("200", "NOOP");
    }
  }

  @Test
  void backendWithoutAPortIsSpokenToOnTheOneThatTheClientDialled() throws IOException {
    try (FtpPeer peer = FtpPeer.start(root);
        TestGateway gateway =
            TestGateway.start(
                """
                listeners:
                  ftp: { protocol: ftp, bind: "127.0.0.5:%d", pool: files }
                pools:
                  files:
                    balance: { strategy: first }
                    health: { check: ftp, interval: 1s }
                    backends: { a: { address: "127.0.0.1" } }
                """
                    .formatted(peer.address().getPort()),
                new FtpProtocolFactory(),
                new FtpCheckFactory());
        RawClient client = RawClient.loggedIn(gateway.address("ftp"))) {
      bothWays(client, "PASV");
      bothWays(client, "PORT");
      // So is the check: its listeners have this one port.
      TestGateway.await("up", () -> gateway.backend("files", "a").state().equals("up"));
    }
  }
}
