package sluice.dist.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sluice.dist.peers.ClientRun;
import sluice.dist.peers.Loopback;
import sluice.dist.peers.PackagedGateway;
import sluice.dist.peers.Samples;
import sluice.dist.peers.Scratch;
import sluice.dist.peers.clients.FtpClients;
import sluice.dist.peers.clients.FtpJob;
import sluice.dist.peers.clients.FtpMode;
import sluice.dist.peers.clients.Move;
import sluice.dist.peers.clients.SshClients;
import sluice.dist.peers.clients.TftpClients;
import sluice.dist.peers.servers.FtpServers;
import sluice.dist.peers.servers.RealServer;
import sluice.dist.peers.servers.SshServers;
import sluice.dist.peers.servers.TftpServers;

/**
 * What clients see when real servers die, fall silent and come back. Two backends, the first of
 * them preferred; one listener whose pool is not checked, so that only the retry can save a
 * session, and one whose pool is.
 */
class FailoverIT {
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration MARKED = Duration.ofSeconds(15);

  private final List<AutoCloseable> open = new ArrayList<>();
  private final Scratch scratch = opened(Scratch.create("failover"));
  private final InetSocketAddress unchecked = free();
  private final InetSocketAddress checked = free();
  private final Path sample = Samples.random(scratch.path().resolve("sample"), 100_000, 3);
  private int moved;

  /** Moves the sample to the backend that the listener leads to. */
  private interface Client {
    ClientRun upload(InetSocketAddress listener, String name);
  }

  @AfterEach
  void stop() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  @Test
  void ftpSessionsGoElsewhereWhenTheirServerIsDeadOrSilentAndComeBack() throws Exception {
    FtpClients.CURL.require();
    RealServer a = opened(FtpServers.VSFTPD.start(Loopback.v4()));
    RealServer b = opened(FtpServers.VSFTPD.start(Loopback.v4()));
    story(
        "ftp",
        "ftp",
        a,
        b,
        (listener, name) ->
            FtpClients.CURL.run(
                new FtpJob(
                    listener,
                    a.login(),
                    FtpMode.EPSV,
                    List.of(Move.up(sample, "files/" + name)),
                    scratch.folder("client"))));
  }

  @Test
  void tftpTransfersGoElsewhereWhenTheirServerIsDeadOrSilentAndComeBack() throws Exception {
    TftpClients.CURL.require();
    RealServer a = opened(TftpServers.TFTPD_HPA.start(Loopback.v4()));
    RealServer b = opened(TftpServers.TFTPD_HPA.start(Loopback.v4()));
    Samples.random(a.root().resolve("canary"), 16, 16);
    Samples.random(b.root().resolve("canary"), 16, 16);
    story(
        "tftp",
        "tftp, options: { file: canary }",
        a,
        b,
        (listener, name) ->
            TftpClients.CURL.run(listener, false, Move.up(sample, name), scratch.folder("client")));
  }

  @Test
  void sshSessionsGoElsewhereWhenTheirServerIsDeadOrSilentAndComeBack() throws Exception {
    SshClients.SFTP.require();
    SshServers servers = opened(SshServers.start(Loopback.v4(), Loopback.v4()));
    RealServer a = servers.servers().get(0);
    RealServer b = servers.servers().get(1);
    story(
        "sftp",
        "ssh",
        a,
        b,
        (listener, name) ->
            SshClients.SFTP
                .run(
                    new SshClients.Access(
                        listener,
                        a.login().user(),
                        servers.userKey(),
                        servers.knownHosts(listener)),
                    List.of(Move.up(sample, servers.root().resolve(name).toString())),
                    scratch.folder("client"))
                .get(0));
  }

