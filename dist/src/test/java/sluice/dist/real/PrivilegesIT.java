package sluice.dist.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import sluice.dist.peers.Loopback;
import sluice.dist.peers.PackagedGateway;
import sluice.dist.peers.ProcessGroup;
import sluice.dist.peers.Programs;
import sluice.dist.peers.TwoLegs;

/** What takes a privilege says so at the start, and does what it is for where it is there. */
class PrivilegesIT {

  private static String refusal(String without, String options, String source) {
    Programs.requireRoot("a capability is taken away from the gateway");
    Programs.require(Programs.SETPRIV);
    int port = Loopback.freePort(Loopback.v4());
    return assertThrows(
            AssertionError.class,
            () ->
                PackagedGateway.start(
                        """
                        listeners:
                          front: { protocol: ftp, bind: "127.0.0.1:%d", pool: files%s }
                        pools:
                          files: { backends: { one: { address: "127.0.0.1:9" } }%s }
                        """
                            .formatted(port, options, source),
                        List.of(Programs.SETPRIV.path(), "--bounding-set", without))
                    .close())
        .getMessage();
  }

  @Test
  void transparentSourceAddressesWithoutThePrivilegeAreRefusedAtTheStart() {
    String said = refusal("-net_admin,-net_raw", "", ", source: client");
    assertTrue(said.contains("pools.files.source"), said);
    assertTrue(said.contains("CAP_NET_ADMIN"), said);
    assertTrue(said.contains("AmbientCapabilities"), said);
  }

  @Test
  void aSourcePortBelow1024WithoutThePrivilegeIsRefusedAtTheStart() {
    String said = refusal("-net_bind_service", ", options: { active-source-port: \"20\" }", "");
    assertTrue(said.contains("cannot leave from port 20"), said);
    assertTrue(said.contains("CAP_NET_BIND_SERVICE"), said);
    assertTrue(said.contains("ip_unprivileged_port_start"), said);
  }

  @Test
  void anSshServerThatLimitsClientsBySourceSeesTwoClientsWhereSourcesAreMapped() throws Exception {
    Programs.require(Programs.SSHD, Programs.SSH_KEYGEN, Programs.PYTHON);
    try (TwoLegs net = TwoLegs.create()) {
      Files.createDirectories(Path.of("/run/sshd"));
      net.client().run("ip address add 10.1.0.3/24 dev eth");
      net.middle().run("ip route add local 10.99.0.0/16 dev lo");
      net.behind().run("ip route add 10.99.0.0/16 via " + TwoLegs.INSIDE);
      Path key = net.scratch().path().resolve("key");
      net.behind().run(Programs.SSH_KEYGEN.path() + " -q -t ed25519 -N '' -f " + key);
      Path configuration =
          net.scratch()
              .write(
                  "sshd_config",
                  """
                  ListenAddress %s:22
                  HostKey %s
                  MaxStartups 500
                  PerSourceMaxStartups 1
                  UsePAM no
                  UseDNS no
                  PidFile none
                  """
                      .formatted(TwoLegs.SERVER, key));
      Path script = Path.of(PrivilegesIT.class.getResource("banners.py").toURI());
      try (ProcessGroup sshd =
              net.behind().start(Programs.SSHD.path(), "-D", "-e", "-f", configuration.toString());
          PackagedGateway gateway =
              net.gateway(
                  """
                  listeners:
                    mapped: { protocol: sftp, bind: "10.1.0.1:2222", pool: mapped }
                    own: { protocol: sftp, bind: "10.1.0.1:2223", pool: own }
                  pools:
                    mapped: { source: "10.99.0.0/16", backends: { one: { address: "10.2.0.2:22" } } }
                    own: { backends: { one: { address: "10.2.0.2:22" } } }
                  """)) {
        TwoLegs.awaitListening(net.behind(), sshd, 22);
        String ask =
            "%s %s %s %%d 10.1.0.2 10.1.0.3"
                .formatted(Programs.PYTHON.path(), script, TwoLegs.GATEWAY);
        String mapped = net.client().run(ask.formatted(2222));
        assertEquals(2, mapped.split("SSH-2.0-OpenSSH", -1).length - 1, mapped + gateway.log());
        String own = net.client().run(ask.formatted(2223));
        assertEquals(1, own.split("SSH-2.0-OpenSSH", -1).length - 1, own);
      }
    }
  }
}
