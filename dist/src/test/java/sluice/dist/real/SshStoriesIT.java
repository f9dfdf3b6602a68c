package sluice.dist.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import sluice.core.control.Status;
import sluice.dist.peers.Await;
import sluice.dist.peers.ClientRun;
import sluice.dist.peers.Loopback;
import sluice.dist.peers.PackagedGateway;
import sluice.dist.peers.ProcessGroup;
import sluice.dist.peers.Programs;
import sluice.dist.peers.Samples;
import sluice.dist.peers.Scratch;
import sluice.dist.peers.clients.Move;
import sluice.dist.peers.clients.SshClients;
import sluice.dist.peers.servers.RealServer;
import sluice.dist.peers.servers.SshServers;

/** An SFTP farm of three OpenSSH servers behind one address. */
class SshStoriesIT {

  private static final int LOGINS = 300;
  private static final int AT_A_TIME = 10;

  private SshServers servers;
  private Scratch scratch;
  private PackagedGateway gateway;
  private InetSocketAddress farm;
  private SshClients.Access access;

  @BeforeEach
  void servers() {
    servers = SshServers.start(Loopback.v4(), Loopback.v4(), Loopback.v4());
    scratch = Scratch.create("ssh-stories");
    InetAddress here = Loopback.v4();
    farm = new InetSocketAddress(here, Loopback.freePort(here));
    access =
        new SshClients.Access(
            farm,
            servers.servers().get(0).login().user(),
            servers.userKey(),
            servers.knownHosts(farm));
  }

  @AfterEach
  void stop() {
    try {
      if (gateway != null) {
        gateway.close();
      }
    } finally {
      servers.close();
      scratch.close();
    }
  }

  private void start(String options, String health) {
    List<RealServer> all = servers.servers();
    gateway =
        PackagedGateway.start(
            """
            listeners:
              farm: { protocol: sftp, bind: "%s", pool: farm, options: { %s } }
            pools:
              farm:
                balance: { strategy: round-robin }
                health: { %s }
                backends: { a: { address: "%s" }, b: { address: "%s" }, c: { address: "%s" } }
            """
                .formatted(
                    Loopback.hostPort(farm),
                    options,
                    health,
                    Loopback.hostPort(all.get(0).address()),
                    Loopback.hostPort(all.get(1).address()),
                    Loopback.hostPort(all.get(2).address())));
  }

  private List<String> ssh(String... rest) {
    List<String> command = new ArrayList<>(List.of(Programs.SSH.path(), "-T"));
    command.addAll(access.options());
    command.addAll(List.of("-p", access.port()));
    command.addAll(List.of(rest));
    return command;
  }

  /** Logs in and asks for the folder; no shell is started, whose settings are its user's. */
  private ClientRun login(Path folder) {
    List<String> command = new ArrayList<>(List.of(Programs.SFTP.path(), "-b", "-"));
    command.addAll(access.options());
    command.addAll(List.of("-P", access.port(), access.destination()));
    return ClientRun.of(folder, "pwd\n", command);
  }

