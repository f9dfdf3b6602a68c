package sluice.dist.peers.clients;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sluice.dist.peers.ClientRun;
import sluice.dist.peers.Programs;

/** The FTP clients, each told which mode to use; {@link #cannot} lists what they do not do. */
public enum FtpClients {
  CURL("curl") {
    @Override
    public ClientRun run(FtpJob job) {
      List<String> command =
          new ArrayList<>(
              List.of(
                  Programs.CURL.path(),
                  "-q",
                  "-g",
                  "-sS",
                  "-v",
                  "--fail-early",
                  "--connect-timeout",
                  "20",
                  "--max-time",
                  "100",
                  // Otherwise curl ignores the address of a 227 and would hide a wrong one.
                  "--no-ftp-skip-pasv-ip",
                  "--user",
                  job.login().user() + ":" + job.login().password()));
      if (!job.mode().passive()) {
        command.addAll(List.of("--ftp-port", "-"));
      }
      if (!job.mode().extended()) {
        command.add(job.mode().passive() ? "--disable-epsv" : "--disable-eprt");
      }
      job.tls()
          .ifPresent(
              tls -> {
                command.addAll(List.of("--ssl-reqd", "--cacert", tls.ca().toString()));
                command.addAll(List.of("--tlsv" + tls.version(), "--tls-max", "" + tls.version()));
              });
      // Uploads first: curl gives each -T and -o to the first URL that has none yet.
      for (boolean up : new boolean[] {true, false}) {
        for (Move move : job.moves().stream().filter(m -> m.isUp() == up).toList()) {
          command.addAll(
              up
                  ? List.of("-T", move.local().toString(), "-o", "-")
                  : List.of("-o", move.local().toString()));
          command.add(job.scheme() + "://" + job.authority() + "/" + move.remote());
        }
      }
      return ClientRun.of(job.folder(), "", command);
    }
  },

  LFTP("lftp") {
    @Override
    public ClientRun run(FtpJob job) {
      StringBuilder script = new StringBuilder();
      script
          .append("set net:max-retries 1\n")
          .append("set net:timeout 30\n")
          .append("set net:reconnect-interval-base 1\n")
          .append("set cmd:fail-exit yes\n")
          .append("set xfer:clobber yes\n")
          .append("set xfer:use-temp-file no\n")
          // Otherwise lftp mends a private address in a 227 and would hide a wrong one.
          .append("set ftp:fix-pasv-address no\n")
          .append("set ftp:passive-mode ")
          .append(job.mode().passive())
          .append('\n')
          .append("set ftp:prefer-epsv ")
          .append(job.mode().extended())
          .append('\n')
          .append(tls(job))
          .append("debug 9\n")
          .append(
              "open -u %s,%s %s://%s\n"
                  .formatted(
                      job.login().user(), job.login().password(), job.scheme(), job.authority()));
      for (Move move : job.moves()) {
        script.append(
            move.isUp()
                ? "put %s -o %s\n".formatted(move.local(), move.remote())
                : "get %s -o %s\n".formatted(move.remote(), move.local()));
      }
      return ClientRun.of(
          job.folder(), "", List.of(Programs.LFTP.path(), "--norc", "-c", script.toString()));
    }

    private String tls(FtpJob job) {
      return job.tls()
          .map(
              tls ->
                  """
                  set ftp:ssl-force yes
                  set ftp:ssl-protect-data yes
                  set ftp:ssl-protect-list yes
                  set ssl:verify-certificate yes
                  set ssl:ca-file %s
                  set ssl:priority NORMAL:-VERS-ALL:+VERS-TLS%s
                  """
                      .formatted(tls.ca(), tls.version()))
          .orElse("set ftp:ssl-allow no\n");
    }
  },

  FTPLIB("python ftplib") {
    @Override
    public ClientRun run(FtpJob job) {
      List<String> command =
          new ArrayList<>(
              List.of(
                  Programs.PYTHON.path(),
                  "-B",
                  Scripts.path("ftp_client.py").toString(),
                  job.host(),
                  job.port(),
                  job.login().user(),
                  job.login().password(),
                  job.mode().name()));
      for (Move move : job.moves()) {
        command.addAll(List.of(move.direction().name(), move.local().toString(), move.remote()));
      }
      return ClientRun.of(job.folder(), "", command);
    }
  },

  TNFTP("tnftp") {
    @Override
    public ClientRun run(FtpJob job) {
      StringBuilder script = new StringBuilder();
      script.append("user %s %s\nbinary\n".formatted(job.login().user(), job.login().password()));
      if (!job.mode().extended()) {
        script.append("epsv4 off\n");
      }
      for (Move move : job.moves()) {
        script.append(
            move.isUp()
                ? "put %s %s\n".formatted(move.local(), move.remote())
                : "get %s %s\n".formatted(move.remote(), move.local()));
      }
      List<String> command =
          new ArrayList<>(List.of(Programs.TNFTP.path(), "-n", "-i", "-v", "-d"));
      if (!job.mode().passive()) {
        command.add("-A");
      }
      command.addAll(List.of(job.host(), job.port()));
      return ClientRun.of(job.folder(), script.append("quit\n").toString(), command);
    }
  };

  private final String title;

  FtpClients(String title) {
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
          case CURL -> Programs.CURL;
          case LFTP -> Programs.LFTP;
          case FTPLIB -> Programs.PYTHON;
          case TNFTP -> Programs.TNFTP;
        });
  }

  /** Why this client cannot be had to do this; empty when it can. */
  public Optional<String> cannot(FtpMode mode, boolean v6) {
    if (v6 && !mode.extended()) {
      return Optional.of(mode + " carries IPv4 addresses only");
    }
    if (this == LFTP && mode == FtpMode.EPRT) {
      return Optional.of(
          v6
              ? "lftp announces :: in EPRT when the peer is on the loopback, which servers refuse"
              : "lftp sends PORT on IPv4, whatever it is told");
    }
    return Optional.empty();
  }

  /** Does the job in one session, or as few as the client is able to. */
  public abstract ClientRun run(FtpJob job);
}
