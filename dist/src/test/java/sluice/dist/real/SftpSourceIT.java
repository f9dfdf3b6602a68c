package sluice.dist.real;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sluice.dist.peers.Await;
import sluice.dist.peers.NetworkNamespace;
import sluice.dist.peers.PackagedGateway;
import sluice.dist.peers.ProcessGroup;
import sluice.dist.peers.Programs;
import sluice.dist.peers.Scratch;

/**
 * Three networks: a client, the gateway with a leg in each, and an SSH server, with no route
 * between client and server. The server says in its identification whom it sees.
 */
class SftpSourceIT {

  private static final String SERVER =
      """
      import socket
      server = socket.create_server(("10.2.0.2", 22))
      print("listening", flush=True)
      while True:
          connection, peer = server.accept()
          connection.sendall(("SSH-2.0-saw_" + peer[0] + "\\r\\n").encode())
          connection.recv(255)
          connection.close()
      """;

  private static final String CLIENT =
      """
      import socket
      connection = socket.create_connection(("10.1.0.1", 2222), 20)
      connection.sendall(b"SSH-2.0-client\\r\\n")
      print(connection.makefile("rb").readline().decode().strip())
      """;

  private static final String REPLIES =
      """
      ip rule add iif right lookup 100
      ip route add local default dev lo table 100
      sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.right.rp_filter=0
      """;

  @ParameterizedTest
  @CsvSource({"client, 10.1.0.2", "10.99.0.0/16, 10.99.0.2", "10.2.0.9, 10.2.0.9"})
  void theServerSeesTheAddressThatThePoolGives(String source, String seen) throws Exception {
    NetworkNamespace.require();
    Programs.require(Programs.PYTHON);
    String routes =
        source.equals("client")
            ? REPLIES
            : source.contains("/") ? "ip route add local " + source + " dev lo" : "true";
    try (Scratch scratch = Scratch.create("sftp-source");
        NetworkNamespace client = NetworkNamespace.create(scratch.folder("client"));
        NetworkNamespace middle = NetworkNamespace.create(scratch.folder("middle"));
        NetworkNamespace behind = NetworkNamespace.create(scratch.folder("behind"))) {
      NetworkNamespace.join(client, "eth", middle, "left");
      NetworkNamespace.join(behind, "eth", middle, "right");
      client.run("ip address add 10.1.0.2/24 dev eth\nip link set eth up\n");
      middle.run(
          "ip address add 10.1.0.1/24 dev left\nip link set left up\n"
              + "ip address add 10.2.0.1/24 dev right\nip link set right up\n"
              + "ip address add 10.2.0.9/24 dev right\n"
              + routes);
      behind.run(
          "ip address add 10.2.0.2/24 dev eth\nip link set eth up\n"
              + "ip route add default via 10.2.0.1\n");
      String server = scratch.write("server.py", SERVER).toString();
      String script = scratch.write("client.py", CLIENT).toString();
      try (ProcessGroup peer = behind.start(Programs.PYTHON.path(), server);
          PackagedGateway gateway =
              PackagedGateway.start(
                  """
                  listeners:
                    sftp: { protocol: sftp, bind: "*:2222", pool: vault }
                  pools:
                    vault: { source: "%s", backends: { one: { address: "10.2.0.2:22" } } }
                  """
                      .formatted(source),
                  middle.prefix())) {
        Await.until(
            Duration.ofSeconds(20), peer::output, () -> peer.output().contains("listening"));
        assertEquals(
            "SSH-2.0-saw_" + seen,
            client.run(Programs.PYTHON.path() + " " + script).strip(),
            gateway::log);
      }
    }
  }
}