  private <T> List<T> inParallel(int count, int atATime, Job<T> job) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(atATime);
    try {
      List<Future<T>> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = i;
        all.add(threads.submit(() -> job.run(number)));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> each : all) {
        results.add(each.get(5, TimeUnit.MINUTES));
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  private interface Job<T> {
    T run(int number) throws Exception;
  }

  @Test
  void nobodyMeetsTheServerWithAnotherHostKeyAndItIsBackWhenItsKeyIsMended() throws Exception {
    servers.giveOtherHostKey(2);
    start("", "check: ssh, interval: 1s, timeout: 20s, rise: 1, options: { key-exchange: true }");
    Path folder = scratch.folder("client");

    List<ClientRun> logins = inParallel(LOGINS, AT_A_TIME, i -> login(folder));
    for (ClientRun each : logins) {
      assertTrue(each.ok(), () -> each.story() + gateway.log());
      assertEquals("", each.errors(), "not a word about the host key");
    }
    Status.Backend odd = gateway.backend("farm", "c");
    assertEquals("down", odd.state());
    assertEquals(0, odd.totalSessions());
    assertTrue(
        odd.lastCheck().startsWith("host-key-mismatch: its ssh-ed25519 is SHA256:"), odd::toString);
    assertTrue(odd.lastCheck().contains("but the pool's is SHA256:"), odd::toString);
    assertFalse(servers.servers().get(2).log().contains("Accepted publickey"), "no login");
    assertTrue(gateway.log().contains("backend farm/c is down: host-key-mismatch"), gateway::log);

    servers.giveSharedHostKey(2);
    gateway.awaitState("farm", "c", "up", Duration.ofSeconds(20));
    for (int i = 0; i < 3; i++) {
      ClientRun run = login(folder);
      assertTrue(run.ok() && run.errors().isEmpty(), run::story);
    }
    assertEquals(1, gateway.backend("farm", "c").totalSessions());
  }

  @Test
  void theSampleOfAFarmServesPartners() throws Exception {
    SshClients.SFTP.require();
    String sample =
        Files.readString(Path.of(System.getProperty("sluice.home"), "samples", "sftp-farm.yaml"))
            .replace("0.0.0.0:2222", Loopback.hostPort(farm));
    for (int i = 0; i < 3; i++) {
      InetSocketAddress server = servers.servers().get(i).address();
      sample = sample.replace("192.0.2.3" + (i + 1) + ":22", Loopback.hostPort(server));
    }
    gateway = PackagedGateway.start(sample);
    for (String name : List.of("a", "b", "c")) {
      gateway.awaitState("vault", name, "up", Duration.ofSeconds(60));
    }
    Path folder = scratch.folder("client");
    Path sent = Samples.random(folder.resolve("sent"), 100_000, 1);
    Path back = folder.resolve("back");
    String remote = servers.root().resolve("sample").toString();
    ClientRun run =
        SshClients.SFTP
            .run(access, List.of(Move.up(sent, remote), Move.down(remote, back)), folder)
            .get(0);
    assertTrue(run.ok(), () -> run.story() + gateway.log());
    assertEquals(Samples.hash(sent), Samples.hash(back));
  }

  @Test
  void aClientThatSaysNothingIsClosedInTimeAndHoldsNoServer() throws Exception {
    start("handshake-timeout: 3s, wait-for-client: 3s", "check: ssh");
    try (Socket silent = new Socket(farm.getAddress(), farm.getPort())) {
      silent.setSoTimeout(30_000);
      assertEquals(-1, silent.getInputStream().read());
    }
    JsonNode record = gateway.awaitRecords(1, r -> true).get(0);
    assertEquals("timed-out", record.path("outcome").asText(), record::toString);
    assertEquals("", record.path("backend").asText());
    for (Status.Backend each : gateway.status().pools().get(0).backends()) {
      assertEquals(0, each.totalSessions(), each::toString);
    }
  }

  @Test
  void aClientThatWaitsForTheServersWordsIsServedAndTheServerLogsNoErrorIfItNeverSpeaks()
      throws Exception {
    start("handshake-timeout: 3s, wait-for-client: 200ms", "check: ssh");
    try (Socket silent = new Socket(farm.getAddress(), farm.getPort())) {
      silent.setSoTimeout(30_000);
      String said = new String(silent.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      assertTrue(said.startsWith("SSH-2.0-OpenSSH"), said);
    }
    gateway.awaitRecords(1, r -> true);
    String words = "the client did not say who it is";
    Await.until(Duration.ofSeconds(20), this::logs, () -> logs().contains(words));
    assertFalse(logs().contains("error"), this::logs);
  }

  private String logs() {
    return servers.servers().stream().map(RealServer::log).collect(Collectors.joining("\n"));
  }

  @Test
  void sshKeyscanReadsTheHostKeyThroughTheGateway() {
    Programs.require(Programs.SSH_KEYSCAN);
    start("", "check: ssh");
    ClientRun run =
        ClientRun.of(
            scratch.folder("client"),
            "",
            List.of(
                Programs.SSH_KEYSCAN.path(),
                "-T",
                "20",
                "-t",
                "ed25519",
                "-p",
                access.port(),
                access.host()));
    assertTrue(run.ok(), run::story);
    String known = readText(servers.knownHosts(farm));
    assertTrue(run.output().contains(known.trim().split(" ")[2]), run::story);
  }

  private static String readText(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void whatAServerSendsBeforeALoginIsFarLessThanWhatCountsAsOne() {
    start("", "check: ssh");
    List<String> command =
        ssh("-oPreferredAuthentications=publickey,password", "nobody@" + access.host(), "true");
    for (int i = 0; i < 3; i++) {
      assertFalse(ClientRun.of(scratch.folder("client"), "", command).ok());
    }
    for (JsonNode record : gateway.awaitRecords(3, r -> true)) {
      long bytes = record.path("bytes_from_backend").asLong();
      assertTrue(bytes > 500 && bytes < 8 * 1024, record::toString);
      assertTrue(
          record.path("client-software").asText().startsWith("SSH-2.0-OpenSSH"), record::toString);
    }
  }

  @Test
  void fiftySessionsAtATimeOverThreeServersKeepTheirFilesApart() throws Exception {
    SshClients.SFTP.require();
    start("", "check: ssh");
    List<ClientRun> runs =
        inParallel(
            50,
            50,
            i -> {
              Path folder = scratch.folder("client-" + i);
              Path sent = Samples.random(folder.resolve("sent"), 100_000 + i, i);
              Path back = folder.resolve("back");
              String remote = servers.root().resolve("parallel-" + i).toString();
              ClientRun run =
                  SshClients.SFTP
                      .run(access, List.of(Move.up(sent, remote), Move.down(remote, back)), folder)
                      .get(0);
              assertTrue(run.ok(), run::story);
              assertEquals(Samples.hash(sent), Samples.hash(back));
              return run;
            });
    runs.forEach(run -> assertEquals("", run.errors(), run::story));
    Set<String> used =
        gateway.awaitRecords(50, r -> r.path("outcome").asText().equals("ok")).stream()
            .map(r -> r.path("backend").asText())
            .collect(Collectors.toSet());
    assertEquals(Set.of("farm/a", "farm/b", "farm/c"), used);
  }

  @Test
  void portsAreForwardedBothWays() throws Exception {
    start("", "check: ssh");
    // Where sshd opens the ports that clients ask it for.
    InetAddress here = InetAddress.getByName("127.0.0.1");
    try (ServerSocket echo = new ServerSocket(0, 10, here)) {
      Thread server = new Thread(() -> serve(echo), "echo");
      server.start();
      int local = Loopback.freePort(here);
      int remote = Loopback.freePort(here);
      String place = here.getHostAddress() + ":" + echo.getLocalPort();
      List<String> command =
          ssh(
              "-N",
              "-oExitOnForwardFailure=yes",
              "-L",
              here.getHostAddress() + ":" + local + ":" + place,
              "-R",
              remote + ":" + place,
              access.destination());
      try (ProcessGroup ssh =
          ProcessGroup.start(
              command, Map.of(), scratch.folder("client"), scratch.path().resolve("ssh.out"))) {
        for (int port : List.of(local, remote)) {
          Await.until(
              Duration.ofSeconds(60),
              () -> "port " + port + " is forwarded: " + ssh.output(),
              () -> echoed(here, port, 300_000));
        }
      }
      echo.close();
      server.join(10_000);
    }
  }

  private static void serve(ServerSocket echo) {
    while (!echo.isClosed()) {
      try (Socket socket = echo.accept()) {
        socket.getInputStream().transferTo(socket.getOutputStream());
      } catch (IOException e) {
        // The test is over, or the client is gone.
      }
    }
  }

  private static boolean echoed(InetAddress here, int port, int size) throws Exception {
    byte[] sent = new byte[size];
    new java.util.Random(port).nextBytes(sent);
    try (Socket socket = new Socket(here, port)) {
      socket.setSoTimeout(20_000);
      Thread sender =
          new Thread(
              () -> {
                try {
                  socket.getOutputStream().write(sent);
                  socket.shutdownOutput();
                } catch (IOException e) {
                  // Seen by the reader.
                }
              });
      sender.start();
      InputStream in = socket.getInputStream();
      byte[] back = in.readAllBytes();
      sender.join(20_000);
      return java.util.Arrays.equals(sent, back);
    }
  }

  @Tag("matrix")
  @Test
  void aFileOfOneGibGoesEachWayWithNewKeysEvery64Mib() throws Exception {
    aLargeFileGoesEachWay(1 << 30, "64M", 12);
  }

  @Test
  void aFileGoesEachWayWithNewKeysOnItsWay() throws Exception {
    aLargeFileGoesEachWay(64 << 20, "4M", 10);
  }

  private void aLargeFileGoesEachWay(int size, String limit, int rekeys) throws Exception {
    start("", "check: ssh");
    Path sent = Samples.random(scratch.path().resolve("large"), size, 1);
    Path back = scratch.path().resolve("back");
    Path remote = servers.root().resolve("large");
    for (List<String> way :
        List.of(List.of("put " + sent + " " + remote), List.of("get " + remote + " " + back))) {
      List<String> command = new ArrayList<>(List.of(Programs.SFTP.path(), "-v", "-b", "-"));
      command.addAll(access.options());
      command.addAll(List.of("-oRekeyLimit=" + limit, "-P", access.port(), access.destination()));
      ClientRun run =
          ClientRun.of(scratch.folder("client"), String.join("\n", way) + "\n", command);
      assertTrue(run.ok(), () -> run.story() + gateway.log());
      long exchanges =
          run.errors().lines().filter(l -> l.contains("SSH2_MSG_NEWKEYS sent")).count();
      assertTrue(exchanges >= rekeys, () -> "only " + exchanges + " key exchanges: " + run.story());
    }
    assertEquals(Samples.hash(sent), Samples.hash(remote));
    assertEquals(Samples.hash(sent), Samples.hash(back));
    for (JsonNode record : gateway.awaitRecords(2, r -> true)) {
      assertEquals("ok", record.path("outcome").asText(), record::toString);
    }
  }
}
