package sluice.dist.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sluice.dist.peers.ClientRun;
import sluice.dist.peers.Loopback;
import sluice.dist.peers.PackagedGateway;
import sluice.dist.peers.Programs;
import sluice.dist.peers.Samples;
import sluice.dist.peers.Scratch;
import sluice.testkit.FtpPeer;
import sluice.testkit.SshPeer;
import sluice.testkit.TftpClient;
import sluice.testkit.TftpPeer;

/**
 * The samples that say in a descriptor what well-known articles on balancing FTP do with other
 * means, each run as it is shipped with other addresses and ports. Every server has a file of its
 * own content, so that data from a wrong server is seen.
 */
@Timeout(180)
class SeedSamplesIT {

  private static final int RANGE = 10;

  private final InetAddress gatewayAddress = Loopback.v4();
  private final int first = ThreadLocalRandom.current().nextInt(20_000, 30_000);
  private final Scratch scratch = Scratch.create("seeds");
  private final Map<String, String> variables = new HashMap<>();
  private final List<AutoCloseable> open = new ArrayList<>();
  private int port = Loopback.freePort(gatewayAddress);

  SeedSamplesIT() {
    variables.put("SEED_BIND", gatewayAddress.getHostAddress());
    variables.put("SEED_PORT", String.valueOf(port));
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
    scratch.close();
  }

  @Test
  void theMailingListsTwoServersWithRangesOfTheirOwn() throws Exception {
    passive("A", 0, null);
    FtpPeer b = passive("B", 1, null);
    try (PackagedGateway gateway = start("seed-haproxy-list")) {
      assertEquals(Set.of("A", "B"), served(4, "EPSV"));
      assertEquals(Set.of("A", "B"), served(4, "PASV"));

      b.close();
      gateway.awaitState("files", "b", "down", Duration.ofSeconds(30));
      assertEquals(Set.of("A"), served(3, "PASV"));
    }
  }

  @Test
  void theArticlesThreeServersWithLeastConnections() throws Exception {
    passive("A", 0, null);
    passive("B", 1, null);
    passive("C", 2, null);
    try (PackagedGateway gateway = start("seed-three-servers")) {
      assertEquals(Set.of("A", "B", "C"), served(6, "PASV"));
      // Each session has fetched two files and brought one.
      gateway.awaitRecords(18, r -> "static".equals(r.path("mode").asText()));
    }
  }

  @Test
  void alfrescoBehindKeepalivedWithActiveAndPassiveClients() throws Exception {
    // Alfresco's own ranges stay, and it announces no other address than its own.
    server("A", FtpPeer.DataPorts.ANY, null);
    server("B", FtpPeer.DataPorts.ANY, null);
    try (PackagedGateway gateway = start("seed-alfresco-keepalived")) {
      for (String mode : List.of("PASV", "EPSV", "PORT", "EPRT")) {
        assertEquals(Set.of("A", "B"), served(2, mode), () -> mode + gateway.log());
      }
    }
  }

  @Test
  void alfrescoBehindHaproxyWithAPoolOfPortsForEachNode() throws Exception {
    FtpPeer a = alfresco("A", 0, null);
    FtpPeer b = alfresco("B", 1, null);
    variables.put("SEED_CHECK_PORT", String.valueOf(a.address().getPort()));
    assertEquals(a.address().getPort(), b.address().getPort());
    try (PackagedGateway gateway = start("seed-alfresco-haproxy")) {
      assertEquals(Set.of("A", "B"), served(4, "EPSV"), gateway::log);
    }
  }

  // TLS 1.2: this server answers most of curl's uploads under 1.3 with 426, without a gateway too.
  @Test
  void alfrescosNodesAreServedUnderExplicitTlsWithTheirOwnCertificate() throws Exception {
    FtpPeer.Tls tls = tls(false);
    FtpPeer a = alfresco("A", 0, tls);
    alfresco("B", 1, tls);
    variables.put("SEED_CHECK_PORT", String.valueOf(a.address().getPort()));
    try (PackagedGateway gateway = start("seed-alfresco-haproxy")) {
      assertEquals(
          Set.of("A", "B"),
          served(
              4,
              "EPSV",
              "ftp",
              "--ssl-reqd",
              "--tls-max",
              "1.2",
              "--cacert",
              certificate().toString()),
          gateway::log);
    }
  }

