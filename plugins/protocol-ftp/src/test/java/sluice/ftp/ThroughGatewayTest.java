package sluice.ftp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sluice.testkit.FtpPeer;
import sluice.testkit.TestGateway;

/** A real FTP server behind a real gateway. */
class ThroughGatewayTest {

  @TempDir Path root;

  static TestGateway gateway(String bind, InetSocketAddress backend, String options) {
    return TestGateway.start(
        """
        listeners:
          ftp: { protocol: ftp, bind: "%s", pool: files%s }
        pools:
          files:
            balance: { strategy: first }
            backends:
              a: { address: "%s:%d" }
        """
            .formatted(
                bind,
                options.isEmpty() ? "" : ", options: { " + options + " }",
                backend.getAddress().getAddress().length == 16
                    ? "[" + backend.getAddress().getHostAddress() + "]"
                    : backend.getAddress().getHostAddress(),
                backend.getPort()),
        new FtpProtocolFactory());
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1, PASV",
    "127.0.0.1, 127.0.0.1, EPSV",
    "127.0.0.1, 127.0.0.1, PORT",
    "127.0.0.1, 127.0.0.1, EPRT",
    "127.0.0.1, ::1, PASV",
    "127.0.0.1, ::1, EPSV",
    "127.0.0.1, ::1, PORT",
    "127.0.0.1, ::1, EPRT",
    "::1, 127.0.0.1, EPSV",
    "::1, 127.0.0.1, EPRT",
    "::1, ::1, EPSV",
    "::1, ::1, EPRT",
  })
  void filesMoveBothWaysInEveryModeAndAddressFamily(String bind, String behind, String mode)
      throws IOException {
    byte[] content = new byte[1_000_003];
    new Random(1).nextBytes(content);
    Files.write(root.resolve("down.bin"), content);
    String listen = bind.contains(":") ? "[" + bind + "]:0" : bind + ":0";
    try (FtpPeer peer = FtpPeer.start(behind, root);
        TestGateway gateway = gateway(listen, peer.address(), "");
        RawClient client = RawClient.loggedIn(gateway.address("ftp"))) {
      assertArrayEquals(content, client.download(mode, "RETR down.bin"));
      client.upload(mode, "STOR up.bin", content);
      assertArrayEquals(content, Files.readAllBytes(root.resolve("up.bin")));
      assertTrue(
          new String(client.download(mode, "LIST"), StandardCharsets.US_ASCII).contains("up.bin"));
      assertEquals(0, client.download(mode, "NLST nothing-*").length);
      client.ask("221", "QUIT");
      TestGateway.await("session's record", () -> !gateway.records("session").isEmpty());
      Map<String, Object> down = gateway.records("transfer").get(0);
      assertEquals("RETR", down.get("command"));
      assertEquals("download", down.get("direction"));
      assertEquals("ok", down.get("outcome"));
      assertEquals("user", gateway.records("session").get(0).get("user"));
      assertEquals("ok", gateway.records("session").get(0).get("outcome"));
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "511", "512", "513", "1048576"})
  void sizesAroundABlockArriveWhole(int size) throws IOException {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    try (FtpPeer peer = FtpPeer.start(root);
        TestGateway gateway = gateway("127.0.0.1:0", peer.address(), "");
        RawClient client = RawClient.loggedIn(gateway.address("ftp"))) {
      for (String mode : new String[] {"PASV", "EPSV", "PORT", "EPRT"}) {
        client.upload(mode, "STOR f.bin", content);
        assertArrayEquals(content, Files.readAllBytes(root.resolve("f.bin")));
        assertArrayEquals(content, client.download(mode, "RETR f.bin"));
      }
    }
  }

  @Test
  void dataPortsAreOfTheConfiguredRange() throws IOException {
    int free;
    try (java.net.ServerSocket probe = new java.net.ServerSocket(0)) {
      free = probe.getLocalPort();
    }
    Files.writeString(root.resolve("f"), "x");
    try (FtpPeer peer = FtpPeer.start(root);
        TestGateway gateway = gateway("127.0.0.1:0", peer.address(), "data-ports: " + free);
        RawClient client = RawClient.loggedIn(gateway.address("ftp"))) {
      for (int i = 0; i < 3; i++) {
        RawClient.DataPort port = client.prepare("EPSV");
        assertEquals(free, port.address().getPort());
        try (Socket data = port.open()) {
          client.ask("150", "RETR f");
          assertEquals("x", new String(data.getInputStream().readAllBytes()));
          client.expect("226");
        }
      }
    }
  }

  @Test
  void activeDataComesFromTheDialledAddress() throws IOException {
    Files.writeString(root.resolve("f"), "x");
    try (FtpPeer peer = FtpPeer.start(root);
        TestGateway gateway = gateway("127.0.0.5:0", peer.address(), "");
        RawClient client = RawClient.loggedIn(gateway.address("ftp"))) {
      RawClient.DataPort port = client.prepare("PORT");
      client.ask("150", "RETR f");
      try (Socket data = port.open()) {
        assertEquals("127.0.0.5", data.getInetAddress().getHostAddress());
        assertEquals("x", new String(data.getInputStream().readAllBytes()));
      }
      client.expect("226");
    }
  }

  @Test
  void strangerAtTheAnnouncedPortIsTurnedAwayAndTheClientStillServed() throws IOException {
    Files.writeString(root.resolve("f"), "secret");
    try (FtpPeer peer = FtpPeer.start(root);
        TestGateway gateway = gateway("127.0.0.1:0", peer.address(), "");
        RawClient client = RawClient.loggedIn(gateway.address("ftp"))) {
      RawClient.DataPort port = client.prepare("PASV");
      client.send("RETR f");
      try (Socket thief = new Socket()) {
        thief.bind(new InetSocketAddress("127.0.0.9", 0));
        thief.connect(port.address());
        thief.setSoTimeout(10_000);
        assertEquals(-1, readOrReset(thief));
      }
      try (Socket data = port.open()) {
        client.expect("150");
        assertEquals("secret", new String(data.getInputStream().readAllBytes()));
      }
      client.expect("226");
    }
  }

  private static int readOrReset(Socket socket) {
    try {
      return socket.getInputStream().read();
    } catch (IOException e) {
      return -1;
    }
  }

  @Test
  void portToSomeoneElseIsRefused() throws IOException {
    try (FtpPeer peer = FtpPeer.start(root);
        TestGateway gateway = gateway("127.0.0.1:0", peer.address(), "");
        RawClient client = RawClient.loggedIn(gateway.address("ftp"))) {
      client.ask("500", "PORT 127,0,0,9,200,1");
      client.ask("500", "EPRT |1|127.0.0.9|51201|");
      client.ask("500", "PORT 127,0,0,1,0,80");
      client.ask("200", "NOOP");
    }
  }

  @Test
  void publicAddressIsAnnounced() throws IOException {
    try (FtpPeer peer = FtpPeer.start(root);
        TestGateway gateway =
            gateway("127.0.0.1:0", peer.address(), "public-address: 198.51.100.4");
        RawClient client = RawClient.loggedIn(gateway.address("ftp"))) {
      assertTrue(
          client
              .ask("227", "PASV")
              .matches("227 Entering Passive Mode \\(198,51,100,4,\\d+,\\d+\\)\\."));
    }
  }

  @Test
  void publicNameIsLookedUp() throws IOException {
    try (FtpPeer peer = FtpPeer.start(root);
        TestGateway gateway = gateway("127.0.0.1:0", peer.address(), "public-address: localhost");
        RawClient client = RawClient.loggedIn(gateway.address("ftp"))) {
      assertTrue(client.ask("227", "PASV").contains("(127,0,0,1,"));
      assertTrue(client.ask("227", "PASV").contains("(127,0,0,1,"));
    }
  }

  @Test
  void noBackendIsSaidInFtpsOwnWords() throws IOException {
    InetSocketAddress nobody;
    try (java.net.ServerSocket gone = new java.net.ServerSocket(0)) {
      nobody = new InetSocketAddress("127.0.0.1", gone.getLocalPort());
    }
    try (TestGateway gateway = gateway("127.0.0.1:0", nobody, "");
        RawClient client = new RawClient(gateway.address("ftp"))) {
      assertFalse(client.expect("421 ").contains("127.0.0.1"));
      assertEquals(null, client.reply());
    }
  }

  @Test
  void urgentTelnetSynchBeforeAborIsUnderstood() throws IOException {
    Files.write(root.resolve("big"), new byte[30_000_000]);
    try (FtpPeer peer = FtpPeer.start(root);
        TestGateway gateway = gateway("127.0.0.1:0", peer.address(), "");
        RawClient client = RawClient.loggedIn(gateway.address("ftp"))) {
      RawClient.DataPort port = client.prepare("PASV");
      try (Socket data = port.open()) {
        client.ask("150", "RETR big");
        data.getInputStream().readNBytes(10_000);
        client.sendRaw("\u00ff\u00f4");
        client.control.sendUrgentData(0xff);
        client.sendRaw("\u00f2ABOR\r\n");
        client.expect("426");
        client.expect("2");
      }
      client.ask("257", "PWD");
      assertEquals(
          30_000_000, Integer.parseInt(client.ask("213", "SIZE big").substring(4).strip()));
    }
  }
}
