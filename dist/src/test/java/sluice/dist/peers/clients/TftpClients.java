package sluice.dist.peers.clients;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import sluice.dist.peers.ClientRun;
import sluice.dist.peers.Programs;

/**
 * The TFTP clients, each with options of its own: none, blksize and windowsize, blksize and tsize.
 */
public enum TftpClients {
  TFTP_HPA("tftp-hpa") {
    @Override
    public ClientRun run(InetSocketAddress server, boolean netascii, Move move, Path folder) {
      List<String> command =
          new ArrayList<>(
              List.of(
                  Programs.TFTP.path(),
                  "-v",
                  "-m",
                  netascii ? "netascii" : "octet",
                  host(server),
                  Integer.toString(server.getPort()),
                  "-c"));
      command.addAll(
          move.isUp()
              ? List.of("put", move.local().toString(), move.remote())
              : List.of("get", move.remote(), move.local().toString()));
      return ClientRun.of(folder, "", command);
    }
  },

  ATFTP("atftp") {
    @Override
    public ClientRun run(InetSocketAddress server, boolean netascii, Move move, Path folder) {
      List<String> command =
          new ArrayList<>(
              List.of(
                  Programs.ATFTP.path(),
                  "--verbose",
                  "--option",
                  "mode " + (netascii ? "netascii" : "octet"),
                  "--option",
                  "blksize 1428",
                  "--option",
                  "windowsize 8"));
      if (!netascii) { // tftpd-hpa refuses it there
        command.addAll(List.of("--option", "tsize 0"));
      }
      command.addAll(
          List.of(
              move.isUp() ? "-p" : "-g",
              "-l",
              move.local().toString(),
              "-r",
              move.remote(),
              host(server),
              Integer.toString(server.getPort())));
      return ClientRun.of(folder, "", command);
    }
  },

  CURL("curl") {
    @Override
    public ClientRun run(InetSocketAddress server, boolean netascii, Move move, Path folder) {
      List<String> command =
          new ArrayList<>(
              List.of(
                  Programs.CURL.path(),
                  "-q",
                  "-g",
                  "-sS",
                  "-v",
                  "--connect-timeout",
                  "20",
                  "--max-time",
                  "100"));
      // curl always asks for tsize, but takes a tsize of 0 for an error, and tftpd-hpa refuses the
      // option in netascii.
      if (netascii || move.remote().endsWith("-0")) {
        command.add("--tftp-no-options");
      } else {
        command.addAll(List.of("--tftp-blksize", "1468"));
      }
      command.addAll(List.of(move.isUp() ? "-T" : "-o", move.local().toString()));
      boolean v6 = server.getAddress() instanceof Inet6Address;
      command.add(
          "tftp://%s:%d/%s%s"
              .formatted(
                  v6 ? "[::1]" : host(server),
                  server.getPort(),
                  move.remote(),
                  netascii ? ";mode=netascii" : ";mode=octet"));
      return ClientRun.of(folder, "", command);
    }
  };

  private final String title;

  TftpClients(String title) {
    this.title = title;
  }

  /** The name of the package. */
  public String title() {
    return title;
  }

  /** Skips the running test when this client is not here. */
  public void require() {
    Programs.require(
        switch (this) {
          case TFTP_HPA -> Programs.TFTP;
          case ATFTP -> Programs.ATFTP;
          case CURL -> Programs.CURL;
        });
  }

  /** Moves one file. */
  public abstract ClientRun run(InetSocketAddress server, boolean netascii, Move move, Path folder);

  private static String host(InetSocketAddress server) {
    return server.getAddress() instanceof Inet6Address
        ? "::1"
        : server.getAddress().getHostAddress();
  }
}
