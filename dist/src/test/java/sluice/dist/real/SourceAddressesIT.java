package sluice.dist.real;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sluice.dist.peers.Await;
import sluice.dist.peers.NetworkNamespace;
import sluice.dist.peers.PackagedGateway;
import sluice.dist.peers.ProcessGroup;
import sluice.dist.peers.Programs;
import sluice.dist.peers.Scratch;

/**
 * Three networks: a client, the gateway with a leg in each, and a server, with no route between
 * client and server. The server tells whom it saw on both connections of FTP.
 */
class SourceAddressesIT {

  private static final String CLIENT = "10.1.0.2";
  private static final String CLIENT_V6 = "fd00:1::2";

  @ParameterizedTest
  @CsvSource({"v4, 10.1.0.2", "v6, fd00:1::2"})
  void theServerSeesTheClientsOwnAddress(String family, String seen) throws Exception {
    // What the server sends to clients is taken for the gateway's own.
    String routes =
        """
        ip rule add iif right lookup 100
        ip route add local default dev lo table 100
        ip -6 rule add iif right lookup 100
        ip -6 route add local default dev lo table 100
        sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.right.rp_filter=0
        """;
    assertEquals("control " + seen + " data " + seen, seen(family.equals("v6"), "client", routes));
  }

  @ParameterizedTest
  @CsvSource({"v4, 10.99.0.0/16, 10.99.0.2", "v6, fd00:99::/64, fd00:99::2"})
  void theServerSeesAnAddressOfTheMappedNetworkForEachClient(
      String family, String network, String seen) throws Exception {
    assertEquals(
        "control " + seen + " data " + seen,
        seen(family.equals("v6"), network, "ip route add local " + network + " dev lo"));
  }

  @Test
  void theServerSeesTheGatewayOtherwise() throws Exception {
    assertEquals("control 10.2.0.9 data 10.2.0.9", seen(false, "10.2.0.9", "true"));
  }

  private String seen(boolean v6, String source, String routes) throws Exception {
    NetworkNamespace.require();
    Programs.require(Programs.PYTHON, Programs.CURL);
    Path script = Path.of(SourceAddressesIT.class.getResource("peer_server.py").toURI());
    String server = v6 ? "fd00:2::2" : "10.2.0.2";
    try (Scratch scratch = Scratch.create("source");
        NetworkNamespace client = NetworkNamespace.create(scratch.folder("client"));
        NetworkNamespace middle = NetworkNamespace.create(scratch.folder("middle"));
        NetworkNamespace behind = NetworkNamespace.create(scratch.folder("behind"))) {
      NetworkNamespace.join(client, "eth", middle, "left");
      NetworkNamespace.join(behind, "eth", middle, "right");
      client.run(up("eth", CLIENT, CLIENT_V6));
      middle.run(
          up("left", "10.1.0.1", "fd00:1::1")
              + up("right", "10.2.0.1", "fd00:2::1")
              + "ip address add 10.2.0.9/24 dev right\n"
              + routes);
      behind.run(
          up("eth", "10.2.0.2", "fd00:2::2")
              + "ip route add default via 10.2.0.1\nip -6 route add default via fd00:2::1");
      try (ProcessGroup peer =
              behind.start(Programs.PYTHON.path(), script.toString(), server, "21");
          PackagedGateway gateway =
              PackagedGateway.start(
                  """
                  listeners:
                    front: { protocol: ftp, bind: "*:2121", pool: files }
                  pools:
                    files:
                      source: "%s"
                      backends: { one: { address: "%s:21" } }
                  """
                      .formatted(source, v6 ? "[" + server + "]" : server),
                  middle.prefix())) {
        Await.until(
            Duration.ofSeconds(10), peer::output, () -> peer.output().contains("listening"));
        return client
            .run(
                Programs.CURL.path()
                    + " -sS -m 30 --globoff ftp://user:password@"
                    + (v6 ? "[fd00:1::1]" : "10.1.0.1")
                    + ":2121/peer")
            .strip();
      }
    }
  }

  private static String up(String device, String v4, String v6) {
    return "ip address add %s/24 dev %s\nip address add %s/64 dev %s nodad\nip link set %s up\n"
        .formatted(v4, device, v6, device, device);
  }
}
