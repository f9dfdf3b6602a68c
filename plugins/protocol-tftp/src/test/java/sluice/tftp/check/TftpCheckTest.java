package sluice.tftp.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sluice.api.ByteSize;
import sluice.api.health.Health;
import sluice.api.health.HealthCheck;
import sluice.testkit.HealthCheckContract;
import sluice.testkit.TestBackend;
import sluice.testkit.TestGateway;
import sluice.testkit.TftpClient;
import sluice.testkit.TftpPeer;
import sluice.testkit.tftp.TftpException;
import sluice.testkit.tftp.TftpFaults;
import sluice.testkit.tftp.TftpPacket;
import sluice.testkit.tftp.TftpSocket;
import sluice.tftp.TftpProtocolFactory;
import sluice.tftp.check.TftpCheckOptions.Missing;

class TftpCheckTest implements HealthCheckContract {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  @TempDir private Path root;
  private TftpPeer peer;

  @BeforeEach
  void start() throws IOException {
    Files.writeString(root.resolve("canary.txt"), "alive and well\n");
    peer = TftpPeer.start(root);
  }

  @AfterEach
  void stop() {
    peer.close();
  }

  @Override
  public HealthCheck check() {
    return new TftpCheckFactory().create(options("canary.txt"));
  }

  @Override
  public InetSocketAddress healthyPeer() {
    return peer.address();
  }

  @Override
  public boolean datagrams() {
    return true;
  }

  private static TftpCheckOptions options(String file) {
    return new TftpCheckOptions(file, Optional.empty(), Optional.empty(), Missing.DOWN);
  }

  private Health probe(TftpCheckOptions options) throws Exception {
    return new TftpCheckFactory().create(options).probe(TestBackend.at(peer.address()), TIMEOUT);
  }

  private Health probe(String file, String size, String contains) throws Exception {
    return probe(
        new TftpCheckOptions(
            file,
            Optional.ofNullable(size).map(text -> new ByteSize(Long.parseLong(text))),
            Optional.ofNullable(contains),
            Missing.DOWN));
  }

  @Test
  void aCanaryThatCameIsUpAndTheServerHasNothingToComplainOf() throws Exception {
    Health found = probe(options("canary.txt"));
    assertEquals("UP (Received canary.txt, 15 bytes)", found.toString());
    assertTrue(found.latency().orElseThrow().compareTo(TIMEOUT) < 0);
    TestGateway.await("the server has finished", () -> peer.completed() == 1);
    assertEquals(List.of(), peer.errors());
  }

  @Test
  void aCanaryOfAnyLengthIsReadToItsEndOrEndedInWords() throws Exception {
    for (int size : new int[] {0, 511, 512, 513, 65535}) {
      Files.write(root.resolve("canary"), new byte[size]);
      assertEquals("UP (Received canary, " + size + " bytes)", probe(options("canary")).toString());
    }
    TestGateway.await("the server has finished", () -> peer.completed() == 5);
    assertEquals(List.of(), peer.errors());
    Files.write(root.resolve("canary"), new byte[1_000_000]);
    assertEquals("UP (Received canary, more than 64 KiB)", probe(options("canary")).toString());
    TestGateway.await("the server was told", () -> peer.errors().size() == 1);
    assertTrue(peer.errors().get(0).endsWith("ERROR 0: The check is done"));
  }

  @Test
  void theCanaryMustHaveItsSizeAndText() throws Exception {
    assertEquals(Health.State.UP, probe("canary.txt", "15", "well").state());
    assertEquals(
        "DOWN (canary.txt has 15 bytes, expected 16 bytes)",
        probe("canary.txt", "16", null).toString());
    assertEquals(
        "DOWN (canary.txt (15 bytes) does not contain \"ill\")",
        probe("canary.txt", null, "ill").toString());
    Files.write(root.resolve("large"), new byte[100_000]);
    assertEquals(Health.State.UP, probe("large", "100000", null).state());
    assertEquals(
        "DOWN (large has more than 64 KiB, expected 15 bytes)",
        probe("large", "15", null).toString());
  }

