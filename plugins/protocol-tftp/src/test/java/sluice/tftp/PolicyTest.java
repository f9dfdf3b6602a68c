package sluice.tftp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sluice.testkit.TestGateway;
import sluice.testkit.TftpClient;
import sluice.testkit.TftpPeer;
import sluice.testkit.tftp.TftpException;
import sluice.testkit.tftp.TftpPacket;
import sluice.tftp.check.TftpCheckFactory;

/** What a listener's options forbid, limit and send elsewhere, on real sockets. */
class PolicyTest {

  private static final InetSocketAddress NOWHERE = new InetSocketAddress("127.0.0.1", 9);

  @TempDir private Path root;
  private TftpPeer peer;

  @BeforeEach
  void start() throws IOException {
    peer = TftpPeer.start(root);
    Files.write(root.resolve("file"), Site.random(5000));
  }

  @AfterEach
  void stop() {
    peer.close();
  }

  private static String refusal(Site site, String file) {
    TftpClient client = TftpClient.to(site.address()).attempts(1);
    return assertThrows(TftpException.class, () -> client.get(file)).getMessage();
  }

  @Test
  void refusalsNameTheRule() throws IOException {
    String rules =
        "{read-only: true, mail: refuse, rules: [{name: no secrets, files: [\"secret/**\"], access:"
            + " deny}, {files: [\"*.key\"], clients: [127.0.0.0/8], access: deny}]}";
    try (Site site = Site.start(rules, peer.address())) {
      assertEquals(
          "ERROR 2: Access violation: denied by rule \"no secrets\"", refusal(site, "secret/a"));
      assertEquals(
          "ERROR 2: Access violation: denied by rule \"no secrets\"",
          refusal(site, "/pub/..//secret/./a"));
      assertEquals(
          "ERROR 2: Access violation: denied by rule 2 (files *.key, clients 127.0.0.0/8)",
          refusal(site, "my.key"));
      TftpClient client = TftpClient.to(site.address()).attempts(1);
      assertEquals(
          "ERROR 2: Access violation: this listener is read-only",
          assertThrows(TftpException.class, () -> client.put("up", new byte[1])).getMessage());
      assertEquals(
          "ERROR 4: Mode mail is refused here (mail: refuse)",
          assertThrows(TftpException.class, () -> client.mode("mail").get("file")).getMessage());
      assertEquals(0, peer.requests());
      assertEquals(5000, client.get("file").length);
      Site.assertFields(
          site.records("session", 6).get(0), "outcome=refused transfers=0 file=secret/a");
      site.assertNothingIsLeft();
    }
  }

