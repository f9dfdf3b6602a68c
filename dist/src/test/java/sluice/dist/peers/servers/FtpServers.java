package sluice.dist.peers.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import sluice.dist.peers.Loopback;
import sluice.dist.peers.ProcessGroup;
import sluice.dist.peers.Programs;
import sluice.dist.peers.Scratch;
import sluice.dist.peers.servers.RealServer.Login;
import sluice.dist.peers.servers.RealServer.Start;

/**
 * The FTP servers. Their users exist in no system file: vsftpd serves anonymous, ProFTPD and
 * Pure-FTPd a user of a file of their own; their rights are those of {@code nobody}, or (vsftpd,
 * which wants a home folder that exists) {@code daemon}. vsftpd wants a folder at the top that
 * cannot be written to, so files are in {@code files/} on all of them.
 */
public enum FtpServers {
  VSFTPD("vsftpd", Programs.VSFTPD) {
    @Override
    public RealServer start(InetAddress at, List<String> more) {
      require();
      Scratch scratch = Scratch.create("vsftpd");
      InetSocketAddress address = RealServer.free(at);
      Path home = scratch.folder("home");
      Path root = scratch.open("home/files");
      Path log = scratch.path().resolve("vsftpd.log");
      Path configuration =
          scratch.write(
              "vsftpd.conf",
              """
              background=NO
              %s=YES
              %s=NO
              %s=%s
              listen_port=%d
              anonymous_enable=YES
              local_enable=NO
              ftp_username=daemon
              nopriv_user=nobody
              anon_root=%s
              write_enable=YES
              anon_upload_enable=YES
              anon_mkdir_write_enable=YES
              anon_other_write_enable=YES
              anon_world_readable_only=NO
              anon_umask=022
              secure_chroot_dir=%s
              seccomp_sandbox=NO
              isolate_network=NO
              connect_from_port_20=NO
              max_per_ip=0
              use_localtime=NO
              xferlog_enable=YES
              xferlog_std_format=NO
              vsftpd_log_file=%s
              %s
              """
                  .formatted(
                      Loopback.host(at).startsWith("[") ? "listen_ipv6" : "listen",
                      Loopback.host(at).startsWith("[") ? "listen" : "listen_ipv6",
                      Loopback.host(at).startsWith("[") ? "listen_address6" : "listen_address",
                      Loopback.host(at).replaceAll("[\\[\\]]", ""),
                      address.getPort(),
                      home,
                      scratch.folder("empty"),
                      log,
                      String.join("\n", more)));
      return new RealServer(
          "vsftpd",
          address,
          new Login("anonymous", "user@example.com"),
          scratch,
          root,
          log,
          new Start(List.of(Programs.VSFTPD.path(), configuration.toString()), Map.of(), true));
    }
  },

  PROFTPD("proftpd", Programs.PROFTPD) {
    @Override
    public RealServer start(InetAddress at, List<String> more) {
      require();
      Scratch scratch = Scratch.create("proftpd");
      InetSocketAddress address = RealServer.free(at);
      Path home = scratch.folder("home");
      Path root = scratch.open("home/files");
      Path users = scratch.write("users", userLine(home) + "\n");
      onlyForOwner(users);
      Path log = scratch.path().resolve("proftpd.log");
      Path configuration =
          scratch.write(
              "proftpd.conf",
              """
              ServerName "proftpd"
              ServerType standalone
              UseIPv6 on
              DefaultAddress %s
              Port %d
              SocketBindTight on
              UseReverseDNS off
              User nobody
              Group nogroup
              MaxInstances none
              MaxClientsPerHost none
              AuthOrder mod_auth_file.c
              AuthUserFile %s
              RequireValidShell off
              DefaultRoot ~
              AllowOverwrite on
              DelayEngine off
              WtmpLog off
              TransferLog none
              SystemLog %s
              PidFile %s
              ScoreboardFile none
              %s
              """
                  .formatted(
                      Loopback.host(at).replaceAll("[\\[\\]]", ""),
                      address.getPort(),
                      users,
                      log,
                      scratch.path().resolve("pid"),
                      String.join("\n", more)));
      return new RealServer(
          "proftpd",
          address,
          new Login(USER, PASSWORD),
          scratch,
          root,
          log,
          new Start(
              List.of(Programs.PROFTPD.path(), "-n", "-q", "-c", configuration.toString()),
              Map.of(),
              true));
    }
  },

  PURE_FTPD("pure-ftpd", Programs.PURE_FTPD, Programs.PURE_PW) {
    @Override
    public RealServer start(InetAddress at, List<String> more) {
      require();
      Scratch scratch = Scratch.create("pure-ftpd");
      InetSocketAddress address = RealServer.free(at);
      Path home = scratch.folder("home");
      Path root = scratch.open("home/files");
      Path users =
          scratch.write("users", userLine(home).replaceAll(":[^:]*$", "") + ":".repeat(12) + "\n");
      Path database = scratch.path().resolve("users.pdb");
      pureDatabase(scratch, users, database);
      return new RealServer(
          "pure-ftpd",
          address,
          new Login(USER, PASSWORD),
          scratch,
          root,
          scratch.path().resolve("none"),
          new Start(
              Stream.concat(
                      Stream.of(
                          Programs.PURE_FTPD.path(),
                          "-S",
                          Loopback.host(at).replaceAll("[\\[\\]]", "") + "," + address.getPort(),
                          "-l",
                          "puredb:" + database,
                          "-E",
                          "-H",
                          "-u",
                          "1",
                          "-c",
                          "500",
                          "-m",
                          "1000",
                          "-g",
                          scratch.path().resolve("pid").toString()),
                      more.stream())
                  .toList(),
              Map.of(),
              true));
    }
  };

  private static final String USER = "user";
  private static final String PASSWORD = "password";

  /** PASSWORD in a cheap old form, so that thousands of log-ins cost the test machine nothing. */
  private static final String HASH = "$1$sluice00$YG6YY//pCZnZkHDcX3sQm1";

  private static final int NOBODY = 65534;

  private final String title;

  private final Programs[] programs;

  FtpServers(String title, Programs... programs) {
    this.title = title;
    this.programs = programs;
  }

  /** The name of the program. */
  public String title() {
    return title;
  }

  /** Whether it can be started here. */
  public boolean present() {
    return Arrays.stream(programs).allMatch(Programs::present);
  }

  /** Skips the running test when this server cannot be started here. */
  public void require() {
    Programs.requireRoot("FTP servers change to the rights of nobody");
    Programs.require(programs);
  }

  /** Starts one on a free port of this address. */
  public RealServer start(InetAddress at) {
    return start(at, List.of());
  }

  /**
   * The same with settings of its own.
   *
   * @param more lines of its configuration; arguments of Pure-FTPd, which has none
   */
  public abstract RealServer start(InetAddress at, List<String> more);

  private static String userLine(Path home) {
    return "%s:%s:%d:%d::%s:/bin/false".formatted(USER, HASH, NOBODY, NOBODY, home);
  }

  private static void onlyForOwner(Path file) {
    try {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void pureDatabase(Scratch scratch, Path users, Path database) {
    try (ProcessGroup make =
        ProcessGroup.start(
            List.of(Programs.PURE_PW.path(), "mkdb", database.toString(), "-f", users.toString()),
            Map.of(),
            scratch.path(),
            scratch.path().resolve("output"))) {
      int exit = make.exitCode(Duration.ofSeconds(10));
      if (exit != 0) {
        throw new AssertionError("pure-pw mkdb failed: " + make.output());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
