package sluice.dist.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import sluice.dist.peers.ClientRun;
import sluice.dist.peers.Loopback;
import sluice.dist.peers.PackagedGateway;
import sluice.dist.peers.Samples;
import sluice.dist.peers.Scratch;
import sluice.dist.peers.clients.Move;
import sluice.dist.peers.clients.Move.Direction;
import sluice.dist.peers.clients.TftpClients;
import sluice.dist.peers.servers.RealServer;
import sluice.dist.peers.servers.TftpServers;

/** Every TFTP client reaches every TFTP server, both ways, in octet and netascii. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TftpMatrixIT {

  /** One client with one server, one way, in one mode. */
  private record Case(
      TftpClients client, TftpServers server, Direction direction, boolean netascii) {
    String row() {
      return client.title() + ", " + server.title();
    }

    String column() {
      return (direction == Direction.UP ? "put " : "get ") + mode();
    }

    String mode() {
      return netascii ? "netascii" : "octet";
    }

    Optional<String> cannot() {
      return direction == Direction.UP && !server.writes()
          ? Optional.of(server.title() + " takes no uploads")
          : Optional.empty();
    }

    @Override
    public String toString() {
      return "%s %s %s".formatted(client.title(), column(), server.title());
    }
  }

  private final MatrixTable table =
      new MatrixTable(
          "TFTP",
          "Octet: files of 0, 1, 511, 512, 513 bytes and 1 MiB, and 64 MiB where marked + (tftp-hpa"
              + " asks for no options, so its block number wraps; atftp for blksize and windowsize;"
              + " curl for blksize and tsize); compared by SHA-256. Netascii: a text, and what"
              + " arrives must be what arrives without the gateway, as curl and atftp convert"
              + " otherwise than servers do. · not run.");
  private final Map<TftpServers, RealServer> servers = new EnumMap<>(TftpServers.class);
  private final Map<TftpServers, InetSocketAddress> listeners = new EnumMap<>(TftpServers.class);
  private Scratch scratch;
  private List<Path> samples;
  private Path text;
  private PackagedGateway gateway;
  private boolean started;

  @BeforeAll
  void start() {
    for (Case c : all()) {
      c.cannot()
          .ifPresentOrElse(
              reason -> table.impossible(c.row(), c.column(), reason),
              () -> table.place(c.row(), c.column()));
    }
    scratch = Scratch.create("tftp-matrix");
    samples = new ArrayList<>();
    for (int size : Samples.SMALL) {
      samples.add(Samples.random(scratch.path().resolve("f-" + size), size, size));
    }
    text = Samples.text(scratch.path().resolve("text"), 1000);
  }

  private synchronized void startGateway() {
    if (gateway != null) {
      return;
    }
    assertFalse(started, "servers and gateway did not start, see the first failure");
    started = true;
    StringBuilder descriptor = new StringBuilder("listeners:\n");
    StringBuilder pools = new StringBuilder("pools:\n");
    for (TftpServers kind : TftpServers.values()) {
      if (!kind.present()) {
        continue;
      }
      RealServer server = kind.start(Loopback.v4());
      servers.put(kind, server);
      Samples.random(server.root().resolve("canary"), 16, 16);
      InetAddress at = Loopback.v4();
      InetSocketAddress bind = new InetSocketAddress(at, Loopback.freePort(at));
      listeners.put(kind, bind);
      descriptor.append(
          "  %s: { protocol: tftp, bind: \"%s\", pool: %s }%n"
              .formatted(kind.title(), Loopback.hostPort(bind), kind.title()));
      pools.append(
          "  %s: { health: { check: tftp, options: { file: canary } }, backends: { one: { address: \"%s\" } } }%n"
              .formatted(kind.title(), Loopback.hostPort(server.address())));
    }
    gateway = PackagedGateway.start(descriptor.append(pools).toString());
  }

  @AfterAll
  void stop() {
    table.publish();
    try {
      if (gateway != null) {
        gateway.close();
      }
    } finally {
      servers.values().forEach(RealServer::close);
      scratch.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> everyPairOfPropertiesMovesFiles() {
    return pairwise().stream().map(this::test);
  }

  @Tag("matrix")
  @TestFactory
  Stream<DynamicTest> everyOtherCombinationMovesFiles() {
    List<Case> rest = new ArrayList<>(possible());
    rest.removeAll(pairwise());
    return rest.stream().map(this::test);
  }

  @TestFactory
  Stream<DynamicTest> largeFilesWithWindows() {
    return Stream.of(Direction.values())
        .map(d -> large(new Case(TftpClients.ATFTP, TftpServers.ATFTPD, d, false)));
  }

  @Tag("matrix")
  @TestFactory
  Stream<DynamicTest> largeFilesWhoseBlockNumberWraps() {
    return possible().stream()
        .filter(c -> !c.netascii())
        .filter(c -> c.client() == TftpClients.TFTP_HPA || c.server() == TftpServers.TFTPD_HPA)
        .map(this::large);
  }

  private static List<Case> pairwise() {
    return Pairwise.of(
        possible(), c -> List.of(c.client(), c.server(), c.direction(), c.netascii()));
  }

  private static List<Case> possible() {
    return all().stream().filter(c -> c.cannot().isEmpty()).toList();
  }

  private static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    for (TftpClients client : TftpClients.values()) {
      for (TftpServers server : TftpServers.values()) {
        for (boolean netascii : new boolean[] {false, true}) {
          for (Direction direction : Direction.values()) {
            cases.add(new Case(client, server, direction, netascii));
          }
        }
      }
    }
    return cases;
  }

  private DynamicTest test(Case c) {
    return dynamicTest(
        c.toString(),
        () ->
            table.put(
                c.row(), c.column(), "", () -> run(c, c.netascii() ? List.of(text) : samples)));
  }

  private DynamicTest large(Case c) {
    return dynamicTest(
        c + ", 64 MiB",
        () -> {
          Path file = scratch.path().resolve("f-large");
          if (!Files.exists(file)) {
            Samples.random(file, Samples.LARGE, 64);
          }
          table.put(c.row(), c.column(), "+", () -> run(c, List.of(file)));
        });
  }

  private void run(Case c, List<Path> files) throws Exception {
    c.client().require();
    c.server().require();
    startGateway();
    for (Path file : files) {
      String tag = c.client().name() + "-" + c.mode() + "-" + c.column().substring(0, 3);
      move(c, file, tag.toLowerCase(Locale.ROOT) + "-" + file.getFileName());
    }
  }

  private void move(Case c, Path file, String name) throws Exception {
    RealServer server = servers.get(c.server());
    Path arrived = scratch.folder("arrived").resolve(name);
    String expected =
        c.netascii()
            ? arrivesAt(c, server.address(), server, file, "direct-" + name, arrived).hash()
            : Samples.hash(file);
    Arrival arrival = arrivesAt(c, listeners.get(c.server()), server, file, name, arrived);
    assertTrue(
        arrival.run().ok(),
        () -> file.getFileName() + "\n" + arrival.run().story() + gateway.log() + server.log());
    assertEquals(
        expected,
        arrival.hash(),
        () -> file.getFileName() + "\n" + arrival.run().story() + gateway.log() + server.log());
    List<JsonNode> records =
        gateway.awaitRecords(
            1,
            r ->
                r.path("type").asText().equals("transfer")
                    && r.path("listener").asText().equals(c.server().title())
                    && r.path("file").asText().equals(name));
    assertEquals(c.server().title() + "/one", records.get(0).path("backend").asText());
    assertEquals(1, records.size(), records::toString);
  }

  /** How it went, and the hash of what arrived. */
  private record Arrival(ClientRun run, String hash) {}

  private Arrival arrivesAt(
      Case c, InetSocketAddress address, RealServer server, Path file, String name, Path local)
      throws Exception {
    Path remote = server.root().resolve(name);
    try {
      if (c.direction() == Direction.DOWN) {
        Files.copy(file, remote);
        ClientRun run =
            c.client().run(address, c.netascii(), Move.down(name, local), scratch.folder("client"));
        return new Arrival(run, Samples.hash(local));
      }
      ClientRun run =
          c.client().run(address, c.netascii(), Move.up(file, name), scratch.folder("client"));
      // A server may still be writing when its client has the last acknowledgement.
      String hash = Samples.hash(remote);
      String expected = c.netascii() ? "" : Samples.hash(file);
      for (int i = 0; i < 30 && !hash.equals(expected); i++) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        String again = Samples.hash(remote);
        if (c.netascii() && hash.equals(again)) {
          break; // nothing to compare with, but it has come to rest
        }
        hash = again;
      }
      return new Arrival(run, hash);
    } finally {
      Files.deleteIfExists(remote);
      Files.deleteIfExists(local);
    }
  }
}
