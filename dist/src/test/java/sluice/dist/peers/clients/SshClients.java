package sluice.dist.peers.clients;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import sluice.dist.peers.ClientRun;
import sluice.dist.peers.Programs;

/** The clients of SSH servers. They trust the one host key they know, and nothing else. */
public enum SshClients {
  SFTP("sftp") {
    @Override
    public List<ClientRun> run(Access access, List<Move> moves, Path folder) {
      StringBuilder batch = new StringBuilder();
      for (Move move : moves) {
        batch.append(
            move.isUp()
                ? "put %s %s\n".formatted(move.local(), move.remote())
                : "get %s %s\n".formatted(move.remote(), move.local()));
      }
      List<String> command = new ArrayList<>(List.of(Programs.SFTP.path(), "-b", "-"));
      command.addAll(access.options());
      command.addAll(List.of("-P", access.port(), access.destination()));
      return List.of(ClientRun.of(folder, batch.toString(), command));
    }
  },

  SCP("scp") {
    @Override
    public List<ClientRun> run(Access access, List<Move> moves, Path folder) {
      return copies(access, moves, folder, "-s");
    }
  },

  SCP_LEGACY("scp -O") {
    @Override
    public List<ClientRun> run(Access access, List<Move> moves, Path folder) {
      return copies(access, moves, folder, "-O");
    }
  },

  LFTP("lftp") {
    @Override
    public List<ClientRun> run(Access access, List<Move> moves, Path folder) {
      StringBuilder script = new StringBuilder();
      script
          .append("set net:max-retries 1\n")
          .append("set net:timeout 30\n")
          .append("set cmd:fail-exit yes\n")
          .append("set xfer:clobber yes\n")
          .append("set xfer:use-temp-file no\n")
          .append("set sftp:connect-program \"ssh -a -x ")
          .append(String.join(" ", access.options()))
          .append("\"\n")
          .append(
              "open -u %s, sftp://%s:%s\n".formatted(access.user(), access.host(), access.port()));
      for (Move move : moves) {
        script.append(
            move.isUp()
                ? "put %s -o %s\n".formatted(move.local(), move.remote())
                : "get %s -o %s\n".formatted(move.remote(), move.local()));
      }
      return List.of(
          ClientRun.of(
              folder, "", List.of(Programs.LFTP.path(), "--norc", "-c", script.toString())));
    }
  },

  PARAMIKO("paramiko") {
    @Override
    public List<ClientRun> run(Access access, List<Move> moves, Path folder) {
      List<String> command =
          new ArrayList<>(
              List.of(
                  SYSTEM_PYTHON,
                  "-c",
                  PARAMIKO_SCRIPT,
                  access.host().replaceAll("[\\[\\]]", ""),
                  access.port(),
                  access.user(),
                  access.key().toString(),
                  access.knownHosts().toString()));
      for (Move move : moves) {
        command.addAll(
            List.of(move.isUp() ? "put" : "get", move.local().toString(), move.remote()));
      }
      return List.of(ClientRun.of(folder, "", command));
    }
  };

  /** The one that Debian's packages belong to. */
  private static final String SYSTEM_PYTHON = "/usr/bin/python3";

  private static final Path PARAMIKO_MODULE = Path.of("/usr/lib/python3/dist-packages/paramiko");

  private static final String PARAMIKO_SCRIPT =
      """
      import sys, paramiko
      host, port, user, key, known = sys.argv[1:6]
      client = paramiko.SSHClient()
      client.load_host_keys(known)
      client.set_missing_host_key_policy(paramiko.RejectPolicy())
      client.connect(host, int(port), user, key_filename=key, allow_agent=False,
                     look_for_keys=False, timeout=20)
      sftp = client.open_sftp()
      rest = sys.argv[6:]
      while rest:
          how, local, remote = rest[:3]
          rest = rest[3:]
          sftp.put(local, remote) if how == "put" else sftp.get(remote, local)
      client.close()
      """;

  /**
   * How to get in.
   *
   * @param server address to connect to
   * @param user to log in as
   * @param key private key file
   * @param knownHosts file with the one host key to accept
   */
  public record Access(InetSocketAddress server, String user, Path key, Path knownHosts) {
    public List<String> options() {
      return List.of(
          "-F",
          "none",
          "-i",
          key.toString(),
          "-oIdentitiesOnly=yes",
          "-oBatchMode=yes",
          "-oStrictHostKeyChecking=yes",
          "-oConnectTimeout=20",
          "-oUserKnownHostsFile=" + knownHosts,
          "-oGlobalKnownHostsFile=/dev/null");
    }

    /** The server as the programs take it. */
    public String host() {
      return server.getAddress() instanceof Inet6Address
          ? "[::1]"
          : server.getAddress().getHostAddress();
    }

    public String destination() {
      return user + "@" + host();
    }

    public String port() {
      return Integer.toString(server.getPort());
    }
  }

  private final String title;

  SshClients(String title) {
    this.title = title;
  }

  /** The name of the program. */
  public String title() {
    return title;
  }

  /** Skips the running test when this client is not here. */
  public void require() {
    if (this == PARAMIKO) {
      Programs.requireThat(
          Files.exists(PARAMIKO_MODULE),
          "needs paramiko, on Debian: apt-get install python3-paramiko");
      return;
    }
    Programs.require(
        switch (this) {
          case SFTP -> Programs.SFTP;
          case SCP, SCP_LEGACY -> Programs.SCP;
          case LFTP -> Programs.LFTP;
          case PARAMIKO -> Programs.PYTHON;
        });
  }

  /** Moves the files, in one session if the client can. */
  public abstract List<ClientRun> run(Access access, List<Move> moves, Path folder);

  private static List<ClientRun> copies(
      Access access, List<Move> moves, Path folder, String protocol) {
    List<ClientRun> runs = new ArrayList<>();
    for (Move move : moves) {
      List<String> command = new ArrayList<>(List.of(Programs.SCP.path(), protocol));
      command.addAll(access.options());
      command.addAll(List.of("-P", access.port()));
      String remote = access.destination() + ":" + move.remote();
      command.addAll(
          move.isUp()
              ? List.of(move.local().toString(), remote)
              : List.of(remote, move.local().toString()));
      runs.add(ClientRun.of(folder, "", command));
    }
    return runs;
  }
}