  @Test
  void aMissingCanaryIsDownOrDrains() throws Exception {
    assertEquals(
        "DOWN (gone is missing (ERROR 1: File not found))", probe(options("gone")).toString());
    TftpCheckOptions drain =
        new TftpCheckOptions("gone", Optional.empty(), Optional.empty(), Missing.DRAIN);
    assertEquals(Health.State.DRAIN, probe(drain).state());
    assertEquals(
        "DOWN (the request for ../x was answered with ERROR 2: Access violation)",
        probe(options("../x")).toString());
  }

  @Test
  void aSilentServerIsDownInTimeAndWasAskedTwice() throws Exception {
    peer.silent(true);
    Health found = check().probe(TestBackend.at(peer.address()), Duration.ofMillis(600));
    assertEquals("DOWN (no answer to the request for canary.txt within 600 ms)", found.toString());
    assertEquals(2, peer.requests());
  }

  @Test
  void oneLostPacketIsNoFailure() throws Exception {
    Files.write(root.resolve("canary.txt"), new byte[2000]);
    peer.retransmit(Duration.ofSeconds(30));
    peer.faults(TftpFaults.loseFirst(1, packet -> packet.block() == 1));
    Health found = check().probe(TestBackend.at(peer.address()), Duration.ofMillis(1500));
    assertEquals(Health.State.UP, found.state(), found::toString);
  }

  @Test
  void anotherSendersAnswerIsNotTheServers() throws Exception {
    try (TftpSocket server = TftpSocket.open(InetAddress.getByName("127.0.0.1"));
        TftpSocket other = TftpSocket.open(InetAddress.getByName("127.0.0.2"))) {
      Thread answering =
          new Thread(
              () -> {
                try {
                  InetSocketAddress client = server.receive(TIMEOUT).orElseThrow().from();
                  other.send(client, TftpPacket.error(1, "File not found"));
                  other.send(client, TftpPacket.data(1, new byte[9]));
                  assertEquals(5, other.receive(TIMEOUT).orElseThrow().packet().block());
                  server.send(client, TftpPacket.data(1, new byte[3]));
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      answering.start();
      Health found = check().probe(TestBackend.at(server.address()), TIMEOUT);
      answering.join();
      assertEquals("UP (Received canary.txt, 3 bytes)", found.toString());
    }
  }

  @Test
  void aProbeLeavesFromTheBackendsSource() throws Exception {
    InetAddress source = InetAddress.getByName("127.0.0.5");
    try (TftpSocket server = TftpSocket.open(InetAddress.getByName("127.0.0.1"))) {
      check().probe(TestBackend.at(server.address()).from(source), Duration.ofMillis(50));
      assertEquals(source, server.receive(TIMEOUT).orElseThrow().from().getAddress());
    }
  }

  @Test
  void namesThatCannotBeAskedForAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> options(""));
    assertThrows(IllegalArgumentException.class, () -> options("x".repeat(401)));
    assertThrows(IllegalArgumentException.class, () -> options("a\0b"));
  }

  @Test
  void thePoolOfAGatewayIsWatchedByItsCanary() throws Exception {
    String yaml =
        """
        listeners:
          boot: { protocol: tftp, bind: "127.0.0.1:0", pool: boot }
        pools:
          boot:
            balance: { strategy: first }
            health:
              check: tftp
              interval: 100ms
              timeout: 2s
              rise: 1
              fall: 1
              options: { file: canary.txt, size: 15B, contains: well, missing: drain }
            backends:
              a: { address: "127.0.0.1:%d" }
        """
            .formatted(peer.address().getPort());
    try (TestGateway gateway =
        TestGateway.start(yaml, new TftpProtocolFactory(), new TftpCheckFactory())) {
      TftpClient client = TftpClient.to(gateway.address("boot"));
      Files.writeString(root.resolve("kernel"), "kernel");
      assertEquals(6, client.get("kernel").length);
      Files.delete(root.resolve("canary.txt"));
      TestGateway.await(
          "the check has seen it",
          () -> gateway.backend("boot", "a").lastCheck().contains("canary.txt is missing"));
      TftpException refused = assertThrows(TftpException.class, () -> client.get("kernel"));
      assertEquals(
          "ERROR 0: No server is available, please try again later.", refused.getMessage());
    }
  }
}
