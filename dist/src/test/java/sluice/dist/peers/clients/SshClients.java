package sluice.dist.peers.clients;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
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
  };

  /**
   * How to get in.
   *
   * @param server address to connect to
   * @param user to log in as
   * @param key private key file
   * @param knownHosts file with the one host key to accept
   */
  public record Access(InetSocketAddress server, String user, Path key, Path knownHosts) {
    List<String> options() {
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

    String host() {
      return server.getAddress() instanceof Inet6Address
          ? "[::1]"
          : server.getAddress().getHostAddress();
    }

    String destination() {
      return user + "@" + host();
    }

    String port() {
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
    Programs.require(
        switch (this) {
          case SFTP -> Programs.SFTP;
          case SCP, SCP_LEGACY -> Programs.SCP;
          case LFTP -> Programs.LFTP;
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
