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
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
import sluice.dist.peers.clients.FtpClients;
import sluice.dist.peers.clients.FtpJob;
import sluice.dist.peers.clients.FtpMode;
import sluice.dist.peers.clients.Move;
import sluice.dist.peers.clients.Move.Direction;
import sluice.dist.peers.servers.FtpServers;
import sluice.dist.peers.servers.RealServer;

/** Every FTP client reaches every FTP server, in every mode, both ways, on IPv4 and IPv6. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FtpMatrixIT {

  /** One client with one server in one mode, one way. */
  private record Case(
      FtpClients client, FtpServers server, FtpMode mode, boolean v6, Direction direction) {
    String row() {
      return client.title() + ", " + server.title();
    }

    String column() {
      return mode + (v6 ? " v6" : " v4");
    }

    /** One of the modes also moves the large file; which one goes round with client and server. */
    boolean large() {
      List<FtpMode> able =
          Stream.of(FtpMode.values()).filter(m -> client.cannot(m, v6).isEmpty()).toList();
      return !v6 && able.get((client.ordinal() + server.ordinal()) % able.size()) == mode;
    }

    @Override
    public String toString() {
      return "%s %s %s, %s".formatted(client.title(), direction, server.title(), column());
    }
  }

  private final MatrixTable table =
      new MatrixTable(
          "FTP",
          "Files of 0, 1, 511, 512, 513 bytes and 1 MiB, and 64 MiB where marked +; each compared by"
              + " SHA-256. ↑ up, ↓ down, · not run.");
  private final Map<FtpServers, RealServer> serversV4 = new EnumMap<>(FtpServers.class);
  private final Map<FtpServers, RealServer> serversV6 = new EnumMap<>(FtpServers.class);
  private final Map<String, InetSocketAddress> listeners = new HashMap<>();
  private Scratch scratch;
  private List<Path> samples;
  private PackagedGateway gateway;
  private boolean started;

  @BeforeAll
  void start() {
    fillTable();
    scratch = Scratch.create("ftp-matrix");
    samples = new ArrayList<>();
    for (int size : Samples.SMALL) {
      samples.add(Samples.random(scratch.path().resolve("f-" + size), size, size));
    }
    samples.add(Samples.random(scratch.path().resolve("f-large"), Samples.LARGE, 64));
  }

  /**
   * Servers and gateway start with the first case, so that a missing server skips its cases only.
   */
  private synchronized void startGateway() {
    if (gateway != null) {
      return;
    }
    assertFalse(started, "servers and gateway did not start, see the first failure");
    started = true;
    StringBuilder descriptor = new StringBuilder();
    StringBuilder pools = new StringBuilder("pools:\n");
    descriptor.append("listeners:\n");
    for (FtpServers kind : FtpServers.values()) {
      if (!kind.present()) {
        continue;
      }
      for (boolean v6 : new boolean[] {false, true}) {
        RealServer server = kind.start(v6 ? Loopback.v6() : Loopback.v4());
        (v6 ? serversV6 : serversV4).put(kind, server);
        InetAddress at = v6 ? Loopback.v6() : Loopback.v4();
        InetSocketAddress bind = new InetSocketAddress(at, Loopback.freePort(at));
        String name = kind.title() + (v6 ? "-v6" : "-v4");
        listeners.put(name, bind);
        descriptor.append(
            "  %s: { protocol: ftp, bind: \"%s\", pool: %s }%n"
                .formatted(name, Loopback.hostPort(bind), name));
        pools.append(
            "  %s: { health: { check: ftp }, backends: { one: { address: \"%s\" } } }%n"
                .formatted(name, Loopback.hostPort(server.address())));
      }
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
      serversV4.values().forEach(RealServer::close);
      serversV6.values().forEach(RealServer::close);
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

  private static List<Case> pairwise() {
    return Pairwise.of(
        possible(), c -> List.of(c.client(), c.server(), c.mode(), c.v6(), c.direction()));
  }

  private static List<Case> possible() {
    return all().stream().filter(c -> c.client().cannot(c.mode(), c.v6()).isEmpty()).toList();
  }

  private static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    for (FtpClients client : FtpClients.values()) {
      for (FtpServers server : FtpServers.values()) {
        for (boolean v6 : new boolean[] {false, true}) {
          for (FtpMode mode : FtpMode.values()) {
            for (Direction direction : Direction.values()) {
              cases.add(new Case(client, server, mode, v6, direction));
            }
          }
        }
      }
    }
    return cases;
  }

  private DynamicTest test(Case c) {
    String mark = (c.direction() == Direction.UP ? "↑" : "↓") + (c.large() ? "+" : "") + " ";
    return dynamicTest(c.toString(), () -> table.put(c.row(), c.column(), mark, () -> run(c)));
  }

  private void run(Case c) throws Exception {
    c.client().require();
    c.server().require();
    startGateway();
    RealServer server = (c.v6() ? serversV6 : serversV4).get(c.server());
    InetSocketAddress listener = listeners.get(c.server().title() + (c.v6() ? "-v6" : "-v4"));
    String tag = (c.client().name() + c.mode() + c.direction()).toLowerCase(Locale.ROOT);
    List<Path> files = c.large() ? samples : samples.subList(0, samples.size() - 1);
    Path arrived = scratch.folder("arrived-" + tag + c.server() + c.v6());
    List<Move> moves = new ArrayList<>();
    for (Path file : files) {
      String name = tag + "-" + file.getFileName();
      if (c.direction() == Direction.UP) {
        moves.add(Move.up(file, "files/" + name));
      } else {
        Files.copy(file, server.root().resolve(name));
        moves.add(Move.down("files/" + name, arrived.resolve(name)));
      }
    }
    try {
      ClientRun run =
          c.client()
              .run(new FtpJob(listener, server.login(), c.mode(), moves, scratch.folder("client")));
      assertTrue(run.ok(), () -> run.story() + gateway.log() + server.log());
      Path at = c.direction() == Direction.UP ? server.root() : arrived;
      for (Path file : files) {
        assertEquals(
            Samples.hash(file),
            Samples.hash(at.resolve(tag + "-" + file.getFileName())),
            () -> file.getFileName() + "\n" + run.story() + gateway.log() + server.log());
      }
      recorded(c, listener, tag, files.size());
    } finally {
      for (Path file : files) {
        Files.deleteIfExists(server.root().resolve(tag + "-" + file.getFileName()));
        Files.deleteIfExists(arrived.resolve(tag + "-" + file.getFileName()));
      }
    }
  }

  /** The access log has each file with the mode that was really used. */
  private void recorded(Case c, InetSocketAddress listener, String tag, int files) {
    String name = c.server().title() + (c.v6() ? "-v6" : "-v4");
    List<JsonNode> records =
        gateway.awaitRecords(
            files,
            r ->
                r.path("type").asText().equals("transfer")
                    && r.path("listener").asText().equals(name)
                    && r.path("file").asText().contains(tag + "-"));
    for (JsonNode r : records) {
      assertEquals(c.mode().recorded(), r.path("mode").asText(), r::toString);
      assertEquals(name + "/one", r.path("backend").asText(), r::toString);
      assertEquals("ok", r.path("outcome").asText(), r::toString);
    }
  }

  private void fillTable() {
    for (Case c : all()) {
      c.client()
          .cannot(c.mode(), c.v6())
          .ifPresentOrElse(
              reason -> {
                if (c.direction() == Direction.UP) {
                  table.impossible(c.row(), c.column(), reason);
                }
              },
              () -> table.place(c.row(), c.column()));
    }
  }
}
