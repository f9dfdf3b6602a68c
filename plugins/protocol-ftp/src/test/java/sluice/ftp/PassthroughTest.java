package sluice.ftp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.testkit.FtpPeer;
import sluice.testkit.TestGateway;

/** Control connections that nobody reads, and data over static ports. */
@Timeout(60)
class PassthroughTest {

  private final String gatewayHost = host();
  private final int first = ThreadLocalRandom.current().nextInt(20_000, 30_000);

  @TempDir Path root;

  @ParameterizedTest
  @ValueSource(strings = {"PASV", "EPSV"})
  void filesMoveOverTheBackendsOwnPorts(String mode) throws IOException {
    byte[] content = new byte[1_000_003];
    new Random(1).nextBytes(content);
    Files.write(root.resolve("down.bin"), content);
    try (FtpPeer peer = peer();
        TestGateway gateway = gateway("passthrough", "", peer.address());
        RawClient client = RawClient.loggedIn(gateway.address("ftp"))) {
      assertArrayEquals(content, client.download(mode, "RETR down.bin"));
      client.upload(mode, "STOR up.bin", content);
      assertArrayEquals(content, Files.readAllBytes(root.resolve("up.bin")));
      client.ask("221", "QUIT");
      client.close();
      TestGateway.await("session's record", () -> !gateway.records("session").isEmpty());
      assertEquals("ok", gateway.records("session").get(0).get("outcome"));
      Map<String, Object> up = gateway.records("transfer").get(1);
      assertEquals("upload", up.get("direction"));
      assertEquals("static", up.get("mode"));
      assertEquals((long) content.length, up.get("bytes"));
    }
  }

  @Test
  void theServersOwnWordsReachTheClient() throws IOException {
    try (ScriptedServer server =
            new ScriptedServer(
                talk -> {
                  talk.raw("2");
                  talk.say("20-first");
                  talk.say("220 ready");
                  talk.answer("AUTH TLS", "234 go on");
                  talk.untilGone();
                });
        TestGateway gateway = gateway("passthrough", "", server.address());
        RawTalk client = new RawTalk(gateway.address("ftp"))) {
      assertEquals("220-first\r\n220 ready\r\n", client.read(22));
      client.write("AUTH TLS\r\n");
      assertEquals("234 go on\r\n", client.read(11));
    }
  }

  @Test
  void aServerThatTurnsTheSessionAwayIsReplacedUnseen() throws IOException {
    try (ScriptedServer full = new ScriptedServer(talk -> talk.say("421 too many"));
        ScriptedServer other =
            new ScriptedServer(
                talk -> {
                  talk.say("220 other");
                  talk.untilGone();
                });
        TestGateway gateway = gateway("passthrough", "", full.address(), other.address());
        RawTalk client = new RawTalk(gateway.address("ftp"))) {
      assertEquals("220 other\r\n", client.read(11));
    }
  }

  @Test
  void whenNoServerAnswersTheClientIsToldSo() throws IOException {
    try (ScriptedServer full = new ScriptedServer(talk -> talk.say("421 too many"));
        TestGateway gateway = gateway("passthrough", "", full.address());
        RawTalk client = new RawTalk(gateway.address("ftp"))) {
      assertTrue(client.readAll().startsWith("421 No server answered"));
    }
  }

  @Test
  void underImplicitTlsTheClientsFirstBytesAreToldToTheNextServerWhenOneIsSilent()
      throws IOException {
    try (ScriptedServer silent = new ScriptedServer(talk -> talk.untilGone());
        ScriptedServer other =
            new ScriptedServer(
                talk -> {
                  talk.answer("client hello", "server hello");
                  talk.answer("more", "and more");
                  talk.untilGone();
                });
        TestGateway gateway =
            gateway(
                "passthrough-implicit",
                "answer-timeout: 1500ms",
                silent.address(),
                other.address());
        RawTalk client = new RawTalk(gateway.address("ftp"))) {
      client.write("client hello\r\n");
      assertEquals("server hello\r\n", client.read(14));
      client.write("more\r\n");
      assertEquals("and more\r\n", client.read(10));
      assertEquals("client hello", silent.heard.get(0));
      assertEquals("files/b", gateway.sessions().get(0).backend());
    }
  }

  @Test
  void underImplicitTlsAClientThatSaysNothingCostsNoServerAnything() throws IOException {
    try (ScriptedServer server = new ScriptedServer(talk -> talk.untilGone());
        TestGateway gateway =
            gateway("passthrough-implicit", "answer-timeout: 50ms", server.address());
        RawTalk client = new RawTalk(gateway.address("ftp"))) {
      TestGateway.await("the session is there", () -> gateway.sessions().size() == 1);
      assertThrows(
          java.net.SocketTimeoutException.class,
          () -> {
            client.socket.setSoTimeout(300);
            client.read(1);
          });
      assertEquals(0, gateway.backend("files", "a").totalSessions());
    }
  }

  @Test
  void withoutStaticPortsTheDescriptorIsRefusedAndTheRemedyNamed() {
    IllegalStateException refused =
        assertThrows(
            IllegalStateException.class,
            () ->
                TestGateway.start(
                    """
                    listeners:
                      ftp: { protocol: ftp, bind: "127.0.0.1:0", pool: files, options: { control: passthrough } }
                    pools:
                      files:
                        balance: { strategy: first }
                        backends:
                          a: { address: "127.0.0.1:21" }
                    """,
                    new FtpProtocolFactory()));

    assertTrue(refused.getMessage().contains("pools.files.backends.a"), refused::getMessage);
    assertTrue(refused.getMessage().contains("control: passthrough"), refused::getMessage);
    assertTrue(refused.getMessage().contains("add data-ports"), refused::getMessage);
  }

  private FtpPeer peer() throws IOException {
    return FtpPeer.start(
        new InetSocketAddress(host(), 0),
        root,
        "ftp",
        new FtpPeer.DataPorts(first + "-" + (first + 9), gatewayHost));
  }

  private TestGateway gateway(String control, String pool, InetSocketAddress... backends) {
    StringBuilder lines = new StringBuilder();
    char name = 'a';
    int port = first;
    for (InetSocketAddress backend : backends) {
      lines.append(
          "      %s: { address: \"%s:%d\", data-ports: %d-%d }\n"
              .formatted(
                  name++,
                  backend.getAddress().getHostAddress(),
                  backend.getPort(),
                  port,
                  port + 9));
      port += 10;
    }
    return TestGateway.start(
        """
        stop-timeout: 1s
        listeners:
          ftp: { protocol: ftp, bind: "%s:0", pool: files, options: { control: %s } }
        pools:
          files:
            balance: { strategy: first }
        %s
            backends:
        %s
        """
            .formatted(gatewayHost, control, pool.isEmpty() ? "" : "    " + pool, lines),
        new FtpProtocolFactory());
  }

  private static String host() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return "127."
        + random.nextInt(2, 250)
        + "."
        + random.nextInt(256)
        + "."
        + random.nextInt(2, 250);
  }

  /** A client that sends and reads as it is told. */
  private static final class RawTalk implements AutoCloseable {
    private final Socket socket;

    RawTalk(InetSocketAddress to) throws IOException {
      socket = new Socket(InetAddress.getByName(to.getHostString()), to.getPort());
      socket.setSoTimeout(10_000);
    }

    void write(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    String read(int count) throws IOException {
      return new String(socket.getInputStream().readNBytes(count), StandardCharsets.US_ASCII);
    }

    String readAll() throws IOException {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
