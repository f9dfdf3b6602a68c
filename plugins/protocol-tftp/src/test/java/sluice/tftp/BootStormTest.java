package sluice.tftp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sluice.testkit.TestGateway;
import sluice.testkit.TftpClient;
import sluice.testkit.TftpPeer;
import sluice.testkit.tftp.LossyForwarder;
import sluice.testkit.tftp.TftpFaults;
import sluice.testkit.tftp.TftpPacket;
import sluice.testkit.tftp.TftpSwarm;

/** A power cut ends: a great many clients ask for the same file at the same time. */
class BootStormTest {

  private static final Map<String, String> OPTIONS =
      Map.of("blksize", "1428", "windowsize", "16", "tsize", "0");

  @TempDir private Path root;
  private final byte[] image = Site.random(1 << 20);

  private static long fromBackends(Site site) {
    return site.gateway.records("transfer").stream()
        .filter(record -> !record.get("backend").equals(""))
        .count();
  }

  @Test
  void twoHundredClientsOnABadNetworkAllGetTheFileFromOneRead() throws IOException {
    Files.write(root.resolve("boot.img"), image);
    try (TftpPeer peer = TftpPeer.start(root);
        Site site =
            Site.start(
                "{dally: 100ms, boot-storm: {enabled: true, hot-files: [{files: [\"*.img\"]}]}}",
                peer.address());
        LossyForwarder network = new LossyForwarder(site.address(), 69, 0.05, 0.05)) {
      peer.faults(TftpFaults.random(4, 0.05, 0.05));
      TftpSwarm swarm =
          new TftpSwarm(network.address(), "boot.img", image, OPTIONS, Duration.ofSeconds(1), 60);

      TftpSwarm.Result result = swarm.read(200, Duration.ofSeconds(120));

      assertEquals(List.of(), result.failures());
      assertEquals(200, result.complete());
      assertTrue(network.lost() > 5_000, () -> "lost " + network.lost());
      assertEquals(1, peer.requests(), "the server was asked once");
      TestGateway.await("no session is left", () -> site.gateway.sessions().isEmpty());
      assertEquals(1, fromBackends(site));
    }
  }

  @Test
  void withoutTheModeTwoHundredClientsOnAnOrdinaryNetworkGetTheFileToo() throws IOException {
    byte[] file = Site.random(100_000);
    Files.write(root.resolve("file"), file);
    try (TftpPeer peer = TftpPeer.start(root);
        Site site = Site.start("dally: 500ms", peer.address());
        LossyForwarder network = new LossyForwarder(site.address(), 69, 0.01, 0.01)) {
      // On a loaded machine both sides are slow; neither gives up for that, or begins anew.
      peer.attempts(100);
      TftpSwarm swarm =
          new TftpSwarm(network.address(), "file", file, OPTIONS, Duration.ofSeconds(4), 30);

      TftpSwarm.Result result = swarm.read(200, Duration.ofSeconds(120));
      assertEquals(List.of(), result.failures());
      assertEquals(200, result.complete());
      TestGateway.await("no session is left", () -> site.gateway.sessions().isEmpty());
    }
  }

  @Test
  void aThousandTransfersAtATimeAreKeptApartAndLeaveNoPortBehind() throws IOException {
    byte[] file = Site.random(60_000);
    Files.write(root.resolve("hot.img"), file);
    try (TftpPeer peer = TftpPeer.start(root);
        Site site =
            Site.start(
                "{boot-storm: {enabled: true, hot-files: [{files: [\"*.img\"]}]}}",
                peer.address())) {
      TftpSwarm swarm =
          new TftpSwarm(
              site.address(),
              "hot.img",
              file,
              Map.of("blksize", "1428"),
              Duration.ofSeconds(1),
              60);
      TftpSwarm.Result result = swarm.read(1000, Duration.ofSeconds(120));
      assertEquals(List.of(), result.failures());
      assertEquals(1, peer.requests());
      site.assertNothingIsLeft();
    }
  }

  @Test
  void requestsBeyondTheLimitWaitForTheirTurn() throws IOException {
    Files.write(root.resolve("file"), Site.random(20_000));
    try (TftpPeer peer = TftpPeer.start(root);
        Site site =
            Site.start(
                "{dally: 100ms, boot-storm: {enabled: true, max-transfers: 5}}", peer.address())) {
      TftpSwarm swarm =
          new TftpSwarm(
              site.address(), "file", Site.random(20_000), OPTIONS, Duration.ofSeconds(1), 60);
      TftpSwarm.Result result = swarm.read(60, Duration.ofSeconds(60));
      assertEquals(List.of(), result.failures());
      assertEquals(60, peer.requests());
      site.assertNothingIsLeft();
    }
  }

