package sluice.tftp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.testkit.TestGateway;
import sluice.testkit.TftpClient;
import sluice.testkit.TftpPeer;
import sluice.testkit.tftp.TftpException;
import sluice.testkit.tftp.TftpFaults;
import sluice.testkit.tftp.TftpPacket;
import sluice.testkit.tftp.TftpSocket;

/** Lost, doubled and misdirected packets, and servers that fail, on real sockets. */
class TrapsTest {

  @TempDir private Path root;
  private final byte[] content = Site.random(50_000);

  @BeforeEach
  void file() throws IOException {
    Files.write(root.resolve("file"), content);
  }

  @Test
  void theFirstBlockIsLost() throws IOException {
    try (TftpPeer peer = TftpPeer.start(root);
        Site site = Site.start("dally: 100ms", peer.address())) {
      peer.faults(TftpFaults.loseFirst(1, packet -> packet.opcode() == TftpPacket.DATA));
      peer.retransmit(Duration.ofMillis(300));
      assertArrayEquals(content, TftpClient.to(site.address()).get("file"));
      assertEquals(1, peer.requests());
      Site.assertFields(site.transfers(1).get(0), "outcome=ok bytes=50000");
      site.assertNothingIsLeft();
    }
  }

  @Test
  void aRequestThatIsLostBeforeTheServerIsSentAgainByTheClient() throws IOException {
    try (RawClient server = new RawClient(new InetSocketAddress("127.0.0.1", 9));
        Site site = Site.start("dally: 100ms", server.address());
        RawClient client = new RawClient(site.address())) {
      client.request("file");
      server.expect("RRQ file octet {}");
      server.expectNothing();
      client.request("file"); // A copy that comes too soon is not passed on, later ones are.
      TestGateway.await("the time of copies is over", () -> asksAgain(client, server));
      server.data(1, 10);
      client.expect("DATA 1 (10 bytes)");
      client.ack(1);
      Site.assertFields(site.transfers(1).get(0), "outcome=ok bytes=10");
      assertEquals(1, site.records("session", 1).size());
      site.assertNothingIsLeftBut(1);
    }
  }

