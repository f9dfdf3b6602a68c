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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sluice.dist.peers.ClientRun;
import sluice.dist.peers.Loopback;
import sluice.dist.peers.PackagedGateway;
import sluice.dist.peers.Programs;
import sluice.dist.peers.Scratch;
import sluice.dist.peers.servers.FtpServers;
import sluice.dist.peers.servers.RealServer;
import sluice.testkit.FtpPeer;
import sluice.testkit.SelfSigned;

/**
 * Real servers of different kinds behind one listener that chooses between them at login. Every
 * server has a file that names it, so that it is seen who served.
 */
@Timeout(180)
class LoginChoiceIT {

  private final InetAddress gatewayAddress = Loopback.v4();
  private final int port = Loopback.freePort(gatewayAddress);
  private final Scratch scratch = Scratch.create("choice");
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
    scratch.close();
  }

  private RealServer server(FtpServers kind) throws IOException {
    RealServer server = kind.start(Loopback.v4());
    open.add(server);
    Path name = Files.writeString(server.root().resolve("name"), kind.title());
    name.toFile().setReadable(true, false);
    return server;
  }

  private FtpPeer peer(String name, FtpPeer.Tls tls) throws IOException {
    Path root = scratch.folder("peer-" + name);
    Files.writeString(Files.createDirectories(root.resolve("files")).resolve("name"), name);
    FtpPeer peer =
        FtpPeer.start(
            new InetSocketAddress("127.0.0.1", 0), root, name, FtpPeer.DataPorts.ANY, tls);
    open.add(peer);
    return peer;
  }

  private String listener(String options) {
    return """
        listeners:
          ftp:
            protocol: ftp
            bind: "%s:%d"
            pool: own
            options:
        """
            .formatted(Loopback.host(gatewayAddress), port)
        + options.indent(6)
        + "pools:\n";
  }

  private static String pool(String name, InetSocketAddress... backends) {
    StringBuilder pool = new StringBuilder("  " + name + ":\n    backends:\n");
    for (int i = 0; i < backends.length; i++) {
      pool.append("      b%d: { address: \"%s\" }\n".formatted(i, Loopback.hostPort(backends[i])));
    }
    return pool.toString();
  }

  /** What curl fetches; its exit code if it does not. */
  private String fetch(String user, String... more) {
    return fetchFrom(Loopback.host(gatewayAddress), user, more);
  }

  private String fetchFrom(String host, String user, String... more) {
    List<String> command =
        new ArrayList<>(List.of(Programs.CURL.path(), "-sS", "-k", "--max-time", "60"));
    command.addAll(Arrays.asList(more));
    command.addAll(List.of("-u", user, "ftp://" + host + ":" + port + "/files/name"));
    ClientRun run = ClientRun.of(scratch.folder("client"), "", command);
    return run.ok() ? run.output() : "exit " + run.exit();
  }

  /** A control connection; the replies, each with its lines joined by LF. */
  private static final class Talk implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader in;

    Talk(InetSocketAddress server) throws IOException {
      socket = new Socket(server.getAddress(), server.getPort());
      socket.setSoTimeout(30_000);
      in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
    }

    String ask(String line) throws IOException {
      socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
      return reply();
    }

    void asks(String line, String replyBegins) throws IOException {
      String reply = ask(line);
      assertTrue(reply.startsWith(replyBegins), () -> line + " was answered " + reply);
    }

    String reply() throws IOException {
      StringBuilder reply = new StringBuilder();
      String line;
      do {
        line = in.readLine();
        if (line == null) {
          throw new IOException("the connection was closed after: " + reply);
        }
        reply.append(line).append('\n');
      } while (!line.matches("[1-5][0-9][0-9] .*"));
      return reply.toString();
    }

    Set<String> features() throws IOException {
      Set<String> features = new TreeSet<>();
      for (String line : ask("FEAT").split("\n")) {
        if (line.startsWith(" ")) {
          features.add(line.strip().toUpperCase(Locale.ROOT));
        }
      }
      return features;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private Talk talk() throws IOException {
    return new Talk(new InetSocketAddress(gatewayAddress, port));
  }

  private static Set<String> featuresOf(RealServer server) throws IOException {
    try (Talk direct = new Talk(server.address())) {
      direct.reply();
      return direct.features();
    }
  }

  @Test
  void threeKindsOfServersServeTheUsersOfTheirRulesAndNobodyElseReachesOne() throws Exception {
    Programs.require(Programs.CURL);
    RealServer proftpd = server(FtpServers.PROFTPD);
    RealServer pure = server(FtpServers.PURE_FTPD);
    RealServer vsftpd = server(FtpServers.VSFTPD);
    try (PackagedGateway gateway =
        PackagedGateway.start(
            listener(
                    """
                    choose:
                      rules:
                        - { users: [anon*], pool: public }
                        - { sites: [pure.example], strip-site: true, pool: pure }
                        - { hosts: ["*.pro.example"], pool: pro }
                        - { users: ["us?r"], pool: pro }
                      otherwise: refuse
                    """)
                + pool("own", proftpd.address())
                + pool("pro", proftpd.address())
                + pool("pure", pure.address())
                + pool("public", vsftpd.address()))) {
      assertEquals("exit 67", fetch("stranger:password"), gateway::log);
      assertEquals(0, sessions(gateway));

      assertEquals("proftpd", fetch("user:password"), gateway::log);
      assertEquals("pure-ftpd", fetch("user@pure.example:password"), gateway::log);
      assertEquals("vsftpd", fetch("anonymous:me@example.com"), gateway::log);
      assertEquals("proftpd", fetch("user:password", "--disable-epsv"), gateway::log);
      assertEquals("exit 67", fetch("user:wrong"), gateway::log);
      assertEquals(5, sessions(gateway));

      Set<String> before;
      try (Talk talk = talk()) {
        String greeting = talk.reply();
        assertEquals("220 FTP service ready.\n", greeting);
        before = talk.features();
        assertEquals("220 Host accepted.\n", talk.ask("HOST ftp.pro.example"));
        // Only ProFTPD may serve this client now, so that all that it has is shown.
        Set<String> hosted = talk.features();
        assertTrue(hosted.contains("MFMT") || hosted.contains("TVFS"), hosted::toString);
        talk.asks("USER user", "331 ");
        talk.asks("PASS password", "230 ");
        talk.asks("CWD files", "250 ");
        talk.asks("TYPE I", "200 ");
        talk.asks("SIZE name", "213 7");
        talk.asks("USER anonymous", "530 ");
        talk.asks("REIN", "220 FTP service ready.");
        talk.asks("USER user@pure.example", "331 ");
        talk.asks("PASS wrong", "530 ");
        talk.asks("USER user", "331 ");
        talk.asks("PASS password", "230 ");
        talk.asks("QUIT", "221");
      }
      Set<String> common = featuresOf(proftpd);
      common.retainAll(featuresOf(pure));
      common.retainAll(featuresOf(vsftpd));
      Set<String> shown = new TreeSet<>(before);
      shown.removeAll(Set.of("EPRT", "EPSV", "HOST"));
      common.removeAll(Set.of("EPRT", "EPSV", "HOST"));
      assertEquals(common, shown);
      assertTrue(shown.containsAll(Set.of("MDTM", "SIZE", "REST STREAM")), shown::toString);

      gateway.awaitRecords(7, r -> "session".equals(r.path("type").asText()));
      gateway.awaitRecords(1, r -> "unknown-user".equals(r.path("reason").asText()));
      gateway.awaitRecords(1, r -> "ftp.pro.example".equals(r.path("host").asText()));
    }
  }

  private static long sessions(PackagedGateway gateway) {
    return gateway.status().pools().stream()
        .flatMap(pool -> pool.backends().stream())
        .mapToLong(backend -> backend.totalSessions())
        .sum();
  }

  @Test
  void aServerThatDiesIsReplacedBetweenTheLoginsOfOneSession() throws Exception {
    RealServer first = server(FtpServers.PROFTPD);
    RealServer second = server(FtpServers.PURE_FTPD);
    try (PackagedGateway gateway =
            PackagedGateway.start(
                listener("choose: { at: user }")
                    + "  own:\n    balance: { strategy: first-available }\n    backends:\n"
                    + "      a: { address: \"%s\" }\n      b: { address: \"%s\" }\n"
                        .formatted(
                            Loopback.hostPort(first.address()),
                            Loopback.hostPort(second.address())));
        Talk talk = talk()) {
      talk.reply();
      talk.ask("USER nobody-here");
      talk.asks("PASS wrong", "530 ");
      talk.asks("USER user", "331 ");
      talk.asks("PASS password", "230 ");
      talk.asks("REIN", "220 ");
      first.kill();
      talk.asks("USER user", "331 ");
      talk.asks("PASS password", "230 ");
      talk.asks("QUIT", "221");
      var session = gateway.awaitRecords(1, r -> "session".equals(r.path("type").asText())).get(0);
      assertEquals("own/b", session.path("backend").asText());
      assertEquals("ok", session.path("outcome").asText());
      // Two at the first server, then it again in vain, and the second.
      assertEquals(4, session.path("attempts").asInt());
    }
  }

  @Test
  void theNameInTlsChoosesThePoolAndTlsWithTheServersIsBegunBeforeTheyHearOfAUser()
      throws Exception {
    Programs.require(Programs.CURL);
    Path folder = scratch.folder("certificates");
    SelfSigned shown = SelfSigned.make(folder, "gateway");
    SelfSigned behind = SelfSigned.make(folder, "servers");
    FtpPeer.Tls tls = new FtpPeer.Tls(behind.store(), SelfSigned.PASSWORD, false);
    FtpPeer one = peer("one", tls);
    FtpPeer two = peer("two", tls);
    for (String mode : List.of("terminate", "re-encrypt")) {
      String backend =
          mode.equals("terminate") ? "" : ", backend: { ca: \"" + behind.certificate() + "\" }";
      try (PackagedGateway gateway =
          PackagedGateway.start(
              listener(
                      """
                      tls: { mode: %s, server: { certificate: "%s", key: "%s" }%s }
                      choose:
                        rules:
                          - { server-names: ["*.two.example"], pool: two }
                          - { users: [user], server-names: ["a.one.example"], pool: own }
                        otherwise: refuse
                      """
                          .formatted(mode, shown.certificate(), shown.key(), backend))
                  + pool("own", one.address())
                  + pool("two", two.address()))) {
        assertEquals("two", sni("b.two.example"), gateway::log);
        assertEquals("one", sni("a.one.example"), gateway::log);
        assertEquals("exit 67", sni("other.example"), gateway::log);
        gateway.awaitRecords(
            1,
            r ->
                "session".equals(r.path("type").asText())
                    && "b.two.example".equals(r.path("server-name").asText())
                    && "two/b0".equals(r.path("backend").asText())
                    && mode.equals("re-encrypt") == r.has("backend-tls"));
      }
    }
  }

  private String sni(String name) {
    return fetchFrom(
        name,
        "user:password",
        "--ssl-reqd",
        "--resolve",
        name + ":" + port + ":" + gatewayAddress.getHostAddress());
  }

  @Test
  void theSampleSendsUsersToTheirPools() throws Exception {
    Programs.require(Programs.CURL);
    RealServer archive = server(FtpServers.PROFTPD);
    RealServer partners = server(FtpServers.VSFTPD);
    RealServer staff = server(FtpServers.PURE_FTPD);
    Map<String, String> variables = new HashMap<>();
    variables.put("FTP_BIND", Loopback.host(gatewayAddress));
    variables.put("FTP_PORT", String.valueOf(port));
    variables.put("FTP_DATA_PORTS", "0");
    variables.put("STAFF_A", Loopback.hostPort(staff.address()));
    variables.put("STAFF_B", Loopback.hostPort(staff.address()));
    variables.put("PARTNERS", Loopback.hostPort(partners.address()));
    variables.put("ARCHIVE", Loopback.hostPort(archive.address()));
    String sample =
        Files.readString(Path.of(System.getProperty("sluice.home"), "samples", "ftp-by-user.yaml"));
    try (PackagedGateway gateway = PackagedGateway.start(sample, variables)) {
      assertEquals("proftpd", fetch("user@archive:password"), gateway::log);
      assertEquals("vsftpd", fetch("anonymous:me@example.com"), gateway::log);
      // Known here and not there: the server itself refuses.
      assertEquals("exit 67", fetch("anna:password"), gateway::log);
      assertEquals("exit 67", fetch("zoe:password"), gateway::log);
      Map<String, String> backends = new HashMap<>();
      gateway
          .awaitRecords(4, r -> "session".equals(r.path("type").asText()))
          .forEach(r -> backends.put(r.path("user").asText(), r.path("backend").asText()));
      assertTrue(backends.get("anna").startsWith("staff/"), backends::toString);
      assertEquals("", backends.get("zoe"));
      assertEquals("archive/a", backends.get("user@archive"));
    }
  }
}
