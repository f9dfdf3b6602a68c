package sluice.dist.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sluice.dist.peers.ClientRun;
import sluice.dist.peers.Loopback;
import sluice.dist.peers.PackagedGateway;
import sluice.dist.peers.Programs;
import sluice.dist.peers.Scratch;
import sluice.dist.peers.clients.ParallelFtp;
import sluice.dist.peers.servers.FtpServers;
import sluice.dist.peers.servers.RealServer;

/** Three backends with different content: no session ever reads a byte of another backend. */
class ParallelClientsIT {
  private final Map<String, RealServer> backends = new TreeMap<>();
  private final InetSocketAddress listener = listener();
  private Scratch scratch;
  private PackagedGateway gateway;

  @BeforeEach
  void start() {
    Programs.require(Programs.PYTHON);
    scratch = Scratch.create("parallel");
    for (String name : List.of("red", "green", "blue")) {
      backends.put(name, FtpServers.VSFTPD.start(Loopback.v4()));
    }
    gateway =
        PackagedGateway.start(
            """
            listeners:
              ftp: { protocol: ftp, bind: "%s", pool: files }
            pools:
              files:
                balance: { strategy: least-sessions }
                health: { check: ftp }
                backends:
                  red: { address: "%s" }
                  green: { address: "%s" }
                  blue: { address: "%s" }
            """
                .formatted(
                    Loopback.hostPort(listener),
                    Loopback.hostPort(backends.get("red").address()),
                    Loopback.hostPort(backends.get("green").address()),
                    Loopback.hostPort(backends.get("blue").address())));
  }

  @AfterEach
  void stop() {
    try {
      if (gateway != null) {
        gateway.close();
      }
    } finally {
      backends.values().forEach(RealServer::close);
      if (scratch != null) {
        scratch.close();
      }
    }
  }

  /** 16 clients of 20 files each at the same time, then 500 sessions of few files. */
  @Test
  void noneOfManySessionsAtOnceReadsFromABackendThatIsNotItsOwn() {
    int transfers = allRight(new ParallelFtp(16, 1, 20, 40_000), 0);
    allRight(new ParallelFtp(16, 32, 2, 3000), transfers);
  }

  /** Returns how many transfers there were, with those before. */
  private int allRight(ParallelFtp story, int before) {
    backends.forEach((name, server) -> story.fill(server, name));

    ClientRun run = story.run(listener, backends.get("red").login(), scratch.path());

    int sessions = story.clients() * story.sessions();
    assertTrue(run.ok(), () -> run.story() + gateway.log());
    Map<String, Long> served =
        run.output()
            .lines()
            .map(line -> line.replaceFirst("^ok ", ""))
            .collect(
                Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
    assertEquals(backends.keySet(), served.keySet(), "all backends have served");
    assertEquals(sessions, served.values().stream().mapToLong(Long::longValue).sum());
    List<Boolean> uploads = new ArrayList<>();
    backends.forEach((name, server) -> uploads.addAll(story.uploadsOf(server, name)));
    assertEquals(
        Collections.nCopies(sessions, true), uploads, "uploads went where the session was");
    int transfers = before + sessions * (story.files() + 2);
    assertEquals(
        transfers,
        gateway
            .awaitRecords(
                transfers,
                r ->
                    r.path("type").asText().equals("transfer")
                        && r.path("outcome").asText().equals("ok"))
            .size());
    return transfers;
  }

  private static InetSocketAddress listener() {
    var address = Loopback.v4();
    return new InetSocketAddress(address, Loopback.freePort(address));
  }
}