  private void story(String protocol, String check, RealServer a, RealServer b, Client client)
      throws Exception {
    // A TFTP session is over, and recorded, when its dally is.
    String options = protocol.equals("tftp") ? ", options: { dally: 300ms }" : "";
    PackagedGateway gateway =
        opened(
            PackagedGateway.start(
                """
                listeners:
                  unchecked: { protocol: %1$s, bind: "%2$s", pool: unchecked%8$s }
                  checked: { protocol: %1$s, bind: "%3$s", pool: checked%8$s }
                pools:
                  unchecked:
                    balance: { strategy: first-available }
                    connect-timeout: 1s
                    answer-timeout: %4$ds
                    backends: { a: { address: "%5$s" }, b: { address: "%6$s" } }
                  checked:
                    balance: { strategy: first-available }
                    connect-timeout: 1s
                    answer-timeout: %4$ds
                    health: { check: %7$s, interval: 500ms, timeout: 400ms, rise: 2, fall: 3 }
                    backends: { a: { address: "%5$s" }, b: { address: "%6$s" } }
                """
                    .formatted(
                        protocol,
                        Loopback.hostPort(unchecked),
                        Loopback.hostPort(checked),
                        ANSWER_TIMEOUT.toSeconds(),
                        Loopback.hostPort(a.address()),
                        Loopback.hostPort(b.address()),
                        check,
                        options)));
    gateway.awaitState("checked", "a", "up", MARKED);
    gateway.awaitState("checked", "b", "up", MARKED);
    served(gateway, "unchecked", "a", 1, b, a, client);
    served(gateway, "checked", "a", 1, b, a, client);

    // Killed: refused connections are retried elsewhere at once, and nobody sees it.
    a.kill();
    long took = served(gateway, "unchecked", "b", 2, a, b, client);
    assertTrue(took < 3000, "at once, but took " + took + " ms");
    gateway.awaitState("checked", "a", "down", MARKED);
    served(gateway, "checked", "b", 1, a, b, client);

    // Back: used again after so many good probes.
    a.start();
    gateway.awaitState("checked", "a", "up", MARKED);
    served(gateway, "checked", "a", 1, b, a, client);

    // Silent: connections are accepted, but nothing is said.
    a.pause();
    took = served(gateway, "unchecked", "b", 2, a, b, client);
    assertTrue(took >= ANSWER_TIMEOUT.toMillis() - 50, "after answer-timeout, but took " + took);
    assertTrue(took < 6000, "soon after answer-timeout, but took " + took);
    gateway.awaitState("checked", "a", "down", MARKED);
    served(gateway, "checked", "b", 1, a, b, client);

    a.resume();
    gateway.awaitState("checked", "a", "up", MARKED);
    served(gateway, "checked", "a", 1, b, a, client);

    // Nothing is up: the protocol's own refusal, soon.
    a.kill();
    b.kill();
    gateway.awaitState("checked", "a", "down", MARKED);
    gateway.awaitState("checked", "b", "down", MARKED);
    refused(protocol, unchecked);
    refused(protocol, checked);
  }

  /** One upload; returns how long it took, milliseconds. */
  private long served(
      PackagedGateway gateway,
      String pool,
      String backend,
      int attempts,
      RealServer other,
      RealServer server,
      Client client) {
    String name = "moved-" + moved++;
    int before = sessions(gateway, pool).size();
    long start = System.nanoTime();
    ClientRun run = client.upload(pool.equals("checked") ? checked : unchecked, name);
    long took = (System.nanoTime() - start) / 1_000_000;
    assertTrue(run.ok(), () -> run.story() + gateway.log());
    assertEquals(
        Samples.hash(sample), Samples.hash(server.root().resolve(name)), () -> run.story());
    if (!other.root().equals(server.root())) {
      assertEquals("missing", Samples.hash(other.root().resolve(name)));
    }
    gateway.awaitRecords(
        before + 1,
        r -> r.path("type").asText().equals("session") && r.path("listener").asText().equals(pool));
    JsonNode record = sessions(gateway, pool).get(before);
    assertEquals(pool + "/" + backend, record.path("backend").asText(), record::toString);
    assertEquals(attempts, record.path("attempts").asInt(), record::toString);
    return took;
  }

  private static List<JsonNode> sessions(PackagedGateway gateway, String listener) {
    return gateway.records().stream()
        .filter(
            r ->
                r.path("type").asText().equals("session")
                    && r.path("listener").asText().equals(listener))
        .toList();
  }

  private static void refused(String protocol, InetSocketAddress listener) throws IOException {
    switch (protocol) {
      case "ftp" ->
          assertTrue(all(listener).startsWith("421 "), () -> "a 421, but it is " + text(listener));
      case "sftp" -> {
        // Lines may come before the identification (RFC 4253, 4.2), so clients show them.
        String said = all(listener);
        assertTrue(said.matches("(?s)[^\r]*No server[^\r]*\r\n.*"), () -> "but it is " + said);
      }
      default -> assertEquals(5, tftpOpcode(listener), "an ERROR packet");
    }
  }

  private static String text(InetSocketAddress listener) {
    try {
      return all(listener);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** All that is said until the connection ends, which must be soon. */
  private static String all(InetSocketAddress listener) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(listener, 1000);
      socket.setSoTimeout(8000);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private static int tftpOpcode(InetSocketAddress listener) throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout(8000);
      byte[] request = "\0\1some-file\0octet\0".getBytes(StandardCharsets.US_ASCII);
      socket.send(new DatagramPacket(request, request.length, listener));
      DatagramPacket answer = new DatagramPacket(new byte[600], 600);
      socket.receive(answer);
      return answer.getData()[1];
    }
  }

  private <T extends AutoCloseable> T opened(T resource) {
    open.add(resource);
    return resource;
  }

  private static InetSocketAddress free() {
    var address = Loopback.v4();
    return new InetSocketAddress(address, Loopback.freePort(address));
  }
}
