package sluice.dist.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sluice.dist.peers.Loopback;
import sluice.dist.peers.PackagedGateway;
import sluice.dist.peers.Samples;
import sluice.dist.peers.Scratch;
import sluice.dist.peers.servers.FtpServers;
import sluice.dist.peers.servers.RealServer;

/**
 * A client that asks for transfers and never opens its data connection gets its 425 in time, and
 * its session goes on with every server, though most servers would wait for a minute and longer.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnopenedDataIT {

  private static final Pattern PORT = Pattern.compile("\\(\\|\\|\\|(\\d+)\\|\\)");

  private static final class Talk implements AutoCloseable {
    private final Socket control;
    private final BufferedReader replies;

    Talk(InetSocketAddress gateway) throws IOException {
      control = new Socket(gateway.getAddress(), gateway.getPort());
      // Less than any server's own patience, and than what the gateway gives one up after.
      control.setSoTimeout(15_000);
      replies =
          new BufferedReader(
              new InputStreamReader(control.getInputStream(), StandardCharsets.ISO_8859_1));
    }

    String say(String line, String code) throws IOException {
      control.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
      return reply(code);
    }

    /** The next reply that is not preliminary, unless that is asked for. */
    String reply(String code) throws IOException {
      String line = replies.readLine();
      while (line != null
          && (line.length() < 4 || line.charAt(3) != ' ' || line.startsWith("1"))
          && !line.startsWith(code)) {
        line = replies.readLine();
      }
      while (line != null && line.charAt(3) == '-') {
        line = replies.readLine();
      }
      assertTrue(line != null && line.startsWith(code), code + " expected, but got " + line);
      return line;
    }

    @Override
    public void close() throws IOException {
      control.close();
    }
  }

  private final Map<FtpServers, RealServer> servers = new EnumMap<>(FtpServers.class);
  private final Map<FtpServers, InetSocketAddress> listeners = new EnumMap<>(FtpServers.class);
  private PackagedGateway gateway;

  /** One gateway for those that are there. */
  @BeforeAll
  void start() {
    StringBuilder front = new StringBuilder("listeners:\n");
    StringBuilder pools = new StringBuilder("pools:\n");
    for (FtpServers kind : FtpServers.values()) {
      if (kind.present()) {
        InetAddress at = Loopback.v4();
        RealServer server = kind.start(Loopback.v4());
        servers.put(kind, server);
        listeners.put(kind, new InetSocketAddress(at, Loopback.freePort(at)));
        front.append(
            "  %s: { protocol: ftp, bind: \"%s\", pool: %s, options: { data-connect-timeout: 2s } }%n"
                .formatted(kind.title(), Loopback.hostPort(listeners.get(kind)), kind.title()));
        pools.append(
            "  %s: { backends: { one: { address: \"%s\" } } }%n"
                .formatted(kind.title(), Loopback.hostPort(server.address())));
      }
    }
    if (!servers.isEmpty()) {
      gateway = PackagedGateway.start(front.append(pools).toString());
    }
  }

  @AfterAll
  void stop() {
    try {
      if (gateway != null) {
        gateway.close();
      }
    } finally {
      servers.values().forEach(RealServer::close);
    }
  }

  @ParameterizedTest
  @EnumSource(FtpServers.class)
  void theSessionGoesOn(FtpServers kind) throws Exception {
    kind.require();
    RealServer server = servers.get(kind);
    InetSocketAddress listener = listeners.get(kind);
    try (Scratch scratch = Scratch.create("unopened");
        Talk talk = new Talk(listener)) {
      Path sample = Samples.random(scratch.path().resolve("sample"), 3_000_000, 9);
      Files.copy(sample, server.root().resolve("down"));
      talk.reply("220");
      talk.say("USER " + server.login().user(), "331");
      talk.say("PASS " + server.login().password(), "230");
      talk.say("TYPE I", "200");
      talk.say("CWD files", "250");
      for (String command : new String[] {"RETR down", "STOR up", "LIST"}) {
        talk.say("EPSV", "229");
        talk.say(command, "425");
        talk.say("PWD", "257");
      }
      Matcher port = PORT.matcher(talk.say("EPSV", "229"));
      assertTrue(port.find());
      try (Socket data = new Socket(listener.getAddress(), Integer.parseInt(port.group(1)))) {
        data.setSoTimeout(15_000);
        talk.say("RETR down", "150");
        Path back = scratch.path().resolve("back");
        Files.write(back, data.getInputStream().readAllBytes());
        assertEquals(Samples.hash(sample), Samples.hash(back));
      }
      talk.reply("226");
      talk.say("QUIT", "221");
    }
  }
}
