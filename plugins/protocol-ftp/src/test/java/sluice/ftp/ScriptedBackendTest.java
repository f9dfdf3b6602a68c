package sluice.ftp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sluice.api.ExtensionFactory;
import sluice.api.balance.Balancer;
import sluice.api.balance.BalancerFactory;
import sluice.testkit.FtpPeer;
import sluice.testkit.TestGateway;

/** Servers and clients that do what real ones do on bad days, through a real gateway. */
class ScriptedBackendTest {

  private static final byte[] CONTENT = new byte[300_000];

  static {
    new Random(5).nextBytes(CONTENT);
  }

  private static TestGateway gateway(String options, InetSocketAddress... backends) {
    StringBuilder yaml =
        new StringBuilder(
            """
            listeners:
              ftp: { protocol: ftp, bind: "127.0.0.1:0", pool: files, options: { %s } }
            pools:
              files:
                balance: { strategy: first }
                answer-timeout: 1s
                backends:
            """
                .formatted(options));
    for (int i = 0; i < backends.length; i++) {
      yaml.append("      b%d: { address: \"127.0.0.1:%d\" }\n".formatted(i, backends[i].getPort()));
    }
    return TestGateway.start(
        yaml.toString(), new ExtensionFactory<?, ?>[] {new FtpProtocolFactory()});
  }

  /** Greets, and serves one passive transfer; the script goes on with its data connection. */
  private interface Serving {
    void serve(ScriptedServer.Talk talk, Socket data) throws Exception;
  }

  private static ScriptedServer serving(String command, Serving serving) throws IOException {
    return new ScriptedServer(
        talk -> {
          talk.say("220 scripted");
          try (ServerSocket port = talk.passivePort()) {
            int p = port.getLocalPort();
            talk.answer(
                "PASV", "227 Entering Passive Mode (10,9,9,9," + p / 256 + "," + p % 256 + ")");
            talk.answer(command, "150 go");
            try (Socket data = port.accept()) {
              serving.serve(talk, data);
            }
          }
          talk.untilGone();
        });
  }

  @Test
  void serverThatRefusesByGreetingOrSaysNothingIsPassedOver() throws IOException {
    try (ScriptedServer busy = new ScriptedServer(talk -> talk.say("421 too many"));
        ScriptedServer mute = new ScriptedServer(talk -> talk.untilGone());
        ScriptedServer good =
            new ScriptedServer(
                talk -> {
                  talk.raw("220-wel");
                  Thread.sleep(50);
                  talk.raw("come\r\n22");
                  Thread.sleep(50);
                  talk.raw("0 good\r\n");
                  talk.untilGone();
                });
        TestGateway gateway = gateway("", busy.address(), mute.address(), good.address());
        RawClient client = new RawClient(gateway.address("ftp"))) {
      assertEquals("220-welcome\n220 good", client.reply());
    }
  }

  @Test
  void clientThatTalksFirstIsServedWhenTheServerHasGreeted() throws IOException {
    try (ScriptedServer server =
            new ScriptedServer(
                talk -> {
                  Thread.sleep(300);
                  talk.say("220 at last");
                  talk.answer("NOOP", "200 ok");
                  talk.untilGone();
                });
        TestGateway gateway = gateway("", server.address());
        RawClient client = new RawClient(gateway.address("ftp"))) {
      client.send("NOOP");
      client.expect("220");
      client.expect("200");
    }
  }

  @Test
  void finalReplyThatOvertakesTheDataIsHeldUntilTheLastByte() throws IOException {
    byte[] big = new byte[8_000_000];
    try (ScriptedServer server =
            serving(
                "RETR f",
                (talk, data) -> {
                  talk.say("226 already");
                  data.getOutputStream().write(big);
                });
        TestGateway gateway = gateway("", server.address());
        RawClient client = new RawClient(gateway.address("ftp"))) {
      client.expect("220");
      try (Socket data = client.prepare("PASV").open()) {
        client.ask("150", "RETR f");
        client.control.setSoTimeout(300);
        try {
          throw new AssertionError("told before the last byte: " + client.reply());
        } catch (java.net.SocketTimeoutException e) {
          client.control.setSoTimeout(15_000);
        }
        assertEquals(big.length, data.getInputStream().readAllBytes().length);
        client.expect("226");
      }
    }
  }

