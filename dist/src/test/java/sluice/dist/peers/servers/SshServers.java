package sluice.dist.peers.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import sluice.dist.peers.Loopback;
import sluice.dist.peers.ProcessGroup;
import sluice.dist.peers.Programs;
import sluice.dist.peers.Scratch;
import sluice.dist.peers.servers.RealServer.Login;
import sluice.dist.peers.servers.RealServer.Start;

/**
 * OpenSSH servers of one pool: they share a host key, serve one folder, and let the user that runs
 * the tests in by a key.
 */
public final class SshServers implements AutoCloseable {
  private final Scratch shared = Scratch.create("ssh");
  private final List<RealServer> servers = new ArrayList<>();
  private final Path root = shared.open("files");
  private final Path hostKey = shared.path().resolve("host-key");
  private final Path userKey = shared.path().resolve("user-key");
  private final List<Path> hostKeys = new ArrayList<>();

  /** Starts as many as there are addresses. */
  public static SshServers start(InetAddress... addresses) {
    Programs.require(Programs.SSHD, Programs.SSH_KEYGEN);
    SshServers pool = new SshServers();
    try {
      pool.generate(pool.hostKey);
      pool.generate(pool.userKey);
      if (System.getProperty("user.name").equals("root")) {
        Files.createDirectories(Path.of("/run/sshd")); // where sshd jails its unprivileged half
      }
      for (InetAddress address : addresses) {
        pool.add(address);
      }
      return pool;
    } catch (IOException e) {
      pool.close();
      throw new UncheckedIOException(e);
    } catch (AssertionError | RuntimeException e) {
      pool.close();
      throw e;
    }
  }

  public List<RealServer> servers() {
    return servers;
  }

  /** The folder that all of them serve, by its absolute path. */
  public Path root() {
    return root;
  }

  /** The private key that lets clients in. */
  public Path userKey() {
    return userKey;
  }

  /** Starts a server again with a host key of its own. */
  public void giveOtherHostKey(int server) {
    Path other = shared.path().resolve("other-key-" + server);
    generate(other);
    giveHostKey(server, other);
  }

  /** Starts a server again with the host key that all share. */
  public void giveSharedHostKey(int server) {
    giveHostKey(server, hostKey);
  }

  private void giveHostKey(int server, Path key) {
    servers.get(server).kill();
    copy(key, hostKeys.get(server));
    servers.get(server).start();
  }

  private static void copy(Path from, Path to) {
    try {
      // With its mode: sshd takes no key that others may read.
      Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A known_hosts file that has the shared host key, and nothing else, for this address. */
  public Path knownHosts(InetSocketAddress gateway) {
    try {
      String host = gateway.getAddress().getHostAddress();
      String name = "[%s]:%d".formatted(host.contains(":") ? "::1" : host, gateway.getPort());
      String key = Files.readString(Path.of(hostKey + ".pub"));
      return shared.write("known-hosts-" + gateway.getPort(), name + " " + key);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    servers.forEach(RealServer::close);
    shared.close();
  }

  private void add(InetAddress at) {
    Scratch scratch = Scratch.create("sshd");
    InetSocketAddress address = RealServer.free(at);
    Path ownHostKey = scratch.path().resolve("host-key");
    copy(hostKey, ownHostKey);
    hostKeys.add(ownHostKey);
    Path configuration =
        scratch.write(
            "sshd_config",
            """
            ListenAddress %s
            HostKey %s
            AuthorizedKeysFile %s
            StrictModes no
            PermitRootLogin yes
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            UsePAM no
            UseDNS no
            MaxStartups 500
            PerSourceMaxStartups none
            PidFile none
            Subsystem sftp internal-sftp
            """
                .formatted(
                    Loopback.hostPort(address), ownHostKey, shared.path().resolve("user-key.pub")));
    servers.add(
        new RealServer(
            "sshd",
            address,
            new Login(System.getProperty("user.name"), ""),
            scratch,
            root,
            scratch.path().resolve("none"),
            // sshd starts itself again for each connection and wants to be called by its full path.
            new Start(
                List.of(Programs.SSHD.path(), "-D", "-e", "-f", configuration.toString()),
                Map.of(),
                true)));
  }

  private void generate(Path key) {
    try (ProcessGroup make =
        ProcessGroup.start(
            List.of(
                Programs.SSH_KEYGEN.path(),
                "-q",
                "-t",
                "ed25519",
                "-N",
                "",
                "-C",
                "",
                "-f",
                key.toString()),
            Map.of(),
            shared.path(),
            shared.path().resolve("output"))) {
      if (make.exitCode(Duration.ofSeconds(20)) != 0) {
        throw new AssertionError("ssh-keygen failed: " + make.output());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
