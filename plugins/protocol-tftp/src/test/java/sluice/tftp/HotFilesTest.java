package sluice.tftp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.testkit.TestGateway;
import sluice.testkit.TftpClient;
import sluice.testkit.TftpPeer;
import sluice.testkit.tftp.TftpException;
import sluice.testkit.tftp.TftpFaults;
import sluice.testkit.tftp.TftpPacket;

/** Files that are read from a backend once and served from memory, on real sockets. */
class HotFilesTest {

  private static final InetSocketAddress NOWHERE = new InetSocketAddress("127.0.0.1", 9);

  @TempDir private Path root;
  private TftpPeer peer;
  private final byte[] content = Site.random(300_000);

  @BeforeEach
  void start() throws IOException {
    peer = TftpPeer.start(root);
    Files.write(root.resolve("disk.img"), content);
  }

  @AfterEach
  void stop() {
    peer.close();
  }

  private static String hot(String more) {
    return "{dally: 100ms, boot-storm: {enabled: true, "
        + (more.contains("hot-files") ? more : more + "hot-files: [{files: [\"*.img\"]}]")
        + "}}";
  }

  private Site site(String more) {
    return Site.start(hot(more), peer.address());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 511, 512, 513, 1427, 1428, 65535, 65536, 65537, 131072})
  void filesOfAllSizesComeFromMemory(int size) throws IOException {
    Files.write(root.resolve("a.img"), Site.random(size));
    try (Site site = site("")) {
      TftpClient client = TftpClient.to(site.address());
      assertArrayEquals(Site.random(size), client.get("a.img"));
      assertArrayEquals(Site.random(size), client.option("blksize", 1428).get("a.img"));
      assertArrayEquals(
          Site.random(size), client.option("windowsize", 7).option("tsize", 0).get("a.img"));
      assertEquals(1, peer.requests());
      List<Map<String, Object>> transfers = site.transfers(4);
      assertEquals(1, transfers.stream().filter(t -> "boot/a".equals(t.get("backend"))).count());
      transfers.forEach(t -> Site.assertFields(t, "command=RRQ outcome=ok bytes=" + size));
      site.assertNothingIsLeft();
    }
  }

  @ParameterizedTest
  @CsvSource({"8,1", "512,1", "1428,16", "65464,1", "65464,64", "1024,64", "1428,1"})
  void everyReaderHasOptionsOfItsOwn(int blksize, int windowsize) throws IOException {
    try (Site site = site("")) {
      byte[] small = Site.random(blksize == 8 ? 5000 : 300_000);
      Files.write(root.resolve("b.img"), small);
      TftpClient client =
          TftpClient.to(site.address())
              .option("blksize", blksize)
              .option("windowsize", windowsize)
              .option("timeout", 2);
      assertArrayEquals(small, client.get("b.img"));
      assertArrayEquals(small, client.get("b.img"));
      assertEquals(1, peer.requests());
      site.assertNothingIsLeft();
    }
  }

  @Test
  void singlePortServesFromMemoryToo() throws IOException {
    try (Site site =
        Site.start(
            "{single-port: true, boot-storm: {enabled: true, hot-files: [{files: [\"*.img\"]}]}}",
            peer.address())) {
      for (int i = 0; i < 3; i++) {
        assertArrayEquals(
            content, TftpClient.to(site.address()).option("windowsize", 4).get("disk.img"));
      }
      assertEquals(1, peer.requests());
      site.assertNothingIsLeft();
    }
  }

  @Test
  void blockNumbersWrapFromMemory() throws IOException {
    byte[] large = Site.random(70_000 * 64 + 1);
    Files.write(root.resolve("large.img"), large);
    try (Site site = site("")) {
      TftpClient client =
          TftpClient.to(site.address()).option("blksize", 64).option("windowsize", 64);
      assertArrayEquals(large, client.get("large.img"));
      site.assertNothingIsLeft();
    }
  }

  @Test
  void whatIsNotHotIsRelayed() throws IOException {
    Files.write(root.resolve("file"), content);
    try (Site site = site("")) {
      TftpClient client = TftpClient.to(site.address());
      assertArrayEquals(content, client.get("file"));
      assertArrayEquals(content, client.get("file"));
      client.put("up.img", content);
      assertArrayEquals(content, Files.readAllBytes(root.resolve("up.img")));
      assertEquals(3, peer.requests());
      TftpClient netascii = client.mode("netascii");
      Files.writeString(root.resolve("text.img"), "one\ntwo\n");
      assertEquals(8, netascii.get("text.img").length);
      site.transfers(4).forEach(t -> Site.assertFields(t, "backend=boot/a outcome=ok"));
    }
  }

  @Test
  void readersFollowTheFileWhileItComes() throws Exception {
    try (RawClient server = new RawClient(NOWHERE);
        Site site = Site.start(hot(""), server.address());
        RawClient first = new RawClient(site.address());
        RawClient second = new RawClient(site.address())) {
      first.request("x.img");
      second.request(TftpPacket.request(TftpPacket.RRQ, "x.img", "octet", Map.of("tsize", "0")));
      server.expect("RRQ x.img octet {tsize=0, blksize=1428, windowsize=16}");
      server.expectNothing();
      server.send(TftpPacket.oack(Map.of("tsize", "1000", "blksize", "600")));
      server.expect("ACK 0");
      second.expect("OACK {tsize=1000}");
      second.ack(0);
      first.expectNothing();
      server.data(1, 600);
      server.expect("ACK 1");
      first.expect("DATA 1 (512 bytes)");
      second.expect("DATA 1 (512 bytes)");
      first.ack(1);
      first.expectNothing();
      server.data(2, 400);
      server.expect("ACK 2");
      first.expect("DATA 2 (488 bytes)");
      first.ack(2);
      second.ack(1);
      second.expect("DATA 2 (488 bytes)");
      second.ack(2);
      server.data(2, 400); // The last acknowledgement was lost.
      server.expect("ACK 2");
      site.transfers(3).forEach(t -> Site.assertFields(t, "outcome=ok bytes=1000"));
    }
  }

  @Test
  void aWindowGoesBackToWhatWasLostAndCopiesMultiplyNothing() throws IOException {
    Files.write(root.resolve("w.img"), Site.random(512 * 6 + 10));
    try (Site site = site("");
        RawClient client = new RawClient(site.address())) {
      client.request(
          TftpPacket.request(TftpPacket.RRQ, "w.img", "octet", Map.of("windowsize", "3")));
      client.expect("OACK {windowsize=3}");
      client.ack(0);
      client.ack(0);
      for (int block = 1; block <= 3; block++) {
        client.expect("DATA " + block + " (512 bytes)");
      }
      client.expectNothing();
      client.ack(1); // 2 was lost.
      client.ack(1);
      client.ack(1);
      for (int block = 2; block <= 4; block++) {
        client.expect("DATA " + block + " (512 bytes)");
      }
      client.expectNothing();
      client.ack(4);
      client.ack(3);
      client.expect("DATA 5 (512 bytes)");
      client.expect("DATA 6 (512 bytes)");
      client.expect("DATA 7 (10 bytes)");
      // Nothing is acknowledged: the window is sent again after a second.
      client.expect("DATA 5 (512 bytes)");
      client.expect("DATA 6 (512 bytes)");
      client.expect("DATA 7 (10 bytes)");
      client.ack(7);
      Site.assertFields(site.transfers(2).get(1), "outcome=ok bytes=3082");
    }
  }

  @Test
  void aRepeatedRequestJoinsAndStartsNothing() throws IOException {
    try (RawClient server = new RawClient(NOWHERE);
        Site site = Site.start(hot("retransmit: 5s, "), server.address());
        RawClient client = new RawClient(site.address())) {
      client.request("x.img");
      client.request("x.img");
      server.expect("RRQ x.img octet {tsize=0, blksize=1428, windowsize=16}");
      client.request("x.img");
      server.expectNothing();
      server.send(TftpPacket.oack(Map.of("tsize", "3")));
      server.expect("ACK 0");
      server.data(1, 3);
      server.expect("ACK 1");
      client.expect("DATA 1 (3 bytes)");
      client.expectNothing();
      TestGateway.await(
          "a repeated request gets the answer again",
          () -> {
            try {
              client.request("x.img");
              return client.socket.receive(Duration.ofMillis(100)).isPresent();
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          });
      client.ack(1);
      Site.assertFields(site.transfers(2).get(0), "outcome=ok");
      TestGateway.await("the client's session is over", () -> site.gateway.sessions().size() <= 1);
    }
  }

  @Test
  void aLateCopyOfTheRequestEndsNothingAndAClientThatBeganAnewIsServedAnew() throws IOException {
    try (Site site = site("");
        RawClient client = new RawClient(site.address())) {
      client.request("disk.img");
      InetSocketAddress first = client.expect("DATA 1 (512 bytes)");
      client.ack(1);
      client.expect("DATA 2 (512 bytes)");
      client.expect("DATA 2 (512 bytes)"); // Not acknowledged for a second.
      client.request("disk.img");
      client.request("disk.img");
      client.talkTo(first);
      client.ack(2);
      client.expect("DATA 3 (512 bytes)");
      assertEquals(
          1, site.gateway.sessions().stream().filter(s -> s.toString().contains("memory")).count());
      TestGateway.await(
          "one that asks again and again gets the file from its beginning",
          () -> {
            try {
              client.request("disk.img");
              return client.socket.receive(Duration.ofMillis(400)).stream()
                  .anyMatch(r -> r.packet().toString().equals("DATA 1 (512 bytes)"));
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          });
    }
  }

  @Test
  void theServersErrorIsEveryReadersError() throws IOException {
    try (Site site = site("")) {
      TftpClient client = TftpClient.to(site.address()).attempts(1);
      for (int i = 0; i < 2; i++) {
        assertEquals(
            "ERROR 1: File not found",
            assertThrows(TftpException.class, () -> client.get("none.img")).getMessage());
      }
      Files.write(root.resolve("none.img"), content);
      assertArrayEquals(content, client.get("none.img"));
      site.assertNothingIsLeft();
    }
  }

  @Test
  void aFileThatFindsNoRoomIsRelayed() throws IOException {
    try (Site site = site("memory: 128KiB, ")) {
      TftpClient client = TftpClient.to(site.address());
      assertArrayEquals(content, client.get("disk.img"));
      assertArrayEquals(content, client.get("disk.img"));
      // One question for the size, and two transfers.
      assertEquals(3, peer.requests());
      site.assertNothingIsLeft();
    }
  }

  @Test
  void whatWasNotUsedForLongMakesRoom() throws IOException {
    for (String name : List.of("a.img", "b.img", "c.img")) {
      Files.write(root.resolve(name), Site.random(60_000));
    }
    try (Site site = site("memory: 128KiB, ")) {
      TftpClient client = TftpClient.to(site.address()).option("blksize", 1428);
      for (String name : List.of("a.img", "b.img", "a.img", "c.img", "a.img", "c.img")) {
        assertArrayEquals(Site.random(60_000), client.get(name));
      }
      assertEquals(3, peer.requests());
      client.get("b.img");
      assertEquals(4, peer.requests());
      site.assertNothingIsLeft();
    }
  }

  @Test
  void aServerThatTellsNoSizeIsRelayed() throws IOException {
    try (RawClient server = new RawClient(NOWHERE);
        Site site = Site.start(hot(""), server.address());
        RawClient client = new RawClient(site.address())) {
      client.request("x.img");
      server.expect("RRQ x.img octet {tsize=0, blksize=1428, windowsize=16}");
      server.data(1, 512);
      server.expect("ERROR 0 The gateway will not keep the file");
      server.expect("RRQ x.img octet {}");
      server.data(1, 5);
      client.expect("DATA 1 (5 bytes)");
      client.ack(1);
      Site.assertFields(site.transfers(1).get(0), "backend=boot/a outcome=ok bytes=5");
    }
  }

  @Test
  void afterItsAgeAFileIsReadAgain() throws IOException {
    try (Site site = site("hot-files: [{files: [\"*.img\"], max-age: 1s}], ")) {
      TftpClient client = TftpClient.to(site.address()).option("blksize", 1428);
      assertArrayEquals(content, client.get("disk.img"));
      byte[] changed = Site.random(1000);
      Files.write(root.resolve("disk.img"), changed);
      TestGateway.await(
          "the changed file is served",
          () -> {
            try {
              return client.get("disk.img").length == 1000;
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          });
      assertArrayEquals(changed, client.get("disk.img"));
      reads(2);
    }
  }

  @Test
  void withTheSizeAsItWasAFileIsServedOn() throws IOException {
    try (Site site = site("hot-files: [{files: [\"*.img\"], max-age: 1s, revalidate: tsize}], ")) {
      TftpClient client = TftpClient.to(site.address()).option("blksize", 1428);
      assertArrayEquals(content, client.get("disk.img"));
      TestGateway.await(
          "a server is asked for the size",
          () -> {
            try {
              assertArrayEquals(content, client.get("disk.img"));
              return peer.requests() == 2;
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          });
      TestGateway.await("the server heard that it was enough", () -> peer.errors().size() == 1);
      reads(1);
      Files.write(root.resolve("disk.img"), Site.random(1000));
      TestGateway.await(
          "a file of another size is read",
          () -> {
            try {
              return client.get("disk.img").length == 1000;
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          });
      site.assertNothingIsLeft();
    }
  }

  /** A server is asked, answers and sends the first block, and then nothing more. */
  private static void sendsOneBlock(RawClient server, int size) throws IOException {
    server.expect("RRQ disk.img octet {tsize=0, blksize=1428, windowsize=16}");
    server.send(TftpPacket.oack(Map.of("tsize", Integer.toString(size), "blksize", "1428")));
    server.expect("ACK 0");
    server.send(TftpPacket.data(1, Site.random(300_000), 0, 1428));
    server.expect("ACK 1");
  }

  @Test
  void whenAServerFailsInTheMiddleTheNextGoesOn() throws IOException {
    try (RawClient failing = new RawClient(NOWHERE);
        Site site =
            Site.start(hot("retransmit: 200ms, retries: 20, "), failing.address(), peer.address());
        RawClient reader = new RawClient(site.address())) {
      reader.request(
          TftpPacket.request(
              TftpPacket.RRQ, "disk.img", "octet", Map.of("blksize", "1428", "windowsize", "64")));
      sendsOneBlock(failing, 300_000);
      reader.expect("OACK {blksize=1428, windowsize=64}");
      reader.ack(0);
      reader.expect("DATA 1 (1428 bytes)");
      failing.error(0, "disk error");
      reader.expect("DATA 2 (1428 bytes)");
      reader.error(0, "enough");
      assertArrayEquals(content, TftpClient.to(site.address()).get("disk.img"));
      assertEquals(1, peer.requests());
    }
  }

  @Test
  void aServerThatFallsSilentIsReplacedToo() throws IOException {
    try (RawClient failing = new RawClient(NOWHERE);
        Site site =
            Site.start(hot("retransmit: 100ms, retries: 3, "), failing.address(), peer.address());
        RawClient reader = new RawClient(site.address())) {
      reader.request("disk.img");
      sendsOneBlock(failing, 300_000);
      reader.expect("DATA 1 (512 bytes)");
      reader.ack(1);
      TestGateway.await("the next server is asked", () -> peer.requests() == 1);
      assertArrayEquals(content, TftpClient.to(site.address()).get("disk.img"));
    }
  }

  @Test
  void whenTheNextServerHasAnotherFileReadersAreTold() throws IOException {
    try (RawClient failing = new RawClient(NOWHERE);
        Site site = Site.start(hot(""), failing.address(), peer.address());
        RawClient reader = new RawClient(site.address())) {
      reader.request("disk.img");
      sendsOneBlock(failing, 299_999);
      reader.expect("DATA 1 (512 bytes)");
      failing.error(0, "disk error");
      reader.expect(
          "ERROR 0 The server stopped in the middle of the file, and the next has another");
      Files.write(root.resolve("disk.img"), Site.random(70_000));
      assertArrayEquals(Site.random(70_000), readFromSecond(site, failing));
    }
  }

  /** The first server is asked again, and says that it has no such file. */
  private static byte[] readFromSecond(Site site, RawClient first) throws IOException {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<byte[]> read = thread.submit(() -> TftpClient.to(site.address()).get("disk.img"));
      first.expect("RRQ disk.img octet {tsize=0, blksize=1428, windowsize=16}");
      first.send(TftpPacket.oack(Map.of("tsize", "70000", "blksize", "65464")));
      // More than was asked for: the gateway does not take it, and relays.
      first.expect("ERROR 0 The gateway will not keep the file");
      first.expect("RRQ disk.img octet {}");
      byte[] content = Site.random(70_000);
      for (int block = 1; block <= 137; block++) {
        int from = (block - 1) * 512;
        first.send(TftpPacket.data(block, content, from, Math.min(512, 70_000 - from)));
        first.expect("ACK " + block);
      }
      return read.get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void aClientThatVanishesLeavesNothingBehind() throws IOException {
    try (Site site = site("retransmit: 100ms, retries: 3, ")) {
      try (RawClient client = new RawClient(site.address())) {
        client.request("disk.img");
        client.expect("DATA 1 (512 bytes)");
      }
      TestGateway.await("both are over", () -> site.gateway.records("transfer").size() == 2);
      List<Map<String, Object>> transfers = site.gateway.records("transfer");
      assertEquals(
          1,
          transfers.stream()
              .filter(t -> "aborted".equals(t.get("outcome")) && "client".equals(t.get("side")))
              .count(),
          transfers::toString);
      site.assertNothingIsLeft();
      // Its read of the backend was not in vain.
      assertArrayEquals(content, TftpClient.to(site.address()).get("disk.img"));
      assertEquals(1, peer.requests());
    }
  }

  @Test
  void aClientThatSaysNothingIsGivenUp() throws IOException {
    try (Site site = site("retransmit: 100ms, retries: 3, ");
        RawClient client = new RawClient(site.address())) {
      client.request("disk.img");
      for (int i = 0; i < 4; i++) {
        client.expect("DATA 1 (512 bytes)");
      }
      client.expect("ERROR 0 The transfer is over: the client does not acknowledge");
      Site.assertFields(
          site.transfers(2).stream()
              .filter(t -> "memory".equals(t.get("hot")))
              .findFirst()
              .orElseThrow(),
          "outcome=timed-out side=client backend= bytes=0");
      site.assertNothingIsLeftBut(1);
    }
  }

  @Test
  void oneSocketMayFetchOneHotFileAfterTheOther() throws IOException {
    try (Site site = site("")) {
      int port = Site.freePorts(1);
      TftpClient client =
          TftpClient.to(site.address()).from(new InetSocketAddress("127.0.0.1", port));
      for (int i = 0; i < 5; i++) {
        assertArrayEquals(content, client.get("disk.img"));
      }
      assertEquals(1, peer.requests());
    }
  }

  @Test
  void lostAndDoubledPacketsAreMended() throws Exception {
    try (Site site = site("retransmit: 200ms, retries: 30, ")) {
      peer.faults(TftpFaults.random(1, 0.05, 0.05));
      peer.retransmit(Duration.ofMillis(100));
      ExecutorService clients = Executors.newFixedThreadPool(8);
      try {
        List<Future<byte[]>> downloads = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
          TftpClient client =
              TftpClient.to(site.address())
                  .faults(TftpFaults.random(i, 0.05, 0.05))
                  .retransmit(Duration.ofMillis(250))
                  .attempts(30)
                  .dally(Duration.ofMillis(300))
                  .option("blksize", 1428)
                  .option("windowsize", i % 2 == 0 ? 1 : 8);
          downloads.add(clients.submit(() -> client.get("disk.img")));
        }
        for (Future<byte[]> download : downloads) {
          assertArrayEquals(content, download.get(60, TimeUnit.SECONDS));
        }
      } finally {
        clients.shutdownNow();
      }
      reads(1);
      site.assertNothingIsLeft();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hot-files: [{files: [\"*.img\"]}] | boot-storm has options but is not enabled",
        "enabled: true, hot-files: [{files: []}] | files has at least one pattern",
        "enabled: true, hot-files: [{files: [\"a/\"]}] | has a folder without a name",
        "enabled: true, hot-files: [{files: [a], max-age: 0s}] | max-age is 1s or longer",
        "enabled: true, memory: 1KiB | memory is 64KiB or more",
        "enabled: true, queue: 0 | queue",
        "enabled: true, patience: 0s | patience is 1s to 10m",
        "enabled: true, retransmit: 1ms | retransmit is 100ms to 60s"
      })
  void whatCannotBeIsAProblemOfTheDescriptor(String options, String problem) {
    String message =
        assertThrows(
                IllegalStateException.class,
                () -> Site.start("{boot-storm: {" + options + "}}", NOWHERE))
            .getMessage();
    assertTrue(message.contains(problem), message);
  }

  /** Waits for so many whole reads at the server, which counts one a moment after it is over. */
  private void reads(int count) {
    TestGateway.await(count + " reads", () -> peer.completed() >= count);
    assertEquals(count, peer.completed());
  }
}
