package sluice.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sluice.testkit.FtpPeer;

/**
 * A stranger's first plugin: the example's folder is copied out of the distribution, built with
 * Maven against its {@code sdk/}, and the jar dropped into {@code plugins/}.
 */
class ExamplePluginIT {

  private static final Path HOME = Path.of(System.getProperty("sluice.home"));
  private static final String JAR = "example-fill-first-1.0.0.jar";

  @TempDir static Path outside;
  private static Path built;

  @TempDir Path folder;
  private Path home;

  @BeforeAll
  static void theExampleIsCopiedOutAndBuilt() throws Exception {
    Path example = outside.resolve("my-plugin");
    copy(HOME.resolve("sdk/example-fill-first"), example);
    Ran maven =
        run(
            example,
            List.of(
                Path.of(System.getProperty("sluice.maven"), "bin/mvn").toString(),
                "-B",
                "-q",
                "package",
                "-Dsluice.sdk=" + HOME.resolve("sdk/repository"),
                "-Dmaven.repo.local=" + repositoryWithoutOurs(outside.resolve("repository"))));
    assertEquals(0, maven.exit(), maven.output());
    built = example.resolve("target").resolve(JAR);
    assertTrue(Files.exists(built), maven.output());
    assertTrue(
        Files.exists(outside.resolve("repository/io/github/sluice/testkit")),
        "the artifacts came from the sdk");
  }

  @AfterAll
  static void theLinksAreTakenAwayAgain() throws IOException {
    try (Stream<Path> files = Files.walk(outside)) {
      for (Path link : files.filter(Files::isSymbolicLink).toList()) {
        Files.delete(link);
      }
    }
  }

  @BeforeEach
  void aHomeOfItsOwn() throws IOException {
    home = folder.resolve("sluice");
    copy(HOME, home);
  }

  @Test
  void theSmallestUsefulPluginHasUnder25Lines() throws IOException {
    Path source = HOME.resolve("sdk/example-fill-first/src/main/java/com/example/FillFirst.java");
    assertTrue(Files.readAllLines(source).size() < 25);
  }

  @Test
  void droppedIntoPluginsItIsShownWithItsOptions() throws Exception {
    Files.copy(built, home.resolve("plugins").resolve(JAR));
    Ran shown = gateway("plugins");
    assertEquals(0, shown.exit(), shown.output());
    String expected =
        """
        strategy fill-first  (example-fill-first 1.0.0, example-fill-first-1.0.0.jar)
            sessions: whole number from 1, default 100
                When is it full?
        """;
    assertTrue(shown.output().contains(expected), shown.output());
  }

  @Test
  void namedInTheDescriptorItServesSessions() throws Exception {
    Files.copy(built, home.resolve("plugins").resolve(JAR));
    try (FtpPeer a = FtpPeer.start(Files.createDirectory(folder.resolve("a")));
        FtpPeer b = FtpPeer.start(Files.createDirectory(folder.resolve("b")))) {
      InetSocketAddress listener = free();
      Path descriptor = folder.resolve("gateway.yaml");
      Files.writeString(
          descriptor,
          """
          listeners:
            ftp: { protocol: ftp, bind: "%s", pool: files }
          pools:
            files:
              balance: { strategy: fill-first, options: { sessions: 1 } }
              backends:
                a: { address: "%s" }
                b: { address: "%s" }
          control: { socket: "%s" }
          """
              .formatted(
                  text(listener),
                  text(a.address()),
                  text(b.address()),
                  folder.resolve("control.sock")));
      Process gateway = start(descriptor);
      try (Socket first = logIn(listener)) {
        assertEquals(List.of(1, 0), List.of(a.sessions(), b.sessions()));
        try (Socket second = logIn(listener)) {
          assertEquals(List.of(1, 1), List.of(a.sessions(), b.sessions()));
          assertTrue(first.isConnected() && second.isConnected());
        }
      } finally {
        gateway.destroy();
        if (!gateway.waitFor(30, TimeUnit.SECONDS)) {
          gateway.destroyForcibly();
        }
      }
    }
  }

