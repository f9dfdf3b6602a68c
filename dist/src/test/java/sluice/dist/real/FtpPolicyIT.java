package sluice.dist.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sluice.dist.peers.Await;
import sluice.dist.peers.ClientRun;
import sluice.dist.peers.Loopback;
import sluice.dist.peers.PackagedGateway;
import sluice.dist.peers.Programs;
import sluice.dist.peers.Samples;
import sluice.dist.peers.Scratch;
import sluice.dist.peers.servers.FtpServers;
import sluice.dist.peers.servers.RealServer;

/** What clients may do, and how long they may take, with the sample's descriptor. */
class FtpPolicyIT {

  private final InetAddress at = Loopback.v4();
  private final InetSocketAddress mirror = new InetSocketAddress(at, Loopback.freePort(at));
  private final InetSocketAddress inbox = new InetSocketAddress(at, Loopback.freePort(at));
  private Scratch scratch;

  @BeforeEach
  void make() {
    scratch = Scratch.create("policy");
  }

  @AfterEach
  void remove() {
    scratch.close();
  }

  private PackagedGateway gateway(RealServer server, String... changes) throws IOException {
    String sample =
        Files.readString(Path.of(System.getProperty("sluice.home"), "samples", "ftp-policy.yaml"));
    for (int i = 0; i < changes.length; i += 2) {
      assertTrue(sample.contains(changes[i]), changes[i]);
      sample = sample.replace(changes[i], changes[i + 1]);
    }
    return PackagedGateway.start(
        sample,
        Map.of(
            "MIRROR", Loopback.hostPort(mirror),
            "INBOX", Loopback.hostPort(inbox),
            "FTP_BACKEND", Loopback.hostPort(server.address())));
  }