  @Test
  void alfrescosNodesAreServedUnderImplicitTlsWithTheirOwnCertificate() throws Exception {
    FtpPeer.Tls tls = tls(true);
    FtpPeer a = alfresco("A", 0, tls);
    alfresco("B", 1, tls);
    variables.put("SEED_CHECK_PORT", String.valueOf(a.address().getPort()));
    variables.put("SEED_CONTROL", "passthrough-implicit");
    try (PackagedGateway gateway = start("seed-alfresco-haproxy")) {
      assertEquals(
          Set.of("A", "B"),
          served(4, "EPSV", "ftps", "--tls-max", "1.2", "--cacert", certificate().toString()),
          gateway::log);
    }
  }

  @Test
  void zevenetsFarmsForFtpTftpAndSftp() throws Exception {
    server("A", FtpPeer.DataPorts.ANY, null);
    server("B", FtpPeer.DataPorts.ANY, null);
    int tftpPort = Loopback.freePort(gatewayAddress);
    int sftpPort = Loopback.freePort(gatewayAddress);
    variables.put("SEED_TFTP_PORT", String.valueOf(tftpPort));
    variables.put("SEED_SFTP_PORT", String.valueOf(sftpPort));
    for (String name : List.of("A", "B")) {
      Path files = scratch.folder("tftp-" + name);
      Files.writeString(files.resolve("tftp_zevenet_check.txt"), "OK");
      TftpPeer tftp = TftpPeer.start(Loopback.v4().getHostAddress(), files);
      open.add(tftp);
      variables.put("SEED_TFTP_" + name, Loopback.hostPort(tftp.address()));
      SshPeer ssh = SshPeer.start(Loopback.v4().getHostAddress(), scratch.folder("ssh-" + name));
      open.add(ssh);
      variables.put("SEED_SFTP_" + name, Loopback.hostPort(ssh.address()));
    }
    try (PackagedGateway gateway = start("seed-zevenet")) {
      for (String pool : List.of("ftp", "tftp", "sftp")) {
        gateway.awaitState(pool, "a", "up", Duration.ofSeconds(30));
        gateway.awaitState(pool, "b", "up", Duration.ofSeconds(30));
      }
      assertEquals(Set.of("A", "B"), served(4, "PORT"), gateway::log);
      assertEquals(Set.of("A", "B"), served(4, "PASV"), gateway::log);
      byte[] got =
          TftpClient.to(new InetSocketAddress(gatewayAddress, tftpPort))
              .get("tftp_zevenet_check.txt");
      assertEquals("OK", new String(got));
      try (var ssh = new java.net.Socket(gatewayAddress, sftpPort)) {
        assertEquals("SSH-2.0-", new String(ssh.getInputStream().readNBytes(8)));
      }
    }
  }

  private PackagedGateway start(String sample) throws IOException {
    Programs.require(Programs.CURL);
    Path file = Path.of(System.getProperty("sluice.home"), "samples", sample + ".yaml");
    return PackagedGateway.start(Files.readString(file), variables);
  }

  /** Its passive ports are the N-th range, and PASV announces the gateway. */
  private FtpPeer passive(String name, int range, FtpPeer.Tls tls) throws IOException {
    return server(
        name, new FtpPeer.DataPorts(range(name, range), gatewayAddress.getHostAddress()), tls);
  }

  /** The same, but PASV announces its own address, as Alfresco does; all have one port. */
  private FtpPeer alfresco(String name, int range, FtpPeer.Tls tls) throws IOException {
    return server(name, new FtpPeer.DataPorts(range(name, range), ""), tls, port);
  }

  private String range(String name, int number) {
    int from = first + number * RANGE;
    String range = from + "-" + (from + RANGE - 1);
    variables.put("SEED_" + name + "_PORTS", range);
    return range;
  }

