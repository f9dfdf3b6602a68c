package sluice.dist.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
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

  @Test
  void fiveThousandEntriesAreListed() throws Exception {
    Programs.require(Programs.CURL);
    for (FtpServers kind : FtpServers.values()) {
      kind.require();
    }
    var at = Loopback.v4();
    StringBuilder listeners = new StringBuilder("listeners:\n");
    StringBuilder pools = new StringBuilder("pools:\n");
    Map<RealServer, InetSocketAddress> fronts = new LinkedHashMap<>();
    try (Scratch scratch = Scratch.create("listing");
        RealServer vsftpd = FtpServers.VSFTPD.start(Loopback.v4());
        RealServer proftpd = FtpServers.PROFTPD.start(Loopback.v4());
        RealServer pureFtpd = FtpServers.PURE_FTPD.start(Loopback.v4())) {
      for (RealServer server : List.of(vsftpd, proftpd, pureFtpd)) {
        InetSocketAddress front = new InetSocketAddress(at, Loopback.freePort(at));
        fronts.put(server, front);
        listeners.append(
            "  %s: { protocol: ftp, bind: \"%s\", pool: %s }%n"
                .formatted(server.name(), Loopback.hostPort(front), server.name()));
        pools.append(
            "  %s: { backends: { one: { address: \"%s\" } } }%n"
                .formatted(server.name(), Loopback.hostPort(server.address())));
      }
      try (PackagedGateway gateway = PackagedGateway.start(listeners.toString() + pools)) {
        for (RealServer server : fronts.keySet()) {
          list(scratch, fronts.get(server), server, gateway);
        }
      }
    }
  }

  private static void list(
      Scratch scratch, InetSocketAddress listener, RealServer server, PackagedGateway gateway)
      throws Exception {
    Set<String> names = new TreeSet<>();
    for (int i = 0; i < ENTRIES; i++) {
      String name = "a-file-with-a-name-of-its-own-%05d".formatted(i);
      Files.createFile(server.root().resolve(name));
      names.add(name);
    }
    Supplier<String> where = () -> server + gateway.log();

    assertEquals(names, listed(scratch, listener, server, gateway, "--list-only"), where);
    assertEquals(names, listed(scratch, listener, server, gateway), where);
    assertEquals(names, listed(scratch, listener, server, gateway, "--ftp-port", "-"), where);
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
