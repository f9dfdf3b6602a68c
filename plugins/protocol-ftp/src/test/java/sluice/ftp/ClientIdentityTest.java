package sluice.ftp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sluice.testkit.FtpPeer;
import sluice.testkit.SelfSigned;
import sluice.testkit.TestGateway;

/** FTP with gateways and balancers in front and behind that tell who the client is. */
class ClientIdentityTest {

  @TempDir static Path certificates;
  @TempDir Path root;

  private static TestGateway gateway(String listener, String pool, InetSocketAddress backend) {
    return TestGateway.start(
        """
        listeners:
          ftp: { protocol: ftp, bind: "127.0.0.1:0", pool: files%s }
        pools:
          files:
            balance: { strategy: first }
            %s
            backends:
              a: { address: "127.0.0.1:%d" }
        """
            .formatted(listener, pool, backend.getPort()),
        new FtpProtocolFactory());
  }

  private static String accepting(String network) {
    return ", proxy-protocol: { accept-from: [\"" + network + "\"] }";
  }

  /** Two gateways in a row: the one in front sends what the one behind requires. */
  @ParameterizedTest
  @CsvSource({"v1, PASV", "v2, PASV", "v2, EPSV"})
  void filesMoveThroughTwoGatewaysAndTheSecondKnowsTheClient(String version, String mode)
      throws IOException {
    byte[] content = new byte[300_001];
    new Random(1).nextBytes(content);
    Files.write(root.resolve("down.bin"), content);
    try (FtpPeer peer = FtpPeer.start(root);
        TestGateway behind = gateway(accepting("127.0.0.8"), "", peer.address());
        TestGateway front =
            gateway(
                "",
                "proxy-protocol: { send: " + version + " }\n    source: \"127.0.0.8\"",
                behind.address("ftp"));
        RawClient client = new RawClient("127.0.0.42", front.address("ftp")).logIn()) {
      assertArrayEquals(content, client.download(mode, "RETR down.bin"));
      client.upload(mode, "STOR up.bin", content);
      assertArrayEquals(content, Files.readAllBytes(root.resolve("up.bin")));
      String local = "127.0.0.42:" + client.control.getLocalPort();
      client.ask("221", "QUIT");
      TestGateway.await("the record", () -> !behind.records("session").isEmpty());
      assertEquals(local, behind.records("session").get(0).get("client"));
      assertEquals(
          "127.0.0.1:" + front.address("ftp").getPort(),
          behind.records("session").get(0).get("dialled"));
    }
  }

  /** The one in front opens TLS at once; the header stands before that TLS, or within it. */
  @ParameterizedTest
  @CsvSource({"before-tls, v1", "after-tls, v1", "before-tls, v2", "after-tls, v2"})
  void theHeaderStandsBeforeOrWithinImplicitTls(String position, String version)
      throws IOException {
    byte[] content = new byte[300_001];
    new Random(1).nextBytes(content);
    Files.write(root.resolve("down.bin"), content);
    SelfSigned own = SelfSigned.make(certificates, "behind-" + position + version);
    String shown =
        "server: { certificate: \"%s\", key: \"%s\" }".formatted(own.certificate(), own.key());
    try (FtpPeer peer = FtpPeer.start(root);
        TestGateway behind =
            gateway(
                ", proxy-protocol: { accept-from: [\"127.0.0.8\"], position: "
                    + position
                    + " }, options: { tls: { mode: terminate, implicit: true, "
                    + shown
                    + " } }",
                "",
                peer.address());
        TestGateway front =
            gateway(
                ", options: { tls: { mode: re-encrypt, backend-implicit: true, "
                    + shown
                    + ", backend: { ca: \""
                    + own.certificate()
                    + "\" } } }",
                "proxy-protocol: { send: "
                    + version
                    + ", position: "
                    + position
                    + " }\n    source: \"127.0.0.8\"",
                behind.address("ftp"));
        RawClient client =
            new RawClient("127.0.0.42", front.address("ftp")).auth(own.trusting()).logInSecured()) {
      assertArrayEquals(content, client.download("PASV", "RETR down.bin"));
      client.upload("EPSV", "STOR up.bin", content);
      assertArrayEquals(content, Files.readAllBytes(root.resolve("up.bin")));
      String local = "127.0.0.42:" + client.control.getLocalPort();
      client.ask("221", "QUIT");
      TestGateway.await("the record", () -> !behind.records("session").isEmpty());
      assertEquals(local, behind.records("session").get(0).get("client"));
      TestGateway.await("the other record", () -> !front.records("session").isEmpty());
      if (version.equals("v2")) {
        assertEquals(
            front.records("session").get(0).get("session"),
            behind.records("session").get(0).get("front-id"));
      }
    }
  }

  @Test
  void aServerThatWantsAHeaderOnDataConnectionsTooGetsIt() throws Exception {
    LinkedBlockingQueue<String> headers = new LinkedBlockingQueue<>();
    try (ScriptedServer server =
            new ScriptedServer(
                talk -> {
                  headers.add(talk.hear());
                  talk.say("220 ready");
                  talk.answer("USER user", "331 go on");
                  talk.answer("PASS password", "230 in");
                  talk.answer("TYPE I", "200 binary");
                  try (ServerSocket data = talk.passivePort()) {
                    talk.answer("EPSV", "229 here (|||" + data.getLocalPort() + "|)");
                    talk.answer("RETR f", "150 coming");
                    try (Socket socket = data.accept()) {
                      headers.add(line(socket.getInputStream()));
                      socket.getOutputStream().write("content".getBytes(StandardCharsets.US_ASCII));
                    }
                    talk.say("226 done");
                  }
                  talk.untilGone();
                });
        TestGateway gateway =
            gateway("", "proxy-protocol: { send: v1, data: true }", server.address());
        RawClient client = new RawClient("127.0.0.42", gateway.address("ftp")).logIn()) {
      assertEquals("content", new String(client.download("EPSV", "RETR f")));
      String header =
          "PROXY TCP4 127.0.0.42 127.0.0.1 "
              + client.control.getLocalPort()
              + " "
              + gateway.address("ftp").getPort();
      assertEquals(header, headers.poll(10, TimeUnit.SECONDS));
      assertEquals(header, headers.poll(10, TimeUnit.SECONDS));
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      line.append((char) b);
    }
    return line.toString().strip();
  }

