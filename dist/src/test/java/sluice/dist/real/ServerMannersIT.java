package sluice.dist.real;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sluice.dist.peers.Loopback;
import sluice.dist.peers.PackagedGateway;
import sluice.dist.peers.Samples;
import sluice.dist.peers.servers.FtpServers;
import sluice.dist.peers.servers.RealServer;

/**
 * Servers differ in what they say when a transfer does not go its usual way, and how often; through
 * the gateway all of them leave the client in step.
 */
class ServerMannersIT {

  private static final int SIZE = 24_000_000;

  @ParameterizedTest
  @EnumSource(FtpServers.class)
  void clientsAreInStepWhateverTheServerSays(FtpServers kind) throws Exception {
    kind.require();
    try (RealServer server = kind.start(Loopback.v4())) {
      Path file = Samples.random(server.root().resolve("big"), SIZE, 3);
      byte[] content = Files.readAllBytes(file);
      InetSocketAddress front =
          new InetSocketAddress(Loopback.v4(), Loopback.freePort(Loopback.v4()));
      try (PackagedGateway gateway =
              PackagedGateway.start(
                  """
                  listeners:
                    ftp:
                      protocol: ftp
                      bind: "%s"
                      pool: files
                      options: { data-abort-timeout: 3s }
                  pools:
                    files: { backends: { one: { address: "%s" } } }
                  """
                      .formatted(Loopback.hostPort(front), Loopback.hostPort(server.address())));
          Talk talk = new Talk(front, server)) {
        aborted(talk);
        whole(talk, content);
        askedInATransfer(talk, content);
        whole(talk, content);
        extendedPassive(talk);
      } catch (IOException | AssertionError e) {
        throw new AssertionError(kind + ": " + e.getMessage() + "\n" + server.log(), e);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(FtpServers.class)
  void aClientThatLeavesItsDownloadIsAnsweredInTime(FtpServers kind) throws Exception {
    kind.require();
    try (RealServer server = kind.start(Loopback.v4())) {
      Samples.random(server.root().resolve("big"), SIZE, 3);
      InetSocketAddress front =
          new InetSocketAddress(Loopback.v4(), Loopback.freePort(Loopback.v4()));
      try (PackagedGateway gateway =
              PackagedGateway.start(
                  """
                  listeners:
                    ftp:
                      protocol: ftp
                      bind: "%s"
                      pool: files
                      options: { data-abort-timeout: 3s }
                  pools:
                    files: { backends: { one: { address: "%s" } } }
                  """
                      .formatted(Loopback.hostPort(front), Loopback.hostPort(server.address())));
          Talk talk = new Talk(front, server)) {
        Socket data = talk.begin("RETR big");
        data.getInputStream().readNBytes(100_000);
        data.close();
        long start = System.nanoTime();
        String end = talk.answer();
        assertTrue(end.startsWith("4"), kind + " said " + end + gateway.log());
        long seconds = (System.nanoTime() - start) / 1_000_000_000;
        assertTrue(seconds < 20, kind + " took " + seconds + " s");
      }
    }
  }

  /** One reply to the transfer and one to ABOR, in this order, whatever comes from the server. */
  private static void aborted(Talk talk) throws IOException {
    try (Socket data = talk.begin("RETR big")) {
      data.getInputStream().readNBytes(100_000);
      talk.say("ABOR");
      String transfer = talk.answer();
      assertTrue(transfer.startsWith("426"), "to the transfer: " + transfer);
      String abort = talk.reply();
      assertTrue(abort.startsWith("22"), "to ABOR: " + abort);
    }
    inStep(talk);
  }

  private static void askedInATransfer(Talk talk, byte[] content) throws IOException {
    try (Socket data = talk.begin("RETR big")) {
      InputStream in = data.getInputStream();
      byte[] first = in.readNBytes(100_000);
      talk.say("STAT");
      byte[] rest = in.readAllBytes();
      assertEquals(content.length, first.length + rest.length);
    }
    String one = talk.reply();
    String other = talk.reply();
    assertTrue(
        one.startsWith("226") != other.startsWith("226"),
        "to RETR and STAT: " + one + ", " + other);
    inStep(talk);
  }

  private static void whole(Talk talk, byte[] content) throws IOException {
    try (Socket data = talk.begin("RETR big")) {
      assertArrayEquals(content, data.getInputStream().readAllBytes());
    }
    talk.expect("226");
  }

  private static void extendedPassive(Talk talk) throws IOException {
    talk.say("EPSV 9");
    talk.expect("522");
    talk.say("EPSV ALL");
    talk.expect("200");
    talk.say("PASV");
    talk.expect("5");
    talk.say("EPSV 1");
    talk.expect("229");
    inStep(talk);
  }

  private static void inStep(Talk talk) throws IOException {
    talk.say("NOOP");
    talk.expect("200");
    talk.say("PWD");
    talk.expect("257");
  }

  /** A client's control connection. */
  private static final class Talk implements AutoCloseable {

    private final Socket socket = new Socket();
    private final BufferedReader replies;

    Talk(InetSocketAddress front, RealServer server) throws IOException {
      socket.connect(front, 10_000);
      socket.setSoTimeout(40_000);
      replies =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      expect("220");
      say("USER " + server.login().user());
      expect("331");
      say("PASS " + server.login().password());
      expect("230");
      say("TYPE I");
      expect("200");
      say("CWD files");
      reply();
    }

    void say(String command) throws IOException {
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** The last line of the next reply. */
    String reply() throws IOException {
      String first = line();
      String line = first;
      if (first.startsWith("-", 3)) {
        do {
          line = line();
        } while (!line.startsWith(first.substring(0, 3) + " "));
      }
      return line;
    }

    /**
     * The next that is not preliminary: Pure-FTPd tells how fast a broken transfer was in a 150.
     */
    String answer() throws IOException {
      String reply = reply();
      while (reply.startsWith("1")) {
        reply = reply();
      }
      return reply;
    }

    private String line() throws IOException {
      String line = replies.readLine();
      if (line == null) {
        throw new IOException("the connection was closed");
      }
      return line;
    }

    void expect(String code) throws IOException {
      String reply = reply();
      assertTrue(reply.startsWith(code), "expected " + code + ", but: " + reply);
    }

    /** A download that has begun. */
    Socket begin(String command) throws IOException {
      say("EPSV");
      String reply = reply();
      assertTrue(reply.startsWith("229"), reply);
      String port = reply.replaceAll(".*\\|\\|\\|(\\d+)\\|.*", "$1");
      Socket data = new Socket();
      data.setReceiveBufferSize(65_536);
      data.setSoTimeout(40_000);
      data.connect(new InetSocketAddress(socket.getInetAddress(), Integer.parseInt(port)), 10_000);
      say(command);
      expect("1");
      return data;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
