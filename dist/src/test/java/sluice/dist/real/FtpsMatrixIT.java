package sluice.dist.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import sluice.dist.peers.ClientRun;
import sluice.dist.peers.PackagedGateway;
import sluice.dist.peers.Samples;
import sluice.dist.peers.Scratch;
import sluice.dist.peers.clients.FtpJob;
import sluice.dist.peers.clients.JobTls;
import sluice.dist.peers.clients.Move;
import sluice.dist.peers.servers.FtpsServers;
import sluice.dist.peers.servers.RunningServer;
import sluice.dist.real.FtpsCase.Leg;
import sluice.dist.real.FtpsCase.Route;

/**
 * Every FTP client reaches every FTP server, with and without TLS, by all ways that the gateway has
 * for it. Each case is one session that moves files both ways.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FtpsMatrixIT {

  /** Around a TLS record (16384), and a megabyte that is no multiple of it; nothing at all. */
  private static final int[] SIZES = {0, 1, 16_383, 16_384, 16_385, 1_048_583};

  private final MatrixTable table =
      new MatrixTable(
          "FTPS",
          "One session each that sends and fetches files of 0 bytes, around 16 KiB and 1 MiB, and"
              + " 64 MiB where marked +; each compared by SHA-256. Explicit and implicit is what the"
              + " client does; 1.2 and 1.3 are the versions of TLS, on both sides where both have"
              + " it; · not run.");
  private Scratch scratch;
  private List<Path> samples;
  private Path largeSample;
  private FtpsSite site;
  private boolean started;
  private int count;

  @BeforeAll
  void start() {
    fillTable();
    scratch = Scratch.create("ftps-matrix");
    samples =
        Arrays.stream(SIZES)
            .mapToObj(size -> Samples.random(scratch.path().resolve("f-" + size), size, size))
            .toList();
    largeSample = Samples.random(scratch.path().resolve("f-large"), Samples.LARGE, 64);
  }

  /** Everything starts with the first case, so that a missing server skips its cases only. */
  private synchronized FtpsSite site() {
    if (site == null) {
      assertFalse(started, "servers and gateway did not start, see the first failure");
      started = true;
      site = FtpsSite.start(List.of(FtpsServers.values()));
    }
    return site;
  }

  @AfterAll
  void stop() {
    table.publish();
    try {
      if (site != null) {
        site.close();
      }
    } finally {
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
    List<FtpsCase> rest =
        new ArrayList<>(possible().stream().filter(FtpsCase::ofTheWhole).toList());
    rest.removeAll(pairwise());
    return rest.stream().map(this::test);
  }

  private static List<FtpsCase> pairwise() {
    return Pairwise.of(
        possible(),
        c ->
            Arrays.asList(
                c.client(), c.server(), c.leg(), c.route(), c.mode(), c.tls(), c.large()));
  }

  /** All, or those whose name has a match for {@code -Dsluice.matrix.only}, to look for a cause. */
  private static List<FtpsCase> possible() {
    Pattern only = Pattern.compile(System.getProperty("sluice.matrix.only", ""));
    return FtpsCase.all().stream()
        .filter(c -> c.impossible().isEmpty() && only.matcher(c.toString()).find())
        .toList();
  }

  private DynamicTest test(FtpsCase c) {
    String mark = (c.tls() == null ? "" : c.tls() + " ") + (c.large() ? "+" : "");
    return dynamicTest(c.toString(), () -> table.put(c.row(), c.column(), mark, () -> run(c)));
  }

  private void run(FtpsCase c) throws Exception {
    c.client().require();
    c.server().require();
    PackagedGateway gateway = site().gateway();
    RunningServer server = site().server(c);
    String tag = "c" + count++;
    List<Path> files = files(c);
    Path arrived = scratch.folder("arrived-" + tag);
    List<Move> moves = new ArrayList<>();
    for (Path file : files) {
      String name = tag + "-" + file.getFileName();
      Files.copy(file, server.root().resolve("down-" + name));
      moves.add(Move.up(file, "files/up-" + name));
      moves.add(Move.down("files/down-" + name, arrived.resolve(name)));
    }
    try {
      ClientRun run = c.client().run(job(c, moves));
      assertTrue(run.ok(), () -> run.story() + gateway.log() + server.log());
      for (Path file : files) {
        String name = tag + "-" + file.getFileName();
        String what = run.story() + gateway.log() + server.log();
        assertEquals(
            Samples.hash(file), Samples.hash(server.root().resolve("up-" + name)), () -> what);
        assertEquals(Samples.hash(file), Samples.hash(arrived.resolve(name)), () -> what);
      }
      recorded(c, tag, files.size());
    } finally {
      for (Path file : files) {
        String name = tag + "-" + file.getFileName();
        Files.deleteIfExists(server.root().resolve("up-" + name));
        Files.deleteIfExists(server.root().resolve("down-" + name));
        Files.deleteIfExists(arrived.resolve(name));
      }
    }
  }

  private FtpJob job(FtpsCase c, List<Move> moves) {
    InetSocketAddress listener = site.address(c);
    Optional<JobTls> tls =
        c.leg() == Leg.PLAIN
            ? Optional.empty()
            : Optional.of(
                new JobTls(c.leg() == Leg.IMPLICIT, c.tls(), site.certificate(c).certificate()));
    return new FtpJob(
        listener, site.server(c).login(), c.mode(), moves, scratch.folder("client"), tls);
  }

  /** Nothing, something around a record and something longer; which of them takes turns. */
  private List<Path> files(FtpsCase c) {
    int turn = c.server().ordinal() + c.mode().ordinal() + c.route().ordinal();
    List<Path> files =
        new ArrayList<>(List.of(samples.get(turn % 2), samples.get(2 + turn % 3), samples.get(5)));
    if (c.large()) {
      files.add(largeSample);
    }
    return files;
  }

  /** The access log has what was really done. */
  private void recorded(FtpsCase c, String tag, int files) {
    if (c.route() == Route.PASSTHROUGH) {
      return; // Nothing is known of what is not read.
    }
    String listener = site.listener(c);
    List<JsonNode> records =
        site.gateway()
            .awaitRecords(
                2 * files,
                r ->
                    r.path("type").asText().equals("transfer")
                        && r.path("listener").asText().equals(listener)
                        && r.path("file").asText().contains("-" + tag + "-"));
    for (JsonNode r : records) {
      assertEquals(c.mode().recorded(), r.path("mode").asText(), r::toString);
      assertEquals("ok", r.path("outcome").asText(), r::toString);
    }
    String session = records.get(0).path("session").asText();
    JsonNode whole =
        site.gateway()
            .awaitRecords(
                1,
                r ->
                    r.path("type").asText().equals("session")
                        && r.path("session").asText().equals(session))
            .get(0);
    secured(c.leg() != Leg.PLAIN, c, whole.path("tls"), whole);
    secured(c.route() == Route.RE_ENCRYPT, c, whole.path("backend-tls"), whole);
  }

  private static void secured(boolean expected, FtpsCase c, JsonNode tls, JsonNode record) {
    assertEquals(expected, tls.asText().startsWith("TLS"), record::toString);
    assertTrue(!expected || tls.asText().startsWith(c.tls().javaName()), record::toString);
  }

  private void fillTable() {
    for (FtpsCase c : FtpsCase.all()) {
      c.impossible()
          .ifPresentOrElse(
              reason -> table.impossible(c.row(), c.column(), reason),
              () -> table.place(c.row(), c.column()));
    }
  }
}
