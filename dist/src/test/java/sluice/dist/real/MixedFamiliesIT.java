package sluice.dist.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import sluice.dist.peers.ClientRun;
import sluice.dist.peers.Loopback;
import sluice.dist.peers.PackagedGateway;
import sluice.dist.peers.Samples;
import sluice.dist.peers.Scratch;
import sluice.dist.peers.clients.FtpClients;
import sluice.dist.peers.clients.FtpJob;
import sluice.dist.peers.clients.FtpMode;
import sluice.dist.peers.clients.Move;
import sluice.dist.peers.clients.TftpClients;
import sluice.dist.peers.servers.FtpServers;
import sluice.dist.peers.servers.RealServer;
import sluice.dist.peers.servers.TftpServers;

/** Clients of one address family reach backends that have only the other. */
class MixedFamiliesIT {

  @TestFactory
  Stream<DynamicTest> ipv6ClientsReachIpv4FtpServersAndTheOtherWayRound() {
    return Stream.of(FtpServers.values())
        .flatMap(
            server ->
                Stream.of(true, false)
                    .map(
                        v6 ->
                            dynamicTest(
                                (v6 ? "v6 client, v4 " : "v4 client, v6 ") + server.title(),
                                () -> ftp(server, v6))));
  }

  private void ftp(FtpServers kind, boolean clientV6) throws Exception {
    kind.require();
    InetSocketAddress listener = listener(clientV6);
    try (Scratch scratch = Scratch.create("mixed");
        RealServer server = kind.start(clientV6 ? Loopback.v4() : Loopback.v6());
        PackagedGateway gateway = gateway("ftp", listener, server)) {
      Path sample = Samples.random(scratch.path().resolve("sample"), 300_000, 7);
      for (FtpClients client : List.of(FtpClients.CURL, FtpClients.FTPLIB)) {
        client.require();
        for (FtpMode mode : FtpMode.values()) {
          if (client.cannot(mode, clientV6).isPresent()) {
            continue;
          }
          String name = (client + "-" + mode).toLowerCase(Locale.ROOT);
          Path back = scratch.path().resolve(name);
          for (Move move :
              List.of(Move.up(sample, "files/" + name), Move.down("files/" + name, back))) {
            ClientRun run =
                client.run(
                    new FtpJob(
                        listener, server.login(), mode, List.of(move), scratch.folder("client")));
            assertTrue(run.ok(), () -> run.story() + gateway.log() + server.log());
          }
          assertEquals(Samples.hash(sample), Samples.hash(server.root().resolve(name)), name);
          assertEquals(Samples.hash(sample), Samples.hash(back), name);
        }
      }
    }
  }

  @Test
  void ipv6TftpClientsReachIpv4Servers() throws Exception {
    tftp(true);
  }

  @Test
  void ipv4TftpClientsReachIpv6Servers() throws Exception {
    tftp(false);
  }

  private void tftp(boolean clientV6) throws Exception {
    TftpClients client = TftpClients.CURL;
    client.require();
    TftpServers.TFTPD_HPA.require();
    InetSocketAddress listener = listener(clientV6);
    try (Scratch scratch = Scratch.create("mixed");
        RealServer server = TftpServers.TFTPD_HPA.start(clientV6 ? Loopback.v4() : Loopback.v6());
        PackagedGateway gateway = gateway("tftp", listener, server)) {
      Path sample = Samples.random(scratch.path().resolve("sample"), 300_000, 7);
      Files.copy(sample, server.root().resolve("there"));
      Path back = scratch.path().resolve("back");
      ClientRun down =
          client.run(listener, false, Move.down("there", back), scratch.folder("client"));
      assertTrue(down.ok(), () -> down.story() + gateway.log() + server.log());
      assertEquals(Samples.hash(sample), Samples.hash(back));
      ClientRun up = client.run(listener, false, Move.up(sample, "up"), scratch.folder("client"));
      assertTrue(up.ok(), () -> up.story() + gateway.log() + server.log());
      assertEquals(Samples.hash(sample), Samples.hash(server.root().resolve("up")));
    }
  }

  private static PackagedGateway gateway(
      String protocol, InetSocketAddress listener, RealServer server) {
    return PackagedGateway.start(
        """
        listeners:
          front: { protocol: %s, bind: "%s", pool: files }
        pools:
          files: { backends: { one: { address: "%s" } } }
        """
            .formatted(protocol, Loopback.hostPort(listener), Loopback.hostPort(server.address())));
  }

  private static InetSocketAddress listener(boolean v6) {
    InetAddress address = v6 ? Loopback.v6() : Loopback.v4();
    return new InetSocketAddress(address, Loopback.freePort(address));
  }
}