  @Test
  void downloadCutByTheServerIsNotWhole() throws IOException {
    CountDownLatch joined = new CountDownLatch(1);
    try (ScriptedServer server =
            serving(
                "RETR f",
                (talk, data) -> {
                  data.getOutputStream().write(CONTENT);
                  joined.await(10, TimeUnit.SECONDS);
                  data.setSoLinger(true, 0);
                  data.close();
                  talk.say("226 all sent, I say");
                });
        TestGateway gateway = gateway("", server.address());
        RawClient client = new RawClient(gateway.address("ftp"))) {
      client.expect("220");
      try (Socket data = client.prepare("PASV").open()) {
        client.ask("150", "RETR f");
        data.getInputStream().readNBytes(1000);
        joined.countDown();
        client.expect("426");
      }
      TestGateway.await("record", () -> !gateway.records("transfer").isEmpty());
      assertEquals("aborted", gateway.records("transfer").get(0).get("outcome"));
    }
  }

  /** What fits the buffers on the way: the server is done before the client begins to read. */
  @ParameterizedTest
  @CsvSource({
    "1000000, false", "3000000, false", "6000000, false", "9000000, false", "20000000, false",
    "1000000, true", "3000000, true", "6000000, true", "9000000, true", "20000000, true",
  })
  void slowReaderGetsEveryByteOfAServerThatIsDone(int size, boolean clientEndsItsStream)
      throws Exception {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    try (ScriptedServer server =
            serving(
                "RETR f",
                (talk, data) -> {
                  data.getOutputStream().write(content);
                  talk.say("226 done");
                });
        TestGateway gateway = gateway("", server.address());
        RawClient client = new RawClient(gateway.address("ftp"))) {
      client.expect("220");
      try (Socket data = client.prepare("PASV").open()) {
        client.ask("150", "RETR f");
        if (clientEndsItsStream) {
          data.shutdownOutput();
        }
        Thread.sleep(300);
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        byte[] buffer = new byte[50_000];
        for (int n = 0; n >= 0; n = data.getInputStream().read(buffer)) {
          got.write(buffer, 0, n);
          LockSupport.parkNanos(100_000);
        }
        assertArrayEquals(content, got.toByteArray());
        client.expect("226");
      }
    }
  }

  @Test
  void resetUploadIsNotWholeThoughTheServerSaysSo() throws IOException {
    try (ScriptedServer server =
            serving(
                "STOR f",
                (talk, data) -> {
                  try {
                    data.getInputStream().readAllBytes();
                  } catch (IOException e) {
                    // It is reset here too; some servers do not mind.
                  }
                  talk.say("226 stored, I say");
                });
        TestGateway gateway = gateway("", server.address());
        RawClient client = new RawClient(gateway.address("ftp"))) {
      client.expect("220");
      try (Socket data = client.prepare("PASV").open()) {
        client.ask("150", "STOR f");
        data.getOutputStream().write(CONTENT);
        data.setSoLinger(true, 0);
      }
      client.expect("426");
    }
  }