  @Test
  void withFullBackendsRequestsWaitInsteadOfBeingRefused() throws IOException {
    Files.write(root.resolve("file"), Site.random(3000));
    InetSocketAddress[] backend = new InetSocketAddress[1];
    try (TftpPeer peer = TftpPeer.start(root)) {
      backend[0] = peer.address();
      try (TestGateway gateway =
          TestGateway.start(
              """
              listeners:
                boot:
                  protocol: tftp
                  bind: "127.0.0.1:0"
                  pool: boot
                  options: { dally: 0s, boot-storm: { enabled: true } }
              pools:
                boot:
                  balance: { strategy: first }
                  backends: { a: { address: "127.0.0.1:%d", max-sessions: 2 } }
              """
                  .formatted(backend[0].getPort()),
              new TftpProtocolFactory())) {
        TftpSwarm swarm =
            new TftpSwarm(
                gateway.address("boot"),
                "file",
                Site.random(3000),
                OPTIONS,
                Duration.ofSeconds(1),
                60);
        TftpSwarm.Result result = swarm.read(30, Duration.ofSeconds(60));
        assertEquals(List.of(), result.failures());
        assertEquals(30, peer.requests());
      }
    }
  }

  @Test
  void oneClientsRequestsWaitForEachOtherAndOthersDoNot() throws IOException {
    InetSocketAddress nobody = new InetSocketAddress("127.0.0.1", 9);
    try (RawClient server = new RawClient(nobody);
        Site site =
            Site.start(
                "{dally: 0s, boot-storm: {enabled: true, max-transfers-per-client: 1}}",
                server.address());
        RawClient first = new RawClient(site.address());
        RawClient second = new RawClient(site.address());
        RawClient other = new RawClient(site.address(), new InetSocketAddress("127.0.0.2", 0))) {
      first.request("one");
      server.expect("RRQ one octet {}");
      server.data(1, 5);
      first.expect("DATA 1 (5 bytes)");
      second.request("two");
      second.request("two");
      server.expectNothing();
      other.request("three");
      server.expect("RRQ three octet {}");
      first.ack(1);
      // The acknowledgement goes to the transfer's own port, which is the server's here too.
      TestGateway.await("the second is served", () -> asked(server, "RRQ two octet {}"));
    }
  }

  private static boolean asked(RawClient server, String request) {
    try {
      return server.socket.receive(Duration.ofMillis(200)).stream()
          .anyMatch(received -> received.packet().toString().equals(request));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void oneThatWaitsAndRepeatsNothingIsForgotten() throws IOException {
    InetSocketAddress nobody = new InetSocketAddress("127.0.0.1", 9);
    try (RawClient server = new RawClient(nobody);
        Site site =
            Site.start(
                "{dally: 0s, boot-storm: {enabled: true, max-transfers: 1, queue: 1, patience: 1s}}",
                server.address());
        RawClient first = new RawClient(site.address());
        RawClient second = new RawClient(site.address());
        RawClient third = new RawClient(site.address())) {
      first.request("one");
      server.expect("RRQ one octet {}");
      second.request("two");
      TestGateway.await("it waits", () -> site.gateway.sessions().size() == 2);
      third.request("three");
      Site.assertFields(site.records("session", 1).get(0), "file=three outcome=refused");
      third.expectNothing();
      Site.assertFields(site.records("session", 2).get(1), "file=two outcome=aborted side=client");
      server.data(1, 1);
      first.expect("DATA 1 (1 bytes)");
      first.ack(1);
      server.expect("ACK 1");
      third.request("three");
      server.expect("RRQ three octet {}");
    }
  }

  @Test
  void clientsThatAskForOptionsAndGetNoneAreServed() throws IOException {
    Files.write(root.resolve("hot.img"), image);
    try (TftpPeer peer = TftpPeer.start(root);
        Site site =
            Site.start(
                "{boot-storm: {enabled: true, hot-files: [{files: [\"*.img\"]}]}}",
                peer.address());
        RawClient client = new RawClient(site.address())) {
      // What it asks for is unknown here, so the first block is the answer.
      client.request(
          TftpPacket.request(
              TftpPacket.RRQ, "hot.img", "octet", Map.of("multicast", "", "blksize", "4")));
      client.expect("DATA 1 (512 bytes)");
      client.error(0, "enough");
      assertArrayEquals(image, TftpClient.to(site.address()).get("hot.img"));
    }
  }
}
