package sluice.dist.peers.clients;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import sluice.dist.peers.ClientRun;
import sluice.dist.peers.Programs;
import sluice.dist.peers.servers.RealServer;

/**
 * Many ftplib sessions at once, in all modes in turn, that check that all they read is of the
 * backend they are on.
 *
 * @param clients at the same time
 * @param sessions of each client, one after the other
 * @param files that each session reads, up to 20
 * @param length of each file, bytes
 */
public record ParallelFtp(int clients, int sessions, int files, int length) {

  /** Gives a backend its own content, and takes away what sessions wrote before. */
  public void fill(RealServer backend, String name) {
    for (Path file : uploads(backend)) {
      file.toFile().delete();
    }
    try {
      Files.writeString(backend.root().resolve("who"), name);
      for (int i = 0; i < 20; i++) {
        Files.write(backend.root().resolve(Integer.toString(i)), content(name, i + ""));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a file of a backend holds. */
  public byte[] content(String backend, String file) {
    byte[] piece = (backend + " " + file + "\n").getBytes(StandardCharsets.US_ASCII);
    byte[] content = new byte[length];
    for (int i = 0; i < length; i++) {
      content[i] = piece[i % piece.length];
    }
    return content;
  }

  /** Runs all the sessions; {@code output} of what comes back has a line for each. */
  public ClientRun run(InetSocketAddress server, RealServer.Login login, Path folder) {
    return ClientRun.of(
        folder,
        "",
        List.of(
            Programs.PYTHON.path(),
            "-B",
            Scripts.path("ftp_parallel.py").toString(),
            server.getAddress().getHostAddress(),
            Integer.toString(server.getPort()),
            login.user(),
            login.password(),
            Integer.toString(clients),
            Integer.toString(sessions),
            Integer.toString(files),
            Integer.toString(length)));
  }

  /** The files that sessions wrote to this backend, each with whether its content is right. */
  public List<Boolean> uploadsOf(RealServer backend, String name) {
    return uploads(backend).stream()
        .map(file -> Arrays.equals(bytes(file), content(name, file.getFileName().toString())))
        .toList();
  }

  private static List<Path> uploads(RealServer backend) {
    try (var files = Files.list(backend.root())) {
      return files.filter(file -> file.getFileName().toString().startsWith("up-")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