  private static void fill(RealServer server) throws IOException {
    Samples.random(server.root().resolve("file"), 100_000, 1);
    for (String folder : new String[] {"incoming", "private"}) {
      Path made = Files.createDirectory(server.root().resolve(folder));
      Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
    Samples.random(server.root().resolve("private/secret"), 1000, 2);
  }

  private ClientRun curl(RealServer server, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Programs.CURL.path(),
                "-q",
                "-sS",
                "-v",
                "--max-time",
                "60",
                "--user",
                server.login().user() + ":" + server.login().password()));
    command.addAll(List.of(arguments));
    return ClientRun.of(scratch.path(), "", command);
  }

  private static String url(InetSocketAddress listener, String path) {
    return "ftp://" + Loopback.hostPort(listener) + "/files/" + path;
  }

  private ClientRun python(RealServer server, InetSocketAddress listener, String body) {
    String script =
        """
        import ftplib, io, socket, sys, time
        ftp = ftplib.FTP()
        ftp.connect(%s, %d, timeout=60)
        ftp.login(%s, %s)
        def code(line):
            try:
                return ftp.sendcmd(line)[:3]
            except ftplib.Error as e:
                return str(e)[:3]
        """
                .formatted(
                    quoted(at.getHostAddress()),
                    listener.getPort(),
                    quoted(server.login().user()),
                    quoted(server.login().password()))
            + body;
    return ClientRun.of(scratch.path(), "", List.of(Programs.PYTHON.path(), "-c", script));
  }

  private static String quoted(String text) {
    return "'" + text + "'";
  }

  @ParameterizedTest
  @EnumSource(FtpServers.class)
  void clientsReadAndWriteWhereTheSampleSaysAndNowhereElse(FtpServers kind) throws Exception {
    kind.require();
    Programs.require(Programs.CURL, Programs.LFTP, Programs.PYTHON);
    try (RealServer server = kind.start(Loopback.v4())) {
      fill(server);
      // This one's user is not locked into a root of his own, so that paths are the machine's.
      String files = kind == FtpServers.PURE_FTPD ? server.root() + "/" : "/files/";
      try (PackagedGateway gateway =
          gateway(server, "/files/private", files + "private", "/files/in", files + "in")) {
        String wanted = Samples.hash(server.root().resolve("file"));
        Path mine = Samples.random(scratch.path().resolve("mine"), 50_000, 3);

        ClientRun fetched = curl(server, "-o", "got", url(mirror, "file"));
        assertTrue(fetched.ok(), () -> fetched.story() + gateway.log());
        assertEquals(wanted, Samples.hash(scratch.path().resolve("got")));
        ClientRun stored = curl(server, "-T", "mine", url(mirror, "incoming/mine"));
        assertEquals(25, stored.exit(), stored::story);
        assertTrue(
            stored.errors().contains("550 STOR refused: this listener is read-only."),
            stored::story);

        ClientRun delivered = curl(server, "-T", "mine", url(inbox, "incoming/mine"));
        assertTrue(delivered.ok(), () -> delivered.story() + gateway.log());
        assertEquals(
            Samples.hash(mine), Samples.hash(server.root().resolve("incoming").resolve("mine")));
        ClientRun elsewhere = curl(server, "-T", "mine", url(inbox, "mine"));
        assertEquals(25, elsewhere.exit(), elsewhere::story);
        assertTrue(elsewhere.errors().contains("rule \"incoming only\""), elsewhere::story);
        ClientRun program = curl(server, "-T", "mine", url(inbox, "incoming/mine.EXE"));
        assertTrue(program.errors().contains("rule \"no programs\""), program::story);

        ClientRun lftp =
            ClientRun.of(
                scratch.path(),
                "",
                List.of(
                    Programs.LFTP.path(),
                    "-c",
                    "set net:max-retries 1; set cmd:fail-exit yes; open -u %s,%s -p %d %s;"
                            .formatted(
                                server.login().user(),
                                server.login().password(),
                                inbox.getPort(),
                                at.getHostAddress())
                        + " cd files/incoming; put mine -o by-lftp; mv by-lftp kept; ls"));
        assertTrue(lftp.ok(), () -> lftp.story() + gateway.log());
        assertEquals(
            Samples.hash(mine), Samples.hash(server.root().resolve("incoming").resolve("kept")));

        ClientRun tried =
            python(
                server,
                inbox,
                """
                ftp.voidcmd('TYPE I')
                ftp.cwd('files')
                for line in ['RETR private/secret', 'CWD private', 'CWD ./PRIVATE', 'SIZE private/secret',
                             'SIZE incoming/../private/secret', 'SIZE ..//files//private/secret', 'LIST -la private',
                             'RNFR private', 'DELE file', 'MKD new', 'SITE CHMOD 777 file', 'STAT private']:
                    print(line, code(line))
                print('SIZE', code('SIZE file'))
                ftp.cwd('incoming')
                print('SIZE', code('SIZE ../private/secret'))
                print('SIZE', code('SIZE ../file'))
                print('MKD', code('MKD new'))
                print('RMD', code('RMD new'))
                print('FEAT', 'SITE' in ftp.sendcmd('FEAT'))
                """);
        assertTrue(tried.ok(), () -> tried.story() + gateway.log());
        List<String> lines = tried.output().lines().toList();
        for (String line : lines.subList(0, 12)) {
          assertTrue(line.endsWith(" 550") || line.endsWith(" 502"), line + gateway.log());
        }
        assertEquals(
            List.of("SIZE 213", "SIZE 550", "SIZE 213", "MKD 257", "RMD 250"),
            lines.subList(12, 17),
            gateway::log);
        assertTrue(Files.exists(server.root().resolve("file")));
        assertTrue(
            gateway.awaitRecords(10, r -> r.path("type").asText().equals("refusal")).stream()
                .anyMatch(
                    r ->
                        r.path("cause").asText().equals("rule \"private\"")
                            && r.path("command").asText().equals("RETR")
                            && r.path("file").asText().equals("private/secret")));
        assertTrue(refused(gateway, "inbox", "command-rules") >= 10);
      }
    }
  }

  private static long refused(PackagedGateway gateway, String listener, String reason) {
    return gateway.status().listeners().stream()
        .filter(each -> each.name().equals(listener))
        .mapToLong(each -> each.refused().getOrDefault(reason, 0L))
        .sum();
  }

  @Test
  void whoGuessesPasswordsIsBannedAndOthersAreServed() throws Exception {
    FtpServers.PROFTPD.require();
    Programs.require(Programs.CURL, Programs.PYTHON);
    try (RealServer server = FtpServers.PROFTPD.start(Loopback.v4())) {
      fill(server);
      try (PackagedGateway gateway =
          gateway(server, "delay: 1s", "delay: 100ms", "ban-for: 30m", "ban-for: 20s")) {
        String guesses =
            """
            import ftplib
            told = []
            for guess in range(6):
                try:
                    ftp = ftplib.FTP()
                    ftp.connect('%s', %d, timeout=60)
                    ftp.login('user', 'guess')
                except ftplib.Error as e:
                    told.append(str(e))
            print(told)
            """
                .formatted(at.getHostAddress(), inbox.getPort());
        ClientRun guessed =
            ClientRun.of(scratch.path(), "", List.of(Programs.PYTHON.path(), "-c", guesses));
        assertTrue(guessed.ok(), guessed::story);
        String told = guessed.output();
        assertEquals(5, told.split("530 Login incorrect", -1).length, told + gateway.log());
        assertEquals(
            3, told.split("421 Too many failed log-ins from your address", -1).length, told);

        ClientRun banned = curl(server, url(inbox, "file"), "-o", "banned");
        assertFalse(banned.ok());
        assertTrue(banned.errors().contains("421 Too many failed log-ins"), banned::story);
        ClientRun other =
            curl(server, "--interface", "127.0.0.77", url(inbox, "file"), "-o", "other");
        assertTrue(other.ok(), () -> other.story() + gateway.log());
        assertEquals(5, refused(gateway, "inbox", "failed-login"));
        assertTrue(refused(gateway, "inbox", "banned") >= 3);
        Await.until(
            Duration.ofSeconds(40),
            () -> "the ban has ended" + gateway.log(),
            () -> curl(server, url(inbox, "file"), "-o", "later").ok());
      }
    }
  }

  @Test
  void slowTransferOutlivesTheIdleTimeoutAndItsNoopsAreAnsweredInOrder() throws Exception {
    FtpServers.VSFTPD.require();
    Programs.require(Programs.PYTHON);
    try (RealServer server = FtpServers.VSFTPD.start(Loopback.v4())) {
      fill(server);
      Samples.random(server.root().resolve("large"), 64 << 20, 4);
      try (PackagedGateway gateway = gateway(server, "idle-timeout: 5m", "idle-timeout: 4s")) {
        String body =
            """
            ftp.cwd('files')
            ftp.voidcmd('TYPE I')
            data, size = ftp.ntransfercmd('RETR large')
            data.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
            got = 0
            start = time.time()
            noops = 0
            while True:
                block = data.recv(1 << 20 if time.time() - start > 9 else 4096)
                if not block:
                    break
                got += len(block)
                if time.time() - start < 9:
                    time.sleep(0.02)
                    if time.time() - start > noops:
                        noops += 1
                        ftp.sock.sendall(b'NOOP\\r\\n')
            data.close()
            replies = [ftp.getline()[:3] for n in range(noops + 1)]
            print(got, noops >= 8, replies[0], set(replies[1:]))
            sys.stdout.flush()
            start = time.time()
            try:
                print(ftp.getresp())
            except Exception as e:
                print(e)
            print(time.time() - start < 30)
            """;
        ClientRun slow = python(server, inbox, body);
        assertTrue(slow.ok(), () -> slow.story() + gateway.log());
        assertEquals(
            List.of(
                (64 << 20) + " True 226 {'200'}",
                "421 Closing control connection: nothing moved for 4 s.",
                "True"),
            slow.output().lines().toList(),
            gateway::log);
        var session =
            gateway.awaitRecords(1, r -> r.path("type").asText().equals("session")).get(0);
        assertEquals("timed-out", session.path("outcome").asText());
        assertEquals("nothing moved for 4 s", session.path("cause").asText());
      }
    }
  }

  @Test
  void silentControlConnectionsAreProbedOnBothSides() throws Exception {
    FtpServers.PROFTPD.require();
    Programs.require(Programs.PYTHON, Programs.SS);
    try (RealServer server = FtpServers.PROFTPD.start(Loopback.v4())) {
      fill(server);
      try (PackagedGateway gateway = gateway(server)) {
        ClientRun seen =
            python(
                server,
                inbox,
                """
                import subprocess
                # As long as a reply is not acknowledged, the timer is the one for that.
                for filter in ['sport = :%d', 'dport = :%d']:
                    end = time.time() + 20
                    seen = ''
                    while 'timer:(keepalive' not in seen and time.time() < end:
                        seen = subprocess.run(['%s', '-Htno', 'state', 'established', filter],
                                              capture_output=True, text=True).stdout
                    print(seen)
                """
                    .formatted(inbox.getPort(), server.address().getPort(), Programs.SS.path()));
        assertTrue(seen.ok(), seen::story);
        for (InetSocketAddress end : List.of(inbox, server.address())) {
          assertTrue(
              seen.output()
                  .lines()
                  .anyMatch(
                      line ->
                          line.contains(":" + end.getPort())
                              && line.matches(".*timer:\\(keepalive,[0-9]+sec,0\\).*")),
              () -> end + " in:\n" + seen.output() + gateway.log());
        }
      }
    }
  }
}
