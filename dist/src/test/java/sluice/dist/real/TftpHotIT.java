package sluice.dist.real;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sluice.dist.peers.ClientRun;
import sluice.dist.peers.Loopback;
import sluice.dist.peers.PackagedGateway;
import sluice.dist.peers.Programs;
import sluice.dist.peers.Samples;
import sluice.dist.peers.Scratch;
import sluice.dist.peers.clients.Move;
import sluice.dist.peers.clients.TftpClients;
import sluice.dist.peers.servers.RealServer;
import sluice.dist.peers.servers.TftpServers;
import sluice.testkit.TftpClient;
import sluice.testkit.TftpPeer;
import sluice.testkit.tftp.TftpException;

/** Hot files between real clients and real servers, and the sample of a site that uses them. */
@Timeout(180)
class TftpHotIT {

  private final Scratch scratch = Scratch.create("tftp-hot");
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
    scratch.close();
  }

  @ParameterizedTest
  @EnumSource
  void everyClientGetsFilesThatTheServerWasAskedForOnce(TftpServers kind) throws Exception {
    kind.require();
    RealServer server = kind.start(Loopback.v4());
    open.add(server);
    InetAddress at = Loopback.v4();
    InetSocketAddress bind = new InetSocketAddress(at, Loopback.freePort(at));
    for (int size : Samples.SMALL) {
      Samples.random(server.root().resolve("hot-" + size), size, size);
    }
    try (PackagedGateway gateway =
        PackagedGateway.start(
            """
            listeners:
              boot:
                protocol: tftp
                bind: "%s"
                pool: boot
                options: { boot-storm: { enabled: true, hot-files: [{ files: ["hot-*"] }] } }
            pools:
              boot: { backends: { one: { address: "%s" } } }
            """
                .formatted(Loopback.hostPort(bind), Loopback.hostPort(server.address())))) {
      int reads = 0;
      for (int size : Samples.SMALL) {
        Path original = server.root().resolve("hot-" + size);
        for (TftpClients client : TftpClients.values()) {
          client.require();
          Path local = scratch.path().resolve(client + "-" + size);
          ClientRun run =
              client.run(bind, false, Move.down("hot-" + size, local), scratch.folder("client"));
          check(run, original, local, gateway, server);
          reads++;
        }
        Path local = scratch.path().resolve("busybox-" + size);
        check(busybox(bind, "hot-" + size, local), original, local, gateway, server);
        reads++;
      }
      List<JsonNode> served =
          gateway.awaitRecords(
              reads,
              r ->
                  r.path("type").asText().equals("transfer")
                      && r.path("hot").asText().equals("memory")
                      && r.path("outcome").asText().equals("ok"));
      assertEquals(reads, served.size());
      List<JsonNode> asked =
          gateway.awaitRecords(
              Samples.SMALL.size(),
              r ->
                  r.path("type").asText().equals("transfer")
                      && r.path("backend").asText().equals("boot/one"));
      assertEquals(Samples.SMALL.size(), asked.size(), asked::toString);
    }
  }

  private ClientRun busybox(InetSocketAddress server, String file, Path local) {
    Programs.require(Programs.BUSYBOX);
    return ClientRun.of(
        scratch.folder("client"),
        "",
        List.of(
            Programs.BUSYBOX.path(),
            "tftp",
            "-g",
            "-b",
            "1428",
            "-l",
            local.toString(),
            "-r",
            file,
            server.getAddress().getHostAddress(),
            Integer.toString(server.getPort())));
  }

  private static void check(
      ClientRun run, Path original, Path local, PackagedGateway gateway, RealServer server) {
    assertTrue(run.ok(), () -> original + "\n" + run.story() + gateway.log() + server.log());
    assertEquals(
        Samples.hash(original),
        Samples.hash(local),
        () -> original + "\n" + run.story() + gateway.log() + server.log());
  }

  @Test
  void theSampleOfAPxeSiteServesLoadersConfigurationsAndImages() throws Exception {
    InetAddress at = Loopback.v4();
    int port = Loopback.freePort(at);
    Map<String, String> variables = new HashMap<>();
    variables.put("PXE_BIND", at.getHostAddress());
    variables.put("PXE_PORT", Integer.toString(port));
    variables.put("PXE_PORTS", "0");
    variables.put("PXE_TRUSTED", "127.99.0.0/16");
    List<TftpPeer> loaders = new ArrayList<>();
    List<TftpPeer> images = new ArrayList<>();
    for (String name : List.of("PXE_LOADERS_A", "PXE_LOADERS_B", "PXE_IMAGES_A", "PXE_IMAGES_B")) {
      Path root = scratch.folder(name);
      for (String folder : List.of("grub", "secret")) {
        Files.createDirectories(root.resolve(folder));
      }
      Files.writeString(root.resolve("canary.txt"), "tweet");
      Files.writeString(root.resolve("pxelinux.0"), "loader");
      Files.writeString(root.resolve("secret/key"), "secret");
      Samples.random(root.resolve("disk.img"), 300_000, 7);
      TftpPeer peer = TftpPeer.start(root);
      open.add(peer);
      variables.put(name, Loopback.hostPort(peer.address()));
      (name.contains("LOADERS") ? loaders : images).add(peer);
    }
    Path configs = scratch.folder("configs");
    Files.createDirectories(configs.resolve("pxelinux.cfg"));
    Files.writeString(configs.resolve("pxelinux.cfg/default"), "config");
    TftpPeer config = TftpPeer.start(configs);
    open.add(config);
    variables.put("PXE_CONFIGS", Loopback.hostPort(config.address()));
    String sample =
        Files.readString(Path.of(System.getProperty("sluice.home"), "samples", "tftp-pxe.yaml"));
    try (PackagedGateway gateway = PackagedGateway.start(sample, variables)) {
      InetSocketAddress address = new InetSocketAddress(at, port);
      TftpClient client = TftpClient.to(address).option("blksize", 1428).option("windowsize", 8);
      byte[] image = Files.readAllBytes(scratch.path().resolve("PXE_IMAGES_A/disk.img"));
      for (int i = 0; i < 5; i++) {
        assertEquals("loader", new String(client.get("pxelinux.0")));
        assertEquals("config", new String(client.get("/pxelinux.cfg/default")));
        assertArrayEquals(image, client.get("disk.img"));
      }
      assertEquals(
          "ERROR 2: Access violation: denied by rule \"secrets\"", refusal(client, "secret/key"));
      assertEquals(
          "secret",
          new String(client.from(new InetSocketAddress("127.99.0.1", 0)).get("secret/key")));
      assertEquals(5, config.completed());
      gateway.awaitRecords(
          10,
          r ->
              r.path("hot").asText().equals("memory")
                  && r.path("type").asText().equals("transfer"));
      assertEquals(
          1,
          gateway.records().stream()
              .filter(r -> r.path("type").asText().equals("transfer"))
              .filter(r -> r.path("backend").asText().startsWith("images/"))
              .count());
    }
  }

  private static String refusal(TftpClient client, String file) {
    return assertThrows(TftpException.class, () -> client.get(file)).getMessage();
  }
}