  @Test
  void anOfferIsMadeSmallerAndAllElseIsPassedOnAsItCame() throws IOException {
    try (RawClient server = new RawClient(NOWHERE);
        Site site = Site.start("{max-blksize: 1400, max-windowsize: 8}", server.address());
        RawClient client = new RawClient(site.address())) {
      client.request(
          TftpPacket.of(
              "\0\1f\0OcTet\0x\0y\0BLKSIZE\00065464\0tsize\0000\0windowSize\00064\0z\0"
                  .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)));
      byte[] seen = server.next().packet().bytes();
      assertEquals(
          "..f.OcTet.x.y.BLKSIZE.1400.tsize.0.windowSize.8.z.",
          new String(seen, java.nio.charset.StandardCharsets.ISO_8859_1)
              .replaceAll("[\\x00\\x01]", "."));
    }
  }

  @Test
  void whatIsWithinTheLimitsIsPassedOnAsItCame() throws IOException {
    try (RawClient server = new RawClient(NOWHERE);
        Site site = Site.start("{max-blksize: 1400, max-windowsize: 8}", server.address());
        RawClient client = new RawClient(site.address())) {
      client.request(
          TftpPacket.request(TftpPacket.RRQ, "f", "octet", java.util.Map.of("blksize", "1400")));
      server.expect("RRQ f octet {blksize=1400}");
    }
  }

  @Test
  void anAnswerThatBreaksTheRuleIsRefusedAndTheNextServerAsked() throws IOException {
    try (RawClient greedy = new RawClient(NOWHERE);
        Site site =
            Site.start("{max-blksize: 1000, dally: 100ms}", greedy.address(), peer.address());
        RawClient client = new RawClient(site.address())) {
      client.request(
          TftpPacket.request(TftpPacket.RRQ, "file", "octet", java.util.Map.of("blksize", "1428")));
      greedy.expect("RRQ file octet {blksize=1000}");
      greedy.send(TftpPacket.oack(java.util.Map.of("blksize", "1428")));
      greedy.expect("ERROR 8 The server granted blksize 1428, max-blksize is 1000");
      client.expect("OACK {blksize=1000}");
      client.error(0, "enough");
      Site.assertFields(site.transfers(1).get(0), "backend=boot/b");
    }
  }

  @Test
  void ifNoServerKeepsTheRuleTheClientIsToldWhich() throws IOException {
    try (RawClient greedy = new RawClient(NOWHERE);
        Site site = Site.start("max-windowsize: 4", greedy.address());
        RawClient client = new RawClient(site.address())) {
      client.request(
          TftpPacket.request(TftpPacket.RRQ, "f", "octet", java.util.Map.of("windowsize", "16")));
      greedy.expect("RRQ f octet {windowsize=4}");
      greedy.send(TftpPacket.oack(java.util.Map.of("windowsize", "16")));
      client.expect(
          "ERROR 0 No server answered, please try again later. The server granted windowsize 16,"
              + " max-windowsize is 4");
    }
  }

  @Test
  void blocksFitTheLink() throws IOException {
    try (RawClient server = new RawClient(NOWHERE);
        Site site = Site.start("{blksize-by-mtu: true, max-blksize: 1300}", server.address());
        Site loopback = Site.start("{blksize-by-mtu: true}", server.address());
        RawClient client = new RawClient(site.address());
        RawClient other = new RawClient(loopback.address())) {
      TftpPacket request =
          TftpPacket.request(TftpPacket.RRQ, "f", "octet", java.util.Map.of("blksize", "65464"));
      client.request(request);
      server.expect("RRQ f octet {blksize=1300}");
      other.request(request);
      int fitting = new Mtus().blksize(NOWHERE.getAddress());
      assertTrue(fitting > 8, () -> "the loopback's MTU gives " + fitting);
      server.expect("RRQ f octet {blksize=" + fitting + "}");
    }
  }

  @Test
  void pathsGoToTheirPools(@TempDir Path configs, @TempDir Path images) throws IOException {
    Files.createDirectories(configs.resolve("pxelinux.cfg"));
    Files.write(configs.resolve("pxelinux.cfg/default"), Site.random(10));
    Files.write(images.resolve("disk.img"), Site.random(2000));
    try (TftpPeer config = TftpPeer.start(configs);
        TftpPeer image = TftpPeer.start(images);
        TestGateway gateway =
            TestGateway.start(
                """
                listeners:
                  boot:
                    protocol: tftp
                    bind: "127.0.0.1:0"
                    pool: rest
                    options:
                      dally: 100ms
                      routes:
                        - { files: ["pxelinux.cfg/*"], pool: config }
                        - { files: ["*.img"], pool: images }
                pools:
                  rest: { balance: { strategy: first }, backends: { a: { address: "%s" } } }
                  config: { balance: { strategy: first }, backends: { a: { address: "%s" } } }
                  images: { balance: { strategy: first }, backends: { a: { address: "%s" } } }
                """
                    .formatted(text(peer), text(config), text(image)),
                new TftpProtocolFactory(),
                new TftpCheckFactory())) {
      TftpClient client = TftpClient.to(gateway.address("boot"));
      assertArrayEquals(Site.random(10), client.get("/pxelinux.cfg/default"));
      assertArrayEquals(Site.random(2000), client.get("disk.img"));
      assertArrayEquals(Site.random(5000), client.get("file"));
      TestGateway.await("three records", () -> gateway.records("transfer").size() == 3);
      assertEquals("config/a", gateway.records("transfer").get(0).get("backend"));
      assertEquals("images/a", gateway.records("transfer").get(1).get("backend"));
      assertEquals("rest/a", gateway.records("transfer").get(2).get("backend"));
    }
  }

  private static String text(TftpPeer peer) {
    return peer.address().getAddress().getHostAddress() + ":" + peer.address().getPort();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "max-blksize: 7 | max-blksize is 8 to 65464, or 0 for no limit, but is 7",
        "max-blksize: 70000 | 65464",
        "max-windowsize: -1 | -1",
        "mail: ignore | expected one of pass, refuse",
        "rules: [{access: maybe}] | expected one of allow, read-only, deny",
        "rules: [{files: [\"a\\\\\\\\b\"], access: deny}] | the pattern \"a\\\\b\" has a backslash",
        "rules: [{clients: [10.0.0.1/8], access: deny}] | 10.0.0.1/8 has bits set after its prefix",
        "routes: [{files: [\"*.img\"], pool: nowhere}] | nowhere",
        "routes: [{files: [\"{a\"], pool: boot}] | the pattern \"{a\" has braces"
      })
  void whatCannotBeIsAProblemOfTheDescriptor(String options, String problem) {
    String message =
        assertThrows(IllegalStateException.class, () -> Site.start("{" + options + "}", NOWHERE))
            .getMessage();
    assertTrue(message.contains(problem), message);
    assertFalse(message.contains("Exception"), message);
  }
}