  @Test
  void theAnnouncedAddressIsTheOneTheClientDialledAndItMayComeItself() throws IOException {
    Files.writeString(root.resolve("f"), "content");
    try (FtpPeer peer = FtpPeer.start(root);
        TestGateway gateway = gateway(accepting("127.0.0.8"), "", peer.address());
        RawClient client = new RawClient("127.0.0.8", gateway.address("ftp"))) {
      client.send("PROXY TCP4 127.0.0.42 198.51.100.7 40123 21");
      client.logIn();
      String reply = client.ask("227", "PASV");
      assertTrue(reply.contains("(198,51,100,7,"), reply);
      String[] numbers = reply.replaceAll(".*\\(|\\).*", "").split(",");
      int port = Integer.parseInt(numbers[4]) * 256 + Integer.parseInt(numbers[5]);
      client.send("RETR f");
      // Not the client, nor the balancer; then the client itself.
      try (Socket thief = dial("127.0.0.9", port)) {
        assertEquals(-1, readOrReset(thief));
      }
      try (Socket data = dial("127.0.0.42", port)) {
        client.expect("150");
        assertEquals("content", new String(data.getInputStream().readAllBytes()));
      }
      client.expect("226");
    }
  }

  private static Socket dial(String from, int port) throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(from, 0));
    socket.setSoTimeout(10_000);
    socket.connect(new InetSocketAddress("127.0.0.1", port), 10_000);
    return socket;
  }

  private static int readOrReset(Socket socket) {
    try {
      return socket.getInputStream().read();
    } catch (IOException e) {
      return -1;
    }
  }

  @Test
  void activeDataGoesToTheClientItselfAndNowhereElse() throws IOException {
    Files.writeString(root.resolve("f"), "content");
    try (FtpPeer peer = FtpPeer.start(root);
        TestGateway gateway = gateway(accepting("127.0.0.8"), "", peer.address());
        RawClient client = new RawClient("127.0.0.8", gateway.address("ftp"));
        ServerSocket data = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.42"))) {
      client.send("PROXY TCP4 127.0.0.42 198.51.100.7 40123 21");
      client.logIn();
      int port = data.getLocalPort();
      client.ask("500", "PORT 127,0,0,8," + port / 256 + "," + port % 256);
      client.ask("200", "PORT 127,0,0,42," + port / 256 + "," + port % 256);
      client.ask("150", "RETR f");
      data.setSoTimeout(10_000);
      try (Socket socket = data.accept()) {
        assertEquals("content", new String(socket.getInputStream().readAllBytes()));
      }
      client.expect("226");
    }
  }

  @Test
  void aClientThatComesPastTheBalancerIsClosed() throws IOException {
    try (FtpPeer peer = FtpPeer.start(root);
        TestGateway gateway = gateway(accepting("127.0.0.8"), "", peer.address());
        RawClient client = new RawClient("127.0.0.9", gateway.address("ftp"))) {
      assertNull(client.reply());
    }
  }

  /** The server sees one address, as those want that check their peers. */
  @Test
  void bothConnectionsToTheServerLeaveFromTheClientsMappedAddress() throws Exception {
    LinkedBlockingQueue<String> seen = new LinkedBlockingQueue<>();
    try (ScriptedServer server =
            new ScriptedServer(
                talk -> {
                  seen.add(talk.socket.getInetAddress().getHostAddress());
                  talk.say("220 ready");
                  talk.answer("USER user", "331 go on");
                  talk.answer("PASS password", "230 in");
                  talk.answer("TYPE I", "200 binary");
                  try (ServerSocket data = talk.passivePort()) {
                    talk.answer("EPSV", "229 here (|||" + data.getLocalPort() + "|)");
                    talk.answer("RETR f", "150 coming");
                    try (Socket socket = data.accept()) {
                      seen.add(socket.getInetAddress().getHostAddress());
                      socket.getOutputStream().write("content".getBytes(StandardCharsets.US_ASCII));
                    }
                    talk.say("226 done");
                  }
                  String port = talk.hear();
                  seen.add(port.replaceAll("PORT (\\d+),(\\d+),(\\d+),(\\d+),.*", "$1.$2.$3.$4"));
                  talk.say("200 noted");
                  talk.untilGone();
                });
        TestGateway gateway = gateway("", "source: \"127.99.0.0/16\"", server.address());
        RawClient client = new RawClient("127.0.3.4", gateway.address("ftp")).logIn()) {
      assertEquals("content", new String(client.download("EPSV", "RETR f")));
      try (ServerSocket unused = client.prepare("PORT").server()) {
        for (String what : new String[] {"control", "data", "announced for active data"}) {
          assertEquals("127.99.3.4", seen.poll(10, TimeUnit.SECONDS), what);
        }
      }
    }
  }
}