  private static boolean asksAgain(RawClient client, RawClient server) {
    try {
      client.request("file");
      return server.socket.receive(Duration.ofMillis(50)).isPresent();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void twoRequestsFromOnePortAreOneTransferOrTheLaterOne() throws IOException {
    Files.write(root.resolve("other"), Site.random(600));
    try (TftpPeer peer = TftpPeer.start(root);
        Site site = Site.start("dally: 100ms", peer.address());
        RawClient client = new RawClient(site.address())) {
      client.request("file");
      client.request("file");
      InetSocketAddress old = client.expect("DATA 1 (512 bytes)");
      assertEquals(1, peer.requests());
      assertEquals(1, site.gateway.sessions().size());

      client.request("other");
      TftpSocket.Received next = client.next();
      while (next.from().equals(old)) {
        next = client.next();
      }
      client.talkTo(next.from());
      client.ack(1);
      client.expect("DATA 2 (88 bytes)");
      client.ack(2);
      assertEquals(2, peer.requests());
      TestGateway.await("the server was told", () -> peer.errors().size() == 1);
      List<Map<String, Object>> transfers = site.transfers(2);
      Site.assertFields(transfers.get(0), "file=file outcome=aborted side=client");
      Site.assertFields(transfers.get(1), "file=other outcome=ok bytes=600");
      site.assertNothingIsLeftBut(1);
    }
  }

  @Test
  void oneSocketMayFetchOneFileAfterTheOther() throws IOException {
    try (TftpPeer peer = TftpPeer.start(root);
        Site site = Site.start("dally: 2s", peer.address())) {
      int port = Site.freePorts(1);
      TftpClient client =
          TftpClient.to(site.address()).from(new InetSocketAddress("127.0.0.1", port));
      for (int i = 0; i < 5; i++) {
        assertArrayEquals(content, client.get("file"));
      }
      assertEquals(5, site.transfers(5).size());
      site.assertNothingIsLeft();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void strangersDoNotDisturbATransfer(boolean singlePort) throws IOException {
    InetSocketAddress nobody = new InetSocketAddress("127.0.0.1", 9);
    try (RawClient server = new RawClient(nobody);
        RawClient secondId = new RawClient(nobody);
        RawClient otherHost = new RawClient(nobody, new InetSocketAddress("127.0.0.2", 0));
        Site site =
            Site.start("{dally: 100ms, single-port: " + singlePort + "}", server.address());
        RawClient client = new RawClient(site.address());
        RawClient thief = new RawClient(site.address())) {
      client.request("file");
      InetSocketAddress towardsServer = server.expect("RRQ file octet {}");
      otherHost.talkTo(towardsServer);
      otherHost.data(1, 512);
      otherHost.expect("ERROR 5 Unknown transfer ID");
      server.data(1, 512);
      InetSocketAddress towardsClient = client.expect("DATA 1 (512 bytes)");

      secondId.talkTo(towardsServer);
      secondId.data(1, 512);
      secondId.expect("ERROR 5 Unknown transfer ID");
      secondId.error(0, "stop");
      secondId.expectNothing();
      thief.talkTo(towardsClient);
      thief.ack(1);
      thief.expect("ERROR 5 Unknown transfer ID");
      thief.error(0, "stop");
      thief.expectNothing();

      client.ack(1);
      server.expect("ACK 1");
      server.data(2, 3);
      client.expect("DATA 2 (3 bytes)");
      client.ack(2);
      Site.assertFields(site.transfers(1).get(0), "outcome=ok bytes=515");
      site.assertNothingIsLeftBut(2);
    }
  }

  @Test
  void aServerMayAnswerFromItsWellKnownPort() throws IOException {
    try (RawClient server = new RawClient(new InetSocketAddress("127.0.0.1", 9));
        Site site = Site.start("dally: 100ms", server.address());
        RawClient client = new RawClient(site.address())) {
      client.request(TftpPacket.wrq("up"));
      server.expect("WRQ up octet {}");
      server.ack(0);
      client.expect("ACK 0");
      client.data(1, 7);
      server.expect("DATA 1 (7 bytes)");
      server.ack(1);
      client.expect("ACK 1");
      Site.assertFields(site.transfers(1).get(0), "command=WRQ outcome=ok bytes=7");
      site.assertNothingIsLeftBut(1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void lostAndDoubledPacketsOnAllWaysAreMended(boolean singlePort) throws Exception {
    try (TftpPeer peer = TftpPeer.start(root);
        Site site = Site.start("{dally: 500ms, single-port: " + singlePort + "}", peer.address())) {
      peer.faults(TftpFaults.random(1, 0.05, 0.05));
      peer.retransmit(Duration.ofMillis(100));
      // For as many repetitions of a last block as it may take: one in ten is lost on the way.
      peer.dally(Duration.ofSeconds(4));
      ExecutorService clients = Executors.newFixedThreadPool(8);
      try {
        List<Future<byte[]>> downloads = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
          TftpClient client =
              TftpClient.to(site.address())
                  .faults(TftpFaults.random(i, 0.05, 0.05))
                  .retransmit(Duration.ofMillis(250))
                  .attempts(20)
                  .dally(Duration.ofMillis(250))
                  .option("blksize", 1428)
                  .option("windowsize", i % 2 == 0 ? 1 : 4);
          String upload = "up" + i;
          downloads.add(
              clients.submit(
                  () -> {
                    client.put(upload, content);
                    return client.get("file");
                  }));
        }
        for (int i = 0; i < downloads.size(); i++) {
          assertArrayEquals(content, downloads.get(i).get(60, TimeUnit.SECONDS));
          assertArrayEquals(content, Files.readAllBytes(root.resolve("up" + i)));
        }
      } finally {
        clients.shutdownNow();
      }
      site.assertNothingIsLeft();
      assertTrue(
          site.gateway.records("transfer").stream()
                  .filter(record -> record.get("outcome").equals("ok"))
                  .count()
              >= 32);
    }
  }

  @Test
  void aHundredTransfersAtATimeLeaveNoPortBehind() throws Exception {
    try (TftpPeer one = TftpPeer.start(root);
        TftpPeer two = TftpPeer.start(root);
        Site site = Site.start("dally: 200ms", one.address(), two.address())) {
      ExecutorService clients = Executors.newFixedThreadPool(100);
      try {
        List<Future<byte[]>> downloads = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
          TftpClient client = TftpClient.to(site.address());
          downloads.add(clients.submit(() -> client.get("file")));
        }
        for (Future<byte[]> download : downloads) {
          assertArrayEquals(content, download.get(60, TimeUnit.SECONDS));
        }
      } finally {
        clients.shutdownNow();
      }
      assertEquals(100, one.requests());
      site.transfers(100).forEach(record -> Site.assertFields(record, "outcome=ok bytes=50000"));
      site.assertNothingIsLeft();
    }
  }

  @Test
  void aSilentServerIsReplacedUnseenByTheClient() throws IOException {
    try (TftpPeer silent = TftpPeer.start(root);
        TftpPeer healthy = TftpPeer.start(root);
        Site site =
            Site.start(
                "127.0.0.1:0",
                "dally: 100ms",
                "answer-timeout: 1500ms",
                silent.address(),
                healthy.address())) {
      silent.silent(true);
      TftpClient client = TftpClient.to(site.address()).retransmit(Duration.ofSeconds(10));
      assertArrayEquals(content, client.attempts(1).get("file"));
      client.attempts(1).put("up", content);
      assertArrayEquals(content, Files.readAllBytes(root.resolve("up")));
      site.transfers(2).forEach(record -> Site.assertFields(record, "backend=boot/b outcome=ok"));
      assertEquals(2, silent.requests());
      site.assertNothingIsLeft();
    }
  }

  @Test
  void aServerThatIsGoneIsReplacedToo() throws IOException {
    InetSocketAddress gone;
    try (TftpPeer peer = TftpPeer.start(root)) {
      gone = peer.address();
    }
    try (TftpPeer healthy = TftpPeer.start(root);
        Site site =
            Site.start(
                "127.0.0.1:0", "dally: 100ms", "answer-timeout: 1500ms", gone, healthy.address())) {
      TftpClient client = TftpClient.to(site.address()).retransmit(Duration.ofSeconds(10));
      assertArrayEquals(content, client.attempts(1).get("file"));
      Site.assertFields(site.transfers(1).get(0), "backend=boot/b outcome=ok");
      site.assertNothingIsLeft();
    }
  }

  @Test
  void whenNoServerAnswersTheClientIsToldSo() throws IOException {
    try (TftpPeer silent = TftpPeer.start(root);
        Site site =
            Site.start("127.0.0.1:0", "dally: 100ms", "answer-timeout: 200ms", silent.address())) {
      silent.silent(true);
      TftpClient client = TftpClient.to(site.address()).retransmit(Duration.ofSeconds(10));
      TftpException error = assertThrows(TftpException.class, () -> client.attempts(1).get("file"));
      assertEquals("ERROR 0: No server answered, please try again later.", error.getMessage());
      Site.assertFields(site.records("session", 1).get(0), "file=file outcome=refused transfers=0");
      site.assertNothingIsLeft();
    }
  }

  @Test
  void aClientThatVanishesLeavesNoPortBehind() throws IOException {
    try (TftpPeer peer = TftpPeer.start(root);
        Site site = Site.start("idle-timeout: 400ms", peer.address())) {
      peer.retransmit(Duration.ofSeconds(5));
      try (RawClient client = new RawClient(site.address())) {
        client.request("file");
        client.expect("DATA 1 (512 bytes)");
      }
      Site.assertFields(site.transfers(1).get(0), "outcome=timed-out side=client bytes=512");
      site.assertNothingIsLeft();
      TestGateway.await("the server is told", () -> peer.running() == 0);
    }
  }

  @Test
  void aGatewayThatStopsLetsTransfersFinish() throws IOException {
    try (TftpPeer peer = TftpPeer.start(root);
        Site site = Site.start("dally: 5s", peer.address());
        RawClient client = new RawClient(site.address())) {
      client.request("file");
      client.expect("DATA 1 (512 bytes)");
      site.gateway.stop();
      for (int block = 1; block <= 97; block++) {
        client.ack(block);
        client.expect(
            "DATA " + (block + 1) + " (" + Math.min(512, 50_000 - 512 * block) + " bytes)");
      }
      client.ack(98);
      Site.assertFields(site.transfers(1).get(0), "outcome=ok bytes=50000");
      TestGateway.await("the gateway has stopped", site.gateway::stopped);
    }
  }

  @Test
  void malformedRequestsAreAnsweredAndCostNothing() throws IOException {
    try (TftpPeer peer = TftpPeer.start(root);
        Site site = Site.start("dally: 100ms", peer.address());
        RawClient client = new RawClient(site.address())) {
      client.request(TftpPacket.of((byte) 0, (byte) 1, (byte) 'x'));
      client.expect("ERROR 4 The file name does not end with NUL");
      client.request(TftpPacket.of((byte) 9));
      client.expect("ERROR 4 Illegal TFTP operation");
      client.request(TftpPacket.ack(7));
      client.expect("ERROR 5 Unknown transfer ID");
      client.request(TftpPacket.error(5, "Unknown transfer ID"));
      client.expectNothing();
      assertEquals(List.of(), site.gateway.records());
      assertEquals(0, peer.requests());
      assertArrayEquals(content, TftpClient.to(site.address()).get("file"));
      site.assertNothingIsLeftBut(1);
    }
  }

  @Test
  void aWildcardListenerAnswersFromTheAddressThatWasDialled() throws IOException {
    try (TftpPeer peer = TftpPeer.start(root);
        Site site = Site.startOn("0.0.0.0:0", "dally: 100ms", peer.address())) {
      InetAddress dialled = InetAddress.getByName("127.0.0.3");
      InetSocketAddress listener = new InetSocketAddress(dialled, site.address().getPort());
      try (RawClient client = new RawClient(listener, new InetSocketAddress("127.0.0.1", 0))) {
        client.request("file");
        InetSocketAddress from = client.expect("DATA 1 (512 bytes)");
        assertEquals(dialled, from.getAddress());
        assertNotEquals(listener.getPort(), from.getPort());
        client.error(0, "enough");
      }
      try (Site empty =
              Site.start(
                  "0.0.0.0:0", "", "answer-timeout: 100ms", new InetSocketAddress("127.0.0.1", 9));
          RawClient client =
              new RawClient(
                  new InetSocketAddress(dialled, empty.address().getPort()),
                  new InetSocketAddress("127.0.0.1", 0))) {
        client.request("file");
        InetSocketAddress from =
            client.expect("ERROR 0 No server answered, please try again later.");
        assertEquals(dialled, from.getAddress());
      }
    }
  }

  @Test
  void aWildcardListenerWithASinglePortAnswersFromTheAddressThatWasDialled() throws IOException {
    try (TftpPeer peer = TftpPeer.start(root);
        Site site = Site.startOn("0.0.0.0:0", "{single-port: true, dally: 0s}", peer.address())) {
      for (String dialled : new String[] {"127.0.0.3", "127.0.0.4", "127.0.0.3"}) {
        InetSocketAddress listener = new InetSocketAddress(dialled, site.address().getPort());
        try (RawClient client = new RawClient(listener, new InetSocketAddress("127.0.0.1", 0))) {
          client.request("file");
          assertEquals(listener, client.expect("DATA 1 (512 bytes)"));
          client.ack(1);
          assertEquals(listener, client.expect("DATA 2 (512 bytes)"));
          client.error(0, "enough");
        }
        byte[] whole = TftpClient.to(listener).option("windowsize", 4).get("file");
        assertArrayEquals(content, whole);
      }
      IOException taken =
          assertThrows(
              IOException.class,
              () -> {
                try (java.net.DatagramSocket other = new java.net.DatagramSocket(null)) {
                  other.setReuseAddress(true);
                  other.bind(new InetSocketAddress("127.0.0.3", site.address().getPort()));
                }
              });
      assertTrue(taken.getMessage().contains("in use"), taken::getMessage);
      TestGateway.await("all is over", () -> site.gateway.sessions().isEmpty());
    }
  }
}
