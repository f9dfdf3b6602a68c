package sluice.dist.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sluice.dist.peers.Await;
import sluice.dist.peers.ClientRun;
import sluice.dist.peers.PackagedGateway;
import sluice.dist.peers.ProcessGroup;
import sluice.dist.peers.Programs;
import sluice.dist.peers.Samples;
import sluice.dist.peers.Scratch;
import sluice.dist.peers.TwoLegs;

/**
 * FTP between networks without a route between them: everything goes through the gateway, nothing
 * shows where the servers are, and either side has the mode that it can do.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwoLegsIT {

  private static final String DESCRIPTOR =
      """
      listeners:
        same: { protocol: ftp, bind: "*:2121", pool: able }
        dials: { protocol: ftp, bind: "*:2122", pool: no-active, options: { data-mode: passive } }
        waits: { protocol: ftp, bind: "*:2123", pool: no-passive, options: { data-mode: active } }
        active-refused: { protocol: ftp, bind: "*:2124", pool: no-active }
        from-20: { protocol: ftp, bind: "*:21", pool: able,
          options: { active-source-port: control-minus-one, data-connect-timeout: 4s } }
        from-any: { protocol: ftp, bind: "*:2125", pool: able, options: { data-connect-timeout: 4s } }
        dialled-port: { protocol: ftp, bind: "*:2126,2127", pool: portless }
      pools:
        able: { backends: { one: { address: "10.2.0.2:21" } } }
        no-active: { backends: { one: { address: "10.2.0.2:2201" } } }
        no-passive: { backends: { one: { address: "10.2.0.2:2202" } } }
        portless: { backends: { one: { address: "10.2.0.2" } } }
      """;

  private final List<AutoCloseable> opened = new ArrayList<>();
  private TwoLegs net;
  private Path home;
  private Path sample;
  private PackagedGateway gateway;

  @BeforeAll
  void start() throws Exception {
    Programs.require(Programs.VSFTPD, Programs.CURL, Programs.PYTHON);
    net = TwoLegs.create();
    home = net.scratch().folder("home");
    net.scratch().open("home/files");
    sample = Samples.random(net.scratch().path().resolve("sample"), 300_000, 5);
    Files.copy(sample, home.resolve("files/down"));
    opened.add(net.vsftpd(home, 21, ""));
    opened.add(net.vsftpd(home, 2201, "port_enable=NO"));
    opened.add(net.vsftpd(home, 2202, "pasv_enable=NO"));
    opened.add(net.vsftpd(home, 2126, ""));
    opened.add(net.vsftpd(home, 2127, ""));
    gateway = net.gateway(DESCRIPTOR);
  }

  @AfterAll
  void stop() throws Exception {
    try {
      if (gateway != null) {
        gateway.close();
      }
    } finally {
      for (AutoCloseable each : opened) {
        each.close();
      }
      if (net != null) {
        net.close();
      }
    }
  }

  private ClientRun curl(int port, String mode, boolean v6, String... more) {
    List<String> command = new ArrayList<>(net.client().prefix());
    command.addAll(List.of(Programs.CURL.path(), "-q", "-g", "-sS", "-v", "-m", "40"));
    command.addAll(
        switch (mode) {
          case "PASV" -> List.of("--disable-epsv", "--no-ftp-skip-pasv-ip");
          case "PORT" -> List.of("--ftp-port", "-", "--disable-eprt");
          case "EPRT" -> List.of("--ftp-port", "-");
          default -> List.of();
        });
    command.addAll(List.of(more));
    String host = v6 ? "[" + TwoLegs.GATEWAY_V6 + "]" : TwoLegs.GATEWAY;
    command.replaceAll(word -> word.replace("GATEWAY", "ftp://" + host + ":" + port + "/files"));
    return ClientRun.of(net.scratch().folder("curl"), "", command);
  }

  private void bothWays(int port, String mode, boolean v6) throws Exception {
    String name = port + "-" + mode + (v6 ? "-v6" : "");
    Path back = net.scratch().path().resolve("back-" + name);
    ClientRun down = curl(port, mode, v6, "-o", back.toString(), "GATEWAY/down");
    assertTrue(down.ok(), () -> down.story() + gateway.log());
    assertEquals(Samples.hash(sample), Samples.hash(back), name);
    ClientRun up = curl(port, mode, v6, "-T", sample.toString(), "GATEWAY/up-" + name);
    assertTrue(up.ok(), () -> up.story() + gateway.log());
    assertEquals(Samples.hash(sample), Samples.hash(home.resolve("files/up-" + name)), name);
  }

  @Test
  void allModesPassThroughTheGatewayAloneAndNoServersAddressIsSeen() throws Exception {
    assertFalse(
        net.client().run("ip route get " + TwoLegs.SERVER + " || true").contains("via"),
        "there is a way around the gateway");
    Path script = Path.of(TwoLegsIT.class.getResource("capture.py").toURI());
    ProcessGroup capture =
        net.client()
            .start(
                Programs.PYTHON.path(),
                script.toString(),
                "eth",
                TwoLegs.GATEWAY,
                TwoLegs.SERVER,
                TwoLegs.INSIDE,
                "fd00:2::2",
                "fd00:2::1");
    try (capture) {
      Await.until(
          Duration.ofSeconds(10), capture::output, () -> capture.output().contains("ready"));
      for (int port : new int[] {2121, 2122, 2123}) {
        for (String mode : new String[] {"PASV", "EPSV", "PORT", "EPRT"}) {
          bothWays(port, mode, false);
        }
        // A server that has IPv4 only, for a client that has come over IPv6.
        bothWays(port, "EPSV", true);
        bothWays(port, "EPRT", true);
      }
      capture.signalMain("TERM");
      capture.exitCode(Duration.ofSeconds(10));
    }
    String seen = capture.output();
    // What may be seen is, so that this is able to see.
    assertTrue(seen.contains("FOUND 10.1.0.1 in a header"), seen);
    assertTrue(seen.contains("FOUND 10.1.0.1 with commas"), seen);
    assertFalse(seen.contains("FOUND 10.2.0.") || seen.contains("FOUND fd00:2:"), seen);
    // Six PASV, each in one segment, so that a firewall on the way can read it.
    assertTrue(seen.matches("(?s).*packets [0-9]{3,}, 227 whole 6, split 0.*"), seen);
  }

  @Test
  void aServerThatForbidsActiveModeIsOfNoUseToAnActiveClientWithoutTheOption() {
    ClientRun run = curl(2124, "PORT", false, "-o", "/dev/null", "GATEWAY/down");
    assertFalse(run.ok(), run::story);
  }

  @ParameterizedTest
  @CsvSource({"2126", "2127"})
  void aBackendWithoutAPortHasTheOneThatTheClientDialled(int port) throws Exception {
    bothWays(port, "PASV", false);
  }

  @Test
  void aStrangerAtTheAnnouncedPortGetsNothingAndTheClientIsServed() throws Exception {
    net.client().run("ip address add 10.1.0.66/24 dev eth");
    Path script = Path.of(TwoLegsIT.class.getResource("stranger.py").toURI());
    String said =
        net.client()
            .run(
                "%s %s %s 2121 %s 10.1.0.66 files/down"
                    .formatted(Programs.PYTHON.path(), script, TwoLegs.GATEWAY, TwoLegs.CLIENT));
    assertEquals("served 300000", said.strip());
  }

  @Test
  void aFirewallThatWantsActiveDataFromPort20IsServedWithTheOptionOnly() throws Exception {
    Programs.require(Programs.NFT);
    Scratch rules = Scratch.create("rules");
    Path file =
        rules.write(
            "port20.nft",
            """
            table inet port20 {
              chain input {
                type filter hook input priority filter; policy accept;
                iif lo accept
                ct state established accept
                tcp flags & (syn | ack) == syn tcp sport != 20 drop
              }
            }
            """);
    try (rules) {
      net.client().run(Programs.NFT.path() + " -f " + file);
      for (String mode : new String[] {"PORT", "EPRT"}) {
        bothWays(21, mode, false);
      }
      bothWays(21, "EPRT", true);
      ClientRun without = curl(2125, "PORT", false, "-o", "/dev/null", "GATEWAY/down");
      assertFalse(without.ok(), without::story);
      assertTrue(without.story().contains("425"), without::story);
    } finally {
      net.client().run(Programs.NFT.path() + " delete table inet port20");
    }
  }
}