  @Test
  void silenceAfterTheClientLeftItsDownloadIsAnsweredByTheGateway() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (ScriptedServer server =
            serving(
                "RETR f",
                (talk, data) -> {
                  try {
                    while (true) {
                      data.getOutputStream().write(CONTENT);
                    }
                  } catch (IOException e) {
                    end.await(20, TimeUnit.SECONDS);
                  }
                  talk.answer("ABOR", "426 late");
                  talk.say("226 aborted");
                  talk.answer("NOOP", "200 ok");
                  talk.answer("PWD", "257 \"/\"");
                });
        TestGateway gateway = gateway("data-abort-timeout: 500ms", server.address());
        RawClient client = new RawClient(gateway.address("ftp"))) {
      client.expect("220");
      try (Socket data = client.prepare("PASV").open()) {
        client.ask("150", "RETR f");
        data.getInputStream().readNBytes(1000);
      }
      client.expect("426");
      client.send("PWD");
      end.countDown();
      client.expect("257");
      assertEquals(List.of(), server.problems);
    }
  }

  @Test
  void clientThatNeverOpensItsDataConnectionGetsA425AndTheSessionLives() throws IOException {
    try (ScriptedServer server =
            new ScriptedServer(
                talk -> {
                  talk.say("220 scripted");
                  talk.answer("EPSV", "500 what?");
                  try (ServerSocket port = talk.passivePort()) {
                    int p = port.getLocalPort();
                    talk.answer("PASV", "227 127,0,0,1," + p / 256 + "," + p % 256);
                    talk.answer("RETR f", "150 waiting");
                    talk.answer("ABOR", "425 nobody came");
                    talk.say("226 aborted");
                    talk.answer("NOOP", "200 ok");
                    talk.answer("SYST", "215 UNIX");
                  }
                });
        TestGateway gateway = gateway("data-connect-timeout: 300ms", server.address());
        RawClient client = new RawClient(gateway.address("ftp"))) {
      client.expect("220");
      client.prepare("EPSV");
      client.ask("150", "RETR f");
      client.expect("425");
      client.ask("215", "SYST");
      assertEquals("timed-out", gateway.records("transfer").get(0).get("outcome"));
      assertEquals("client", gateway.records("transfer").get(0).get("side"));
      assertEquals(List.of(), server.problems);
    }
  }

  @Test
  void clientThatClosesControlInATransferLeavesNothingBehind() throws Exception {
    CountDownLatch gone = new CountDownLatch(1);
    try (ScriptedServer server =
            serving(
                "RETR f",
                (talk, data) -> {
                  try {
                    while (true) {
                      data.getOutputStream().write(CONTENT);
                    }
                  } catch (IOException e) {
                    talk.untilGone();
                    gone.countDown();
                  }
                });
        TestGateway gateway = gateway("", server.address());
        RawClient client = new RawClient(gateway.address("ftp"))) {
      client.expect("220");
      try (Socket data = client.prepare("PASV").open()) {
        client.ask("150", "RETR f");
        client.close();
        assertTrue(gone.await(8, TimeUnit.SECONDS), "the backend's connections are closed");
        TestGateway.await("no session", () -> gateway.sessions().isEmpty());
      }
      assertEquals("aborted", gateway.records("session").get(0).get("outcome"));
    }
  }

  @Test
  void clientThatEndsItsStreamAfterItsCommandsGetsAllReplies(@TempDir Path root)
      throws IOException {
    try (FtpPeer peer = FtpPeer.start(root);
        TestGateway gateway = gateway("", peer.address());
        RawClient client = new RawClient(gateway.address("ftp"))) {
      client.sendRaw("USER user\r\nPASS password\r\nPWD\r\nSYST\r\n");
      client.control.shutdownOutput();
      client.expect("220");
      client.expect("331");
      client.expect("230");
      client.expect("257");
      client.expect("215");
      assertNull(client.reply());
      TestGateway.await("no session", () -> gateway.sessions().isEmpty());
      assertEquals("ok", gateway.records("session").get(0).get("outcome"));
    }
  }

  @Test
  void clientThatComesAndGoesLeavesNoSession() throws IOException {
    try (ScriptedServer server =
            new ScriptedServer(
                talk -> {
                  talk.say("220 hello");
                  talk.untilGone();
                });
        TestGateway gateway = gateway("", server.address())) {
      try (RawClient client = new RawClient(gateway.address("ftp"))) {
        client.expect("220");
      }
      TestGateway.await("no session", () -> gateway.sessions().isEmpty());
    }
  }

  /** Takes the backends in turn. */
  private static final class Turns implements BalancerFactory<Turns.Options> {
    record Options() {}

    @Override
    public String name() {
      return "turns";
    }

    @Override
    public Class<Options> optionsType() {
      return Options.class;
    }

    @Override
    public Balancer create(Options options) {
      AtomicInteger turn = new AtomicInteger();
      return (session, all) -> all.get(Math.floorMod(turn.getAndIncrement(), all.size()));
    }
  }

  @Test
  void everyDataConnectionOfASessionGoesToTheSessionsOwnServer(@TempDir Path root)
      throws Exception {
    List<FtpPeer> peers = new ArrayList<>();
    ExecutorService clients = Executors.newFixedThreadPool(16);
    StringBuilder backends = new StringBuilder();
    try {
      for (String name : new String[] {"aa", "bb", "cc"}) {
        Path home = Files.createDirectory(root.resolve(name));
        Files.writeString(home.resolve("who"), name);
        FtpPeer peer = FtpPeer.start(new InetSocketAddress("127.0.0.1", 0), home, name);
        peers.add(peer);
        backends.append(
            "      %s: { address: \"127.0.0.1:%d\" }\n".formatted(name, peer.address().getPort()));
      }
      String yaml =
          """
          listeners:
            ftp: { protocol: ftp, bind: "127.0.0.1:0", pool: files }
          pools:
            files:
              balance: { strategy: turns }
              backends:
          """
              + backends;
      try (TestGateway gateway = TestGateway.start(yaml, new FtpProtocolFactory(), new Turns())) {
        Map<String, Integer> served = new ConcurrentHashMap<>();
        List<Future<?>> done = new ArrayList<>();
        for (int i = 0; i < 90; i++) {
          done.add(
              clients.submit(
                  () -> {
                    try (RawClient client = new RawClient(gateway.address("ftp"))) {
                      String name = client.expect("220 ").substring(4, 6);
                      served.merge(name, 1, Integer::sum);
                      client.ask("331", "USER user");
                      client.ask("230", "PASS password");
                      client.ask("200", "TYPE I");
                      for (String mode : new String[] {"PASV", "EPSV", "PORT", "EPRT"}) {
                        assertEquals(name, new String(client.download(mode, "RETR who")));
                      }
                      client.ask("221", "QUIT");
                    }
                    return null;
                  }));
        }
        for (Future<?> one : done) {
          one.get(60, TimeUnit.SECONDS);
        }
        assertEquals(Map.of("aa", 30, "bb", 30, "cc", 30), served);
      }
    } finally {
      clients.shutdownNow();
      peers.forEach(FtpPeer::close);
    }
  }

  @Test
  void stoppingGatewayLetsATransferFinishAndSaysGoodBye() throws IOException {
    CountDownLatch stopped = new CountDownLatch(1);
    try (ScriptedServer server =
            serving(
                "RETR f",
                (talk, data) -> {
                  data.getOutputStream().write(CONTENT, 0, 1000);
                  stopped.await(10, TimeUnit.SECONDS);
                  data.getOutputStream().write(CONTENT, 1000, CONTENT.length - 1000);
                  data.close();
                  talk.say("226 done");
                });
        TestGateway gateway = gateway("", server.address());
        RawClient client = new RawClient(gateway.address("ftp"))) {
      client.expect("220");
      try (Socket data = client.prepare("PASV").open()) {
        client.ask("150", "RETR f");
        byte[] first = data.getInputStream().readNBytes(1000);
        gateway.stop();
        stopped.countDown();
        byte[] rest = data.getInputStream().readAllBytes();
        assertEquals(CONTENT.length, first.length + rest.length);
        client.expect("226");
        client.expect("421");
        assertNull(client.reply());
      }
    }
  }
}
