package sluice.dist.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import sluice.dist.peers.ClientRun;
import sluice.dist.peers.Loopback;
import sluice.dist.peers.PackagedGateway;
import sluice.dist.peers.Samples;
import sluice.dist.peers.Scratch;
import sluice.dist.peers.clients.Move;
import sluice.dist.peers.clients.Move.Direction;
import sluice.dist.peers.clients.SshClients;
import sluice.dist.peers.servers.RealServer;
import sluice.dist.peers.servers.SshServers;

/**
 * Every client of SSH servers reaches both servers of a pool that share a host key, with strict
 * checking of that key.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SshMatrixIT {

  /** One client with one of the servers, one way. */
  private record Case(SshClients client, String server, Direction direction) {
    String column() {
      return (direction == Direction.UP ? "↑ " : "↓ ") + server;
    }

    @Override
    public String toString() {
      return client.title() + " " + direction + " " + server;
    }
  }

  private final MatrixTable table =
      new MatrixTable(
          "SFTP and SCP",
          "OpenSSH servers a (reached over IPv4) and b (over IPv6), one host key. Files of 0, 1, 511,"
              + " 512, 513 bytes, 1 MiB and 64 MiB, compared by SHA-256. · not run.");
  private final Map<String, InetSocketAddress> listeners = new LinkedHashMap<>();
  private Scratch scratch;
  private List<Path> samples;
  private SshServers servers;
  private PackagedGateway gateway;

  @BeforeAll
  void start() {
    servers = SshServers.start(Loopback.v4(), Loopback.v6());
    scratch = Scratch.create("ssh-matrix");
    samples = new ArrayList<>();
    for (int size : Samples.SMALL) {
      samples.add(Samples.random(scratch.path().resolve("f-" + size), size, size));
    }
    samples.add(Samples.random(scratch.path().resolve("f-large"), Samples.LARGE, 64));

    listen("a", Loopback.v4());
    listen("b", Loopback.v6());
    listen("both", Loopback.v4());
    RealServer a = servers.servers().get(0);
    RealServer b = servers.servers().get(1);
    gateway =
        PackagedGateway.start(
            """
            listeners:
              a: { protocol: sftp, bind: "%s", pool: a }
              b: { protocol: sftp, bind: "%s", pool: b }
              both: { protocol: sftp, bind: "%s", pool: both }
            pools:
              a: { health: { check: ssh }, backends: { one: { address: "%s" } } }
              b: { health: { check: ssh }, backends: { one: { address: "%s" } } }
              both:
                balance: { strategy: round-robin }
                health: { check: ssh }
                backends: { a: { address: "%s" }, b: { address: "%s" } }
            """
                .formatted(
                    Loopback.hostPort(listeners.get("a")),
                    Loopback.hostPort(listeners.get("b")),
                    Loopback.hostPort(listeners.get("both")),
                    Loopback.hostPort(a.address()),
                    Loopback.hostPort(b.address()),
                    Loopback.hostPort(a.address()),
                    Loopback.hostPort(b.address())));
    all().forEach(c -> table.place(c.client().title(), c.column()));
  }

  @AfterAll
  void stop() {
    table.publish();
    try {
      if (gateway != null) {
        gateway.close();
      }
    } finally {
      if (servers != null) {
        servers.close();
      }
      if (scratch != null) {
        scratch.close();
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> everyPairOfPropertiesMovesFiles() {
    return pairwise().stream().map(this::test);
  }

  @Tag("matrix")
  @TestFactory
  Stream<DynamicTest> everyOtherCombinationMovesFiles() {
    List<Case> rest = new ArrayList<>(all());
    rest.removeAll(pairwise());
    return rest.stream().map(this::test);
  }

  @Test
  void sessionsOfOneClientGoToBothServersWithoutAWordAboutTheHostKey() {
    SshClients.SFTP.require();
    Path file = samples.get(4);
    for (int i = 0; i < 4; i++) {
      ClientRun run =
          SshClients.SFTP
              .run(
                  access("both"),
                  List.of(Move.up(file, servers.root().resolve("both-" + i).toString())),
                  scratch.folder("client"))
              .get(0);
      assertTrue(run.ok(), run::story);
      assertEquals("", run.errors());
    }
    Set<String> used =
        gateway
            .awaitRecords(
                4,
                r ->
                    r.path("type").asText().equals("session")
                        && r.path("listener").asText().equals("both"))
            .stream()
            .map(r -> r.path("backend").asText())
            .collect(Collectors.toSet());
    assertEquals(Set.of("both/a", "both/b"), used);
  }

  private static List<Case> pairwise() {
    return Pairwise.of(all(), c -> List.of(c.client(), c.server(), c.direction()));
  }

  private static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    for (SshClients client : SshClients.values()) {
      for (String server : List.of("a", "b")) {
        for (Direction direction : Direction.values()) {
          cases.add(new Case(client, server, direction));
        }
      }
    }
    return cases;
  }

  private DynamicTest test(Case c) {
    return dynamicTest(
        c.toString(), () -> table.put(c.client().title(), c.column(), "", () -> run(c)));
  }

  private void run(Case c) throws Exception {
    c.client().require();
    String tag = (c.client().name() + "-" + c.server() + "-" + c.direction() + "-");
    Path arrived = scratch.folder("arrived");
    List<Move> moves = new ArrayList<>();
    for (Path file : samples) {
      String name = tag.toLowerCase(Locale.ROOT) + file.getFileName();
      Path remote = servers.root().resolve(name);
      if (c.direction() == Direction.UP) {
        moves.add(Move.up(file, remote.toString()));
      } else {
        Files.copy(file, remote);
        moves.add(Move.down(remote.toString(), arrived.resolve(name)));
      }
    }
    try {
      List<ClientRun> runs = c.client().run(access(c.server()), moves, scratch.folder("client"));
      for (ClientRun run : runs) {
        assertTrue(run.ok(), () -> run.story() + gateway.log());
      }
      for (int i = 0; i < moves.size(); i++) {
        Move move = moves.get(i);
        Path got = c.direction() == Direction.UP ? Path.of(move.remote()) : move.local();
        assertEquals(
            Samples.hash(samples.get(i)),
            Samples.hash(got),
            () -> got + "\n" + runs.get(0).story() + gateway.log());
      }
    } finally {
      for (Move move : moves) {
        Files.deleteIfExists(Path.of(move.remote()));
        Files.deleteIfExists(arrived.resolve(Path.of(move.remote()).getFileName()));
      }
    }
  }

  private SshClients.Access access(String listener) {
    InetSocketAddress address = listeners.get(listener);
    return new SshClients.Access(
        address,
        servers.servers().get(0).login().user(),
        servers.userKey(),
        servers.knownHosts(address));
  }

  private void listen(String name, InetAddress at) {
    listeners.put(name, new InetSocketAddress(at, Loopback.freePort(at)));
  }
}
