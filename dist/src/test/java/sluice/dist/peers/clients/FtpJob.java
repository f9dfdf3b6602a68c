package sluice.dist.peers.clients;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import sluice.dist.peers.servers.RealServer;

/**
 * What an FTP client is to do in one session.
 *
 * @param server address to connect to
 * @param login to log in with
 * @param mode of every data connection
 * @param moves in this order
 * @param folder the client's own, for whatever it leaves behind
 * @param tls how it secures control and data connections; empty for plain FTP
 */
public record FtpJob(
    InetSocketAddress server,
    RealServer.Login login,
    FtpMode mode,
    List<Move> moves,
    Path folder,
    Optional<JobTls> tls) {

  /** A job in plain FTP. */
  public FtpJob(
      InetSocketAddress server,
      RealServer.Login login,
      FtpMode mode,
      List<Move> moves,
      Path folder) {
    this(server, login, mode, moves, folder, Optional.empty());
  }

  /** The scheme of a URL. */
  String scheme() {
    return tls.filter(JobTls::implicit).isPresent() ? "ftps" : "ftp";
  }

  boolean v6() {
    return server.getAddress() instanceof Inet6Address;
  }

  /** The address without brackets. */
  String host() {
    return v6() ? "::1" : server.getAddress().getHostAddress();
  }

  /** The address as in a URL. */
  String authority() {
    return (v6() ? "[::1]" : host()) + ":" + server.getPort();
  }

  String port() {
    return Integer.toString(server.getPort());
  }
}
