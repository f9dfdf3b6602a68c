package sluice.dist.peers.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The system's log, for servers that write to no other, on machines that have none: containers. A
 * stream socket will do, as the C library tries both kinds.
 */
public final class Syslog implements AutoCloseable {
  private static final Path SOCKET = Path.of("/dev/log");

  private final ServerSocketChannel listening;
  private final List<String> lines = new CopyOnWriteArrayList<>();

  private Syslog(ServerSocketChannel listening) {
    this.listening = listening;
    daemon(this::accept);
  }

  /** Whether this machine leaves it to us. */
  public static boolean possible() {
    return System.getProperty("user.name").equals("root") && !Files.exists(SOCKET);
  }

  public static Syslog start() {
    try {
      ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      channel.bind(UnixDomainSocketAddress.of(SOCKET));
      Files.setPosixFilePermissions(SOCKET, PosixFilePermissions.fromString("rw-rw-rw-"));
      return new Syslog(channel);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What has been logged so far. */
  public List<String> lines() {
    return lines;
  }

  @Override
  public void close() {
    try {
      listening.close();
      Files.deleteIfExists(SOCKET);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel channel = listening.accept();
        daemon(() -> read(channel));
      }
    } catch (ClosedChannelException e) {
      // closed
    } catch (IOException e) {
      lines.add("error: the log itself failed: " + e);
    }
  }

  private void read(SocketChannel channel) {
    ByteBuffer buffer = ByteBuffer.allocate(8192);
    StringBuilder rest = new StringBuilder();
    try (channel) {
      while (channel.read(buffer) >= 0) {
        rest.append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
        buffer.clear();
        for (int end = rest.indexOf("\0"); end >= 0; end = rest.indexOf("\0")) {
          lines.add(rest.substring(0, end));
          rest.delete(0, end + 1);
        }
      }
    } catch (IOException e) {
      // its writer is gone
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "syslog");
    thread.setDaemon(true);
    thread.start();
  }
}