  private FtpPeer server(String name, FtpPeer.DataPorts ports, FtpPeer.Tls tls) throws IOException {
    return server(name, ports, tls, 0);
  }

  private FtpPeer server(String name, FtpPeer.DataPorts ports, FtpPeer.Tls tls, int at)
      throws IOException {
    Path files = scratch.folder("ftp-" + name);
    Files.writeString(files.resolve("name.txt"), name);
    Samples.random(files.resolve("large.bin"), 1 << 20, name.hashCode());
    FtpPeer peer = FtpPeer.start(new InetSocketAddress(Loopback.v4(), at), files, name, ports, tls);
    open.add(peer);
    variables.put("SEED_" + name, Loopback.hostPort(peer.address()));
    return peer;
  }

  /** The names of the servers that so many sessions were served by, each both ways. */
  private Set<String> served(int sessions, String mode) throws IOException {
    return served(sessions, mode, "ftp");
  }

  private Set<String> served(int sessions, String mode, String scheme, String... more)
      throws IOException {
    Set<String> names = new TreeSet<>();
    for (int i = 0; i < sessions; i++) {
      Path folder = scratch.folder("client");
      Path name = folder.resolve("name");
      Path large = folder.resolve("large");
      Path up = Samples.random(folder.resolve("up"), 300_000, i);
      String url = scheme + "://" + gatewayAddress.getHostAddress() + ":" + port + "/";
      List<String> common = common(mode, more);
      List<String> command = new ArrayList<>(List.of(Programs.CURL.path(), "-q"));
      command.addAll(common);
      command.addAll(List.of("-o", name.toString(), url + "name.txt"));
      command.addAll(List.of("-o", large.toString(), url + "large.bin"));
      // In the same session: curl keeps the connection, though not the options.
      command.add("--next");
      command.addAll(common);
      command.addAll(List.of("-T", up.toString(), url + "up.bin"));
      ClientRun run = ClientRun.of(folder, "", command);
      assertTrue(run.ok(), run::story);
      String who = Files.readString(name);
      Path root = scratch.path().resolve("ftp-" + who);
      assertEquals(Samples.hash(root.resolve("large.bin")), Samples.hash(large));
      assertEquals(Samples.hash(up), Samples.hash(root.resolve("up.bin")));
      names.add(who);
    }
    return names;
  }

  private static List<String> common(String mode, String... more) {
    List<String> common = new ArrayList<>(List.of("-sS", "-v", "--fail-early"));
    common.addAll(List.of("--max-time", "60", "--user", "user:password"));
    // Otherwise curl ignores the address of a 227 and would hide a wrong one.
    common.add("--no-ftp-skip-pasv-ip");
    if (mode.equals("PORT") || mode.equals("EPRT")) {
      common.addAll(List.of("--ftp-port", "-"));
    }
    if (mode.equals("PASV")) {
      common.add("--disable-epsv");
    }
    if (mode.equals("PORT")) {
      common.add("--disable-eprt");
    }
    common.addAll(List.of(more));
    return common;
  }

  private Path certificate() {
    return scratch.path().resolve("servers.pem");
  }

  /** A certificate of the servers for the name under which clients know them: the gateway's. */
  private FtpPeer.Tls tls(boolean implicit) {
    Path store = scratch.path().resolve("servers.p12");
    keytool(
        "-genkeypair -alias s -keyalg RSA -keysize 2048 -dname CN=servers -validity 3 -ext"
            + " san=ip:"
            + gatewayAddress.getHostAddress()
            + " -storetype PKCS12 -keystore "
            + store
            + " -storepass password");
    keytool(
        "-exportcert -rfc -alias s -keystore "
            + store
            + " -storepass password -file "
            + certificate());
    return new FtpPeer.Tls(store, "password", implicit);
  }

  private void keytool(String arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments.split(" ")));
    ClientRun run = ClientRun.of(scratch.path(), "", command);
    assertTrue(run.ok(), run::story);
  }
}