  @Test
  void jarsThatCannotBeUsedAreNamedWithWhatTheyNeed() throws Exception {
    Path plugins = home.resolve("plugins");
    Files.copy(built, plugins.resolve(JAR));
    Files.copy(built, plugins.resolve("example-fill-first-copy.jar"));
    Path future = Files.copy(built, plugins.resolve("future.jar"));
    manifest(future, "Plugin-Requires: .*", "Plugin-Requires: >=2.0.0");
    manifest(future, "Plugin-Id: .*", "Plugin-Id: future");
    Path lacking = Files.copy(built, plugins.resolve("lacking.jar"));
    manifest(lacking, "Plugin-Id: .*", "Plugin-Id: lacking");
    inside(lacking, root -> Files.delete(root.resolve("com/example/FillFirst$Options.class")));
    Files.writeString(plugins.resolve("torn.jar"), "the first half of a jar");

    Ran shown = gateway("plugins");
    assertEquals(1, shown.exit(), shown.output());
    for (String expected :
        List.of(
            "example-fill-first-copy.jar: its Plugin-Id example-fill-first is that of "
                + "example-fill-first-1.0.0.jar (version 1.0.0), which is used; remove one of the"
                + " two",
            "future.jar: it needs the plugin API >=2.0.0, but this gateway has 1.0.0;",
            "lacking.jar: the extension com.example.FillFirst cannot be used: it needs the class"
                + " com.example.FillFirst$Options, which is neither in the jar nor",
            "torn.jar: it cannot be read as a jar or zip")) {
      assertTrue(shown.output().contains(expected), expected + "\n\n" + shown.output());
    }
  }

  /**
   * A local repository that has everything but our own artifacts, as a stranger's would after a
   * first build; so that nothing but what is in the sdk can be found, and little is downloaded.
   */
  private static Path repositoryWithoutOurs(Path view) throws IOException {
    Path all = Path.of(System.getProperty("sluice.localRepository"));
    Path ours = Path.of("io/github/sluice");
    for (Path at = ours; at != null; at = at.getParent()) {
      Path parent = at.getParent() == null ? Path.of("") : at.getParent();
      Files.createDirectories(view.resolve(parent));
      if (Files.isDirectory(all.resolve(parent))) {
        try (Stream<Path> members = Files.list(all.resolve(parent))) {
          for (Path member : members.toList()) {
            if (!member.getFileName().equals(at.getFileName())) {
              Files.createSymbolicLink(view.resolve(parent).resolve(member.getFileName()), member);
            }
          }
        }
      }
    }
    return view;
  }

  private Ran gateway(String verb) throws Exception {
    return run(home, List.of(home.resolve("gateway.sh").toString(), verb));
  }

  private Process start(Path descriptor) throws Exception {
    Path ready = folder.resolve("ready");
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(
                home.resolve("gateway.sh").toString(),
                "run",
                "--config",
                descriptor.toString(),
                "--ready-file",
                ready.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!Files.exists(ready)) {
      if (!process.isAlive() || System.nanoTime() > end) {
        process.destroyForcibly();
        throw new AssertionError("the gateway does not serve:\n" + Files.readString(output));
      }
      process.waitFor(50, TimeUnit.MILLISECONDS);
    }
    return process;
  }

  private static Socket logIn(InetSocketAddress listener) throws IOException {
    Socket socket = new Socket(listener.getAddress(), listener.getPort());
    socket.setSoTimeout(20_000);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    assertEquals("220", reply(in));
    socket.getOutputStream().write("USER user\r\n".getBytes(StandardCharsets.UTF_8));
    assertEquals("331", reply(in));
    socket.getOutputStream().write("PASS password\r\n".getBytes(StandardCharsets.UTF_8));
    assertEquals("230", reply(in));
    return socket;
  }

  private static String reply(BufferedReader in) throws IOException {
    String line = in.readLine();
    while (line != null && line.length() > 3 && line.charAt(3) == '-') {
      line = in.readLine();
    }
    return line == null ? "the end" : line.substring(0, 3);
  }

  private static InetSocketAddress free() throws IOException {
    // An address of its own, so that others that take free ports do not meet this one.
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress("127.25.25.25", 0));
      return (InetSocketAddress) socket.getLocalSocketAddress();
    }
  }

  private static String text(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  private static void manifest(Path jar, String pattern, String replacement) throws IOException {
    inside(
        jar,
        root -> {
          Path file = root.resolve("META-INF/MANIFEST.MF");
          String text = Files.readString(file);
          Files.writeString(file, text.replaceAll(pattern, replacement));
        });
  }

  private static void inside(Path jar, Change change) throws IOException {
    try (FileSystem files = FileSystems.newFileSystem(jar)) {
      change.make(files.getPath("/"));
    }
  }

  private interface Change {
    void make(Path root) throws IOException;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.collect(Collectors.toList())) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }

  private record Ran(int exit, String output) {}

  private static Ran run(Path where, List<String> command) throws Exception {
    Path output = Files.createTempFile(outside, "output", ".txt");
    Process process =
        new ProcessBuilder(command)
            .directory(where.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError(command + " does not end:\n" + Files.readString(output));
    }
    return new Ran(process.exitValue(), Files.readString(output));
  }
}
