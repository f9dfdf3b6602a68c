package sluice.core.control;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The right to be the one gateway behind a control socket: a lock on the pid file beside it, which
 * the system takes back however the process ends. So a socket file that is found by its holder is a
 * dead gateway's.
 */
public final class Instance implements AutoCloseable {

  private final Path pidFile;
  private final FileChannel channel;

  private Instance(Path pidFile, FileChannel channel) {
    this.pidFile = pidFile;
    this.channel = channel;
  }

  /** The pid file that belongs to a socket: beside it, with the ending {@code .pid}. */
  public static Path pidFile(Path socket) {
    String name = socket.getFileName().toString();
    String base = name.endsWith(".sock") ? name.substring(0, name.length() - 5) : name;
    return socket.resolveSibling(base + ".pid");
  }

  /**
   * Claims the right and writes the pid file. Folders are made as needed.
   *
   * @param socket of the gateway, absolute
   * @throws ControlException if another process has it
   * @throws IOException if the file cannot be written
   */
  public static Instance claim(Path socket) throws IOException {
    Path file = pidFile(socket);
    Files.createDirectories(file.getParent());
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      FileLock lock = tryLock(channel);
      if (lock == null) {
        throw new ControlException(
            "another gateway runs here (pid "
                + read(channel)
                + "). Stop it with \"gateway.sh stop\", or give this one its own control.socket"
                + " in its descriptor; theirs is "
                + socket);
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
      return new Instance(file, channel);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // this process has it already
    }
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer content = ByteBuffer.allocate(32);
    channel.read(content, 0);
    String pid = new String(content.array(), 0, content.position(), StandardCharsets.US_ASCII);
    return pid.isBlank() ? "unknown" : pid.trim();
  }

  /** Removes the pid file and gives the right back. */
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(pidFile);
    channel.close();
  }
}
