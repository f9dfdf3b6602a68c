package sluice.dist.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import sluice.dist.peers.ClientRun;
import sluice.dist.peers.NetworkNamespace;
import sluice.dist.peers.PackagedGateway;
import sluice.dist.peers.ProcessGroup;
import sluice.dist.peers.Programs;
import sluice.dist.peers.Samples;
import sluice.dist.peers.TwoLegs;

/**
 * A client behind a router that masquerades it, lets nothing in by itself and opens data
 * connections only as it reads them in the control connection (the kernel's FTP helper).
 */
class ConntrackIT {

  private static final String RULES =
      """
      table ip nat {
        chain out { type nat hook postrouting priority srcnat; oif "eth" masquerade; }
      }
      table ip filter {
        ct helper ftp { type "ftp" protocol tcp; }
        chain helped {
          type filter hook prerouting priority filter;
          tcp dport 2121 ct helper set "ftp"
        }
        chain through {
          type filter hook forward priority filter; policy drop;
          ct state established,related accept
          iif "home" tcp dport %s accept
        }
      }
      """;

  @Test
  void activeAndPassiveClientsBehindMasqueradeAreServed() throws Exception {
    Programs.require(Programs.VSFTPD, Programs.CURL, Programs.NFT);
    try (TwoLegs net = TwoLegs.create();
        NetworkNamespace inner = NetworkNamespace.create(net.scratch().folder("inner"))) {
      // The client of the other stories is the router here.
      NetworkNamespace.join(inner, "eth", net.client(), "home");
      net.client()
          .run(TwoLegs.up("home", "192.168.5.1", "fd00:5::1") + "sysctl -qw net.ipv4.ip_forward=1");
      inner.run(
          TwoLegs.up("eth", "192.168.5.2", "fd00:5::2")
              + "ip route add default via 192.168.5.1 dev eth");
      load(net, "2121");
      Path home = net.scratch().folder("home");
      net.scratch().open("home/files");
      Path sample = Samples.random(net.scratch().path().resolve("sample"), 300_000, 6);
      Files.copy(sample, home.resolve("files/down"));
      try (ProcessGroup server = net.vsftpd(home, 21, "");
          PackagedGateway gateway =
              net.gateway(
                  """
                  listeners:
                    helped: { protocol: ftp, bind: "10.1.0.1:2121", pool: files }
                    unhelped: { protocol: ftp, bind: "10.1.0.1:2122", pool: files, options: { data-connect-timeout: 3s } }
                  pools:
                    files: { backends: { one: { address: "10.2.0.2:21" } } }
                  """)) {
        for (String mode : new String[] {"PASV", "EPSV", "PORT", "EPRT"}) {
          Path back = net.scratch().path().resolve("back-" + mode);
          ClientRun down = curl(net, inner, 2121, mode, "-o", back.toString(), "GATEWAY/down");
          assertTrue(down.ok(), () -> mode + down.story() + gateway.log());
          assertEquals(Samples.hash(sample), Samples.hash(back), mode);
          ClientRun up = curl(net, inner, 2121, mode, "-T", sample.toString(), "GATEWAY/" + mode);
          assertTrue(up.ok(), () -> mode + up.story() + gateway.log());
          assertEquals(Samples.hash(sample), Samples.hash(home.resolve("files/" + mode)), mode);
        }
        // That it was the helper: where it does not look, nothing is opened.
        net.client().run(Programs.NFT.path() + " flush ruleset");
        load(net, "{ 2121, 2122 }");
        ClientRun unhelped =
            curl(net, inner, 2122, "EPSV", "-m", "8", "-o", "/dev/null", "GATEWAY/down");
        assertFalse(unhelped.ok(), unhelped::story);
        assertTrue(server.alive());
      }
    }
  }

  private static void load(TwoLegs net, String ports) throws Exception {
    Path rules = net.scratch().write("rules.nft", RULES.formatted(ports));
    String said =
        net.client().run(Programs.NFT.path() + " -f " + rules + " 2>&1 || echo NOT-LOADED");
    Programs.requireThat(
        !said.contains("NOT-LOADED"),
        "needs a kernel with nftables and nf_conntrack_ftp: " + said.strip());
  }

  private static ClientRun curl(
      TwoLegs net, NetworkNamespace where, int port, String mode, String... more) {
    List<String> command = new ArrayList<>(where.prefix());
    command.addAll(
        List.of(Programs.CURL.path(), "-q", "-sS", "-v", "--connect-timeout", "6", "-m", "30"));
    command.addAll(
        switch (mode) {
          case "PASV" -> List.of("--disable-epsv", "--no-ftp-skip-pasv-ip");
          case "PORT" -> List.of("--ftp-port", "-", "--disable-eprt");
          case "EPRT" -> List.of("--ftp-port", "-");
          default -> List.of();
        });
    command.addAll(List.of(more));
    command.replaceAll(word -> word.replace("GATEWAY", "ftp://10.1.0.1:" + port + "/files"));
    return ClientRun.of(net.scratch().folder("curl"), "", command);
  }
}
