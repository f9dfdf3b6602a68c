package sluice.dist.peers.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import sluice.dist.peers.Scratch;
import sluice.testkit.FtpPeer;

/** Apache FtpServer, in this process. */
public final class EmbeddedFtp implements RunningServer {
  private final Scratch scratch;
  private final Path root;
  private final FtpPeer peer;

  private EmbeddedFtp(Scratch scratch, Path root, FtpPeer peer) {
    this.scratch = scratch;
    this.root = root;
    this.peer = peer;
  }

  static EmbeddedFtp start(InetSocketAddress at, FtpPeer.DataPorts ports, FtpPeer.Tls tls) {
    Scratch scratch = Scratch.create("apache");
    try {
      Path root = scratch.folder("home/files");
      return new EmbeddedFtp(
          scratch, root, FtpPeer.start(at, root.getParent(), "apache", ports, tls));
    } catch (IOException e) {
      scratch.close();
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public InetSocketAddress address() {
    return peer.address();
  }

  @Override
  public RealServer.Login login() {
    return new RealServer.Login(FtpPeer.USER, FtpPeer.PASSWORD);
  }

  @Override
  public Path root() {
    return root;
  }

  @Override
  public String log() {
    return "";
  }

  @Override
  public void close() {
    peer.close();
    scratch.close();
  }
}
