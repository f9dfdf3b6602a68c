package sluice.dist.peers.servers;

import java.net.InetSocketAddress;
import java.nio.file.Path;

/** A server that runs, in a process of its own or in this one. */
public sealed interface RunningServer extends AutoCloseable permits RealServer, EmbeddedFtp {

  /** Where it listens. */
  InetSocketAddress address();

  /** Who clients log in as. */
  RealServer.Login login();

  /** The folder whose files it serves as {@code files/}. */
  Path root();

  /** What it has logged and printed so far; empty if it does neither. */
  String log();

  @Override
  void close();
}
