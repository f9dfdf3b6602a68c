package sluice.dist.peers.clients;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sluice.dist.peers.ClientRun;
import sluice.dist.peers.Programs;

/** The FTP clients again, with TLS where they know it; {@link #cannot} lists what they lack. */
public enum FtpsClients {
  CURL("curl") {
    @Override
    public ClientRun run(FtpJob job) {
      return FtpClients.CURL.run(job);
    }
  },

  LFTP("lftp") {
    @Override
    public ClientRun run(FtpJob job) {
      return FtpClients.LFTP.run(job);
    }
  },

  /** As it is shipped: every data connection makes a TLS session of its own. */
  FTP_TLS("python FTP_TLS") {
    @Override
    public ClientRun run(FtpJob job) {
      return python(job, "FRESH");
    }
  },

  /** With the small change that many scripts have: data connections resume the TLS session. */
  FTP_TLS_REUSE("python FTP_TLS, reuse") {
    @Override
    public ClientRun run(FtpJob job) {
      return python(job, "REUSE");
    }
  },

  TNFTP("tnftp") {
    @Override
    public ClientRun run(FtpJob job) {
      return FtpClients.TNFTP.run(job);
    }
  };

  private final String title;

  FtpsClients(String title) {
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
          case FTP_TLS, FTP_TLS_REUSE -> Programs.PYTHON;
          case TNFTP -> Programs.TNFTP;
        });
  }

  /** Whether its data connections resume the TLS session of the control connection. */
  public boolean resumes() {
    return this != FTP_TLS;
  }

  /** Why this client cannot be had to do this over IPv4; empty when it can. */
  public Optional<String> cannot(FtpMode mode, boolean tls) {
    if (tls && this == TNFTP) {
      return Optional.of("tnftp knows no TLS for FTP");
    }
    if (!tls && this == FTP_TLS_REUSE) {
      return Optional.of("without TLS there is nothing to resume: the same as without reuse");
    }
    if (tls && this == CURL && !mode.passive()) {
      return Optional.of("curl 7.88.1 fails in active mode under TLS, without a gateway too");
    }
    return this == LFTP ? FtpClients.LFTP.cannot(mode, false) : Optional.empty();
  }

  /** Does the job in one session. */
  public abstract ClientRun run(FtpJob job);

  private static ClientRun python(FtpJob job, String sessions) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Programs.PYTHON.path(),
                "-B",
                Scripts.path("ftps_client.py").toString(),
                job.host(),
                job.port(),
                job.login().user(),
                job.login().password(),
                job.mode().name(),
                job.tls().map(tls -> tls.implicit() ? "IMPLICIT" : "EXPLICIT").orElse("PLAIN"),
                job.tls().map(tls -> tls.version().toString()).orElse("-"),
                job.tls().map(tls -> tls.ca().toString()).orElse("-"),
                sessions));
    for (Move move : job.moves()) {
      command.addAll(List.of(move.direction().name(), move.local().toString(), move.remote()));
    }
    return ClientRun.of(job.folder(), "", command);
  }
}
