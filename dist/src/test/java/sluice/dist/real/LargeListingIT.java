package sluice.dist.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import sluice.dist.peers.ClientRun;
import sluice.dist.peers.Loopback;
import sluice.dist.peers.PackagedGateway;
import sluice.dist.peers.Programs;
import sluice.dist.peers.Scratch;
import sluice.dist.peers.servers.FtpServers;
import sluice.dist.peers.servers.RealServer;

/** A folder of 5,000 files is listed whole. */
class LargeListingIT {
  private static final int ENTRIES = 5000;

  @TestFactory
  Stream<DynamicTest> fiveThousandEntriesAreListed() {
    return Stream.of(FtpServers.values())
        .map(server -> dynamicTest(server.title(), () -> list(server)));
  }

  private void list(FtpServers kind) throws Exception {
    kind.require();
    Programs.require(Programs.CURL);
    var at = Loopback.v4();
    InetSocketAddress listener = new InetSocketAddress(at, Loopback.freePort(at));
    try (Scratch scratch = Scratch.create("listing");
        RealServer server = kind.start(Loopback.v4());
        PackagedGateway gateway =
            PackagedGateway.start(
                """
                listeners:
                  ftp: { protocol: ftp, bind: "%s", pool: files }
                pools:
                  files: { backends: { one: { address: "%s" } } }
                """
                    .formatted(Loopback.hostPort(listener), Loopback.hostPort(server.address())))) {
      Set<String> names = new TreeSet<>();
      for (int i = 0; i < ENTRIES; i++) {
        String name = "a-file-with-a-name-of-its-own-%05d".formatted(i);
        Files.createFile(server.root().resolve(name));
        names.add(name);
      }

      assertEquals(names, listed(scratch, listener, server, gateway, "--list-only"), "NLST");
      assertEquals(names, listed(scratch, listener, server, gateway), "LIST");
      assertEquals(
          names,
          listed(scratch, listener, server, gateway, "--ftp-port", "-"),
          "LIST in active mode");
    }
  }

  private static Set<String> listed(
      Scratch scratch,
      InetSocketAddress listener,
      RealServer server,
      PackagedGateway gateway,
      String... options) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Programs.CURL.path(),
                "-q",
                "-sS",
                "--max-time",
                "60",
                "--user",
                server.login().user() + ":" + server.login().password()));
    command.addAll(List.of(options));
    command.add("ftp://" + Loopback.hostPort(listener) + "/files/");
    ClientRun run = ClientRun.of(scratch.path(), "", command);
    assertTrue(run.ok(), () -> run.story() + gateway.log());
    return run.output()
        .lines()
        .map(line -> line.substring(line.lastIndexOf(' ') + 1).strip())
        .filter(name -> !name.isEmpty() && !name.equals(".") && !name.equals(".."))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
