package sluice.testkit.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import sluice.testkit.FtpPeer;
import sluice.testkit.SshPeer;
import sluice.testkit.TftpPeer;

/**
 * The servers of the demo: two of each protocol, each with a folder of its own. Files of one name
 * differ from backend to backend, so that a file shows where it came from.
 */
final class DemoBackends implements AutoCloseable {

  /** What each backend serves for downloads. */
  static final String FILE = "file.bin";

  private static final int FILE_BYTES = 1024 * 1024;

  private final Path folder;
  private final List<KeyPair> hostKeys = SshPeer.newHostKeys();
  private final Map<String, Path> roots = new LinkedHashMap<>();
  private final Map<String, AutoCloseable> running = new LinkedHashMap<>();

  /** A server that can be started on a port. */
  private interface Kind {
    AutoCloseable start(String pool, String name, Path root) throws IOException;
  }

  private final Map<String, Kind> kinds;

  DemoBackends(DemoPorts ports, Path folder) {
    this.folder = folder;
    kinds = new LinkedHashMap<>();
    kinds.put(
        "files",
        (pool, name, root) -> FtpPeer.start(ports.backend(pool, name), root, pool + "/" + name));
    kinds.put("boot", (pool, name, root) -> TftpPeer.start(ports.backend(pool, name), root));
    kinds.put(
        "vault",
        (pool, name, root) ->
            SshPeer.start(ports.backend(pool, name), root, pool + name, hostKeys));
  }

  void startAll() throws IOException {
    for (String pool : kinds.keySet()) {
      for (String name : List.of("a", "b")) {
        String backend = pool + "/" + name;
        Path root = Files.createDirectories(folder.resolve(backend));
        byte[] content = new byte[FILE_BYTES];
        new Random(backend.hashCode()).nextBytes(content);
        Files.write(root.resolve(FILE), content);
        Files.writeString(root.resolve("hello.txt"), "Hello from backend " + backend + ".\n");
        roots.put(backend, root);
        start(backend);
      }
    }
  }

  void start(String backend) throws IOException {
    String pool = backend.substring(0, backend.indexOf('/'));
    String name = backend.substring(backend.indexOf('/') + 1);
    running.put(backend, kinds.get(pool).start(pool, name, roots.get(backend)));
  }

  void stop(String backend) throws Exception {
    running.remove(backend).close();
  }

  List<KeyPair> hostKeys() {
    return hostKeys;
  }

  /** A file of a backend; null if it has none of that name. */
  byte[] content(String backend, String file) throws IOException {
    Path root = roots.get(backend);
    if (root == null || !Files.exists(root.resolve(file))) {
      return null;
    }
    return Files.readAllBytes(root.resolve(file));
  }

  /** The backends that have a file. */
  List<String> having(String file) {
    List<String> having = new ArrayList<>();
    roots.forEach(
        (backend, root) -> {
          if (Files.exists(root.resolve(file))) {
            having.add(backend);
          }
        });
    return having;
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable server : running.values()) {
      server.close();
    }
  }
}
