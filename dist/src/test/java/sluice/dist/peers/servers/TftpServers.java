package sluice.dist.peers.servers;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import sluice.dist.peers.Loopback;
import sluice.dist.peers.Programs;
import sluice.dist.peers.Scratch;
import sluice.dist.peers.servers.RealServer.Login;
import sluice.dist.peers.servers.RealServer.Start;

/** The TFTP servers. */
public enum TftpServers {
  TFTPD_HPA("tftpd-hpa", Programs.IN_TFTPD, true) {
    @Override
    Start command(InetSocketAddress address, Path root, Path log) {
      return new Start(
          List.of(
              Programs.IN_TFTPD.path(),
              "--foreground",
              "--address",
              Loopback.hostPort(address),
              "--secure",
              "--create",
              "--permissive",
              "--user",
              "nobody",
              root.toString()),
          Map.of(),
          false);
    }
  },

  ATFTPD("atftpd", Programs.ATFTPD, true) {
    @Override
    Start command(InetSocketAddress address, Path root, Path log) {
      return new Start(
          List.of(
              Programs.ATFTPD.path(),
              "--daemon",
              "--no-fork",
              "--port",
              Integer.toString(address.getPort()),
              "--bind-address",
              address.getAddress().getHostAddress(),
              "--logfile",
              "-",
              "--verbose=6",
              "--user",
              "nobody",
              "--group",
              "nogroup",
              "--no-multicast",
              root.toString()),
          Map.of(),
          false);
    }
  },

  DNSMASQ("dnsmasq", Programs.DNSMASQ, false) {
    @Override
    Start command(InetSocketAddress address, Path root, Path log) {
      return new Start(
          List.of(
              Programs.DNSMASQ.path(),
              "--keep-in-foreground",
              "--conf-file=/dev/null",
              "--port=0",
              "--enable-tftp",
              "--tftp-root=" + root,
              "--listen-address=" + address.getAddress().getHostAddress(),
              "--bind-interfaces",
              "--log-facility=-",
              "--user=nobody",
              "--pid-file="),
          Map.of(),
          false);
    }

    @Override
    InetSocketAddress address(InetAddress at) {
      return new InetSocketAddress(at, 69); // dnsmasq knows no other
    }
  };

  private final String title;
  private final Programs program;
  private final boolean writes;

  TftpServers(String title, Programs program, boolean writes) {
    this.title = title;
    this.program = program;
    this.writes = writes;
  }

  /** The name of the package. */
  public String title() {
    return title;
  }

  /** Whether it takes uploads. */
  public boolean writes() {
    return writes;
  }

  /** Whether it can be started here. */
  public boolean present() {
    return program.present();
  }

  /** Skips the running test when this server cannot be started here. */
  public void require() {
    Programs.requireRoot("TFTP servers change to the rights of nobody");
    Programs.require(program);
  }

  /** Starts one at this address, on a free port if the server lets one choose. */
  public RealServer start(InetAddress at) {
    require();
    Scratch scratch = Scratch.create(title);
    InetSocketAddress address = address(at);
    Path root = scratch.open("files");
    Path log = scratch.path().resolve("none");
    return new RealServer(
        title, address, new Login("", ""), scratch, root, log, command(address, root, log));
  }

  abstract Start command(InetSocketAddress address, Path root, Path log);

  InetSocketAddress address(InetAddress at) {
    return RealServer.free(at);
  }
}
