package sluice.tftp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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

/** Whole transfers between a client and a server, through a gateway. */
class TransfersTest {

  @TempDir private Path root;
  private TftpPeer peer;
  private Site site;

  @BeforeEach
  void start() throws IOException {
    peer = TftpPeer.start(root);
    site = Site.start("dally: 100ms", peer.address());
  }

  @AfterEach
  void stop() {
    site.close();
    peer.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 511, 512, 513, 1024})
  void filesOfAllSizesGoBothWays(int size) throws IOException {
    byte[] content = Site.random(size);
    TftpClient client = TftpClient.to(site.address());

    client.put("file", content);
    assertArrayEquals(content, Files.readAllBytes(root.resolve("file")));
    assertArrayEquals(content, client.get("file"));

    List<Map<String, Object>> transfers = site.transfers(2);
    Site.assertFields(
        transfers.get(0),
        "command=WRQ mode=octet direction=upload file=file outcome=ok bytes=" + size);
    Site.assertFields(
        transfers.get(1),
        "command=RRQ mode=octet direction=download file=file outcome=ok backend=boot/a bytes="
            + size);
    site.assertNothingIsLeft();
  }

  @ParameterizedTest
  @CsvSource({"8,1", "1428,1", "512,8", "1428,16", "65464,1", "1024,64"})
  void optionsAreBetweenClientAndServer(int blksize, int windowsize) throws IOException {
    byte[] content = Site.random(blksize * 300 > 1_000_000 ? 1_000_000 : blksize * 300);
    TftpClient client =
        TftpClient.to(site.address())
            .option("BlkSize", blksize)
            .option("windowsize", windowsize)
            .option("tsize", 0)
            .option("timeout", 2);

    client.put("file", content);
    assertArrayEquals(content, client.get("file"));

    site.transfers(2)
        .forEach(record -> Site.assertFields(record, "outcome=ok bytes=" + content.length));
    site.assertNothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(ints = {65535 * 512 - 1, 65535 * 512, 65535 * 512 + 1})
  void blockNumbersWrapInAWindow(int size) throws IOException {
    byte[] content = Site.random(size);
    TftpClient client = TftpClient.to(site.address()).option("windowsize", 16);
    client.put("file", content);
    assertArrayEquals(content, client.get("file"));
    site.transfers(2).forEach(record -> Site.assertFields(record, "outcome=ok bytes=" + size));
    site.assertNothingIsLeft();
  }

  @Test
  void blockNumbersWrapBlockByBlock() throws IOException {
    byte[] content = Site.random(65535 * 512 + 1);
    Files.write(root.resolve("file"), content);
    assertArrayEquals(content, TftpClient.to(site.address()).get("file"));
    Site.assertFields(site.transfers(1).get(0), "outcome=ok bytes=" + content.length);
    site.assertNothingIsLeft();
  }

  @Test
  void netasciiPassesAsItIs() throws IOException {
    byte[] text = "one\ntwo\rthree\r\n".repeat(100).getBytes(StandardCharsets.US_ASCII);
    TftpClient client = TftpClient.to(site.address()).mode("NetASCII");
    client.put("text", text);
    assertArrayEquals(text, Files.readAllBytes(root.resolve("text")));
    assertArrayEquals(text, client.get("text"));
    site.transfers(2).forEach(record -> Site.assertFields(record, "mode=netascii outcome=ok"));
    site.assertNothingIsLeft();
  }

  @Test
  void aServersErrorIsTheClientsAnswer() {
    TftpClient client = TftpClient.to(site.address());
    TftpException notFound = assertThrows(TftpException.class, () -> client.get("nothing"));
    assertEquals("ERROR 1: File not found", notFound.getMessage());
    // The mode is obsolete, but whether it is served is the server's decision.
    TftpException mail =
        assertThrows(TftpException.class, () -> client.mode("mail").put("someone", new byte[3]));
    assertEquals("ERROR 4: Mode mail is not supported", mail.getMessage());

    List<Map<String, Object>> transfers = site.transfers(2);
    Site.assertFields(transfers.get(0), "command=RRQ file=nothing outcome=failed side=backend");
    assertEquals("ERROR 1: File not found", transfers.get(0).get("cause"));
    Site.assertFields(transfers.get(1), "command=WRQ mode=mail outcome=failed side=backend");
    site.assertNothingIsLeft();
  }

  @Test
  void everyTransferHasAPortOfItsOwnWithinTheRange() throws Exception {
    Files.write(root.resolve("file"), Site.random(100));
    int first = Site.freePorts(3);
    try (Site ranged = Site.start("transfer-ports: " + first + "-" + (first + 2), peer.address())) {
      Set<Integer> ports = new TreeSet<>();
      try (RawClient one = new RawClient(ranged.address());
          RawClient two = new RawClient(ranged.address());
          RawClient three = new RawClient(ranged.address())) {
        for (RawClient client : List.of(one, two, three)) {
          client.request("file");
          ports.add(client.expect("DATA 1 (100 bytes)").getPort());
        }
      }
      assertEquals(Set.of(first, first + 1, first + 2), ports);
    }
  }

  @Test
  void withoutAFreePortTheClientIsToldSo() throws Exception {
    Files.write(root.resolve("file"), Site.random(100));
    int port = Site.freePorts(1);
    try (Site ranged = Site.start("transfer-ports: " + port, peer.address());
        RawClient one = new RawClient(ranged.address());
        RawClient two = new RawClient(ranged.address())) {
      one.request("file");
      one.expect("DATA 1 (100 bytes)");
      two.request("file");
      two.expect("ERROR 0 no port is free for the transfer");
      TestGateway.await("the server knows", () -> peer.errors().size() == 1);
      one.ack(1);
      Site.assertFields(ranged.transfers(2).get(0), "outcome=failed side=client");
      Site.assertFields(ranged.transfers(2).get(1), "outcome=ok");
    }
  }

  @Test
  void singlePortAnswersFromTheListeningPort() throws Exception {
    try (Site single = Site.start("{single-port: true, dally: 100ms}", peer.address())) {
      byte[] content = Site.random(100_000);
      TftpClient client = TftpClient.to(single.address()).option("windowsize", 4);
      client.put("file", content);
      assertArrayEquals(content, client.get("file"));
      assertArrayEquals(content, TftpClient.to(single.address()).get("file"));
      try (RawClient raw = new RawClient(single.address())) {
        raw.request("file");
        assertEquals(single.address(), raw.expect("DATA 1 (512 bytes)"));
        raw.error(0, "enough");
      }
      Site.assertFields(single.transfers(4).get(3), "outcome=aborted side=client");
      single.assertNothingIsLeft();
    }
  }

  @Test
  void ipv6ClientsReachServersOfEitherFamily() throws Exception {
    try (TftpPeer six = TftpPeer.start("::1", root);
        Site fromSix = Site.startOn("[::1]:0", "dally: 100ms", peer.address());
        Site toSix = Site.startOn("[::1]:0", "{single-port: true, dally: 100ms}", six.address())) {
      byte[] content = Site.random(5000);
      TftpClient.to(fromSix.address()).put("file", content);
      assertArrayEquals(content, TftpClient.to(toSix.address()).get("file"));
      TftpClient.to(site.address()).put("file", content);
      try (Site fourToSix = Site.start("dally: 100ms", six.address())) {
        assertArrayEquals(content, TftpClient.to(fourToSix.address()).get("file"));
      }
    }
  }
}
