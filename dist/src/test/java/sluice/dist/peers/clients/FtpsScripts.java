package sluice.dist.peers.clients;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import sluice.dist.peers.ClientRun;
import sluice.dist.peers.Programs;
import sluice.dist.peers.servers.RealServer;

/** Sessions of Python's FTP_TLS that no ordinary client would have. Explicit TLS, and passive. */
public record FtpsScripts(
    InetSocketAddress server, RealServer.Login login, JobTls tls, Path folder) {

  /** So many transfers, with or without resumed sessions of TLS. */
  public ClientRun many(boolean resuming, int count) {
    return run("ftps_many.py", resuming, Integer.toString(count), "files");
  }

  /** Takes its time in the middle of a download; the output ends with {@code whole: bytes}. */
  public ClientRun slow(String file) {
    return run("ftps_traps.py", true, "slow", file);
  }

  /** Is killed in the middle of an upload. */
  public ClientRun killed(String file) {
    return run("ftps_traps.py", true, "killed", file);
  }

  private ClientRun run(String script, boolean resuming, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Programs.PYTHON.path(),
                "-B",
                Scripts.path(script).toString(),
                server.getAddress().getHostAddress(),
                Integer.toString(server.getPort()),
                login.user(),
                login.password(),
                "PASV",
                "EXPLICIT",
                tls.version().toString(),
                tls.ca().toString(),
                resuming ? "REUSE" : "FRESH"));
    command.addAll(List.of(arguments));
    return ClientRun.of(folder, "", command);
  }
}
