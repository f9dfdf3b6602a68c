package sluice.dist.shell;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import sluice.dist.peers.Await;
import sluice.dist.peers.Loopback;
import sluice.dist.peers.Scratch;
import sluice.testkit.FtpPeer;

/**
 * One user's place: a folder with a descriptor, logs and a control socket, an FTP server as the
 * only backend, and the packaged script. Closing it ends whatever was started in it.
 */
final class Site implements AutoCloseable {

  static final Path HOME = Path.of(System.getProperty("sluice.home"));
  static final Duration LIMIT = Duration.ofSeconds(60);

  private final Scratch scratch = Scratch.create("shell");
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final List<Process> started = new ArrayList<>();
  private final InetAddress address = Loopback.v4();
  private final int port = Loopback.freePort(address);
  private final FtpPeer backend;
  private Path script = HOME.resolve("gateway.sh");

  Site() {
    try {
      backend = FtpPeer.start(scratch.folder("files"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    environment.put("SLUICE_LOGS", logs().toString());
    environment.put("SLUICE_CONFIG", descriptor().toString());
    environment.put("SLUICE_JAVA_OPTS", "-Xmx128m -XX:TieredStopAtLevel=1");
    describe("stop-timeout: 20s");
  }

  /** Whether a program is on the PATH. */
  boolean has(String program) {
    return run(List.of("sh", "-c", "command -v " + program)).exit() == 0;
  }

  /** What a script did. */
  record Result(int exit, String out, String err) {

    @Override
    public String toString() {
      return "exit code " + exit + "\n--- out\n" + out + "--- err\n" + err;
    }
  }

  /** Writes the descriptor, with more lines at its end. */
  void describe(String more) {
    scratch.write(
        "gateway.yaml",
        """
        listeners:
          ftp: { protocol: ftp, bind: "%s", pool: files, max-sessions: 10 }
        pools:
          files:
            health: { check: tcp, interval: 1s, timeout: 1s }
            backends:
              a: { address: "%s" }
        control: { socket: %s }
        %s
        """
            .formatted(
                Loopback.hostPort(listener()),
                Loopback.hostPort(backend.address()),
                socket(),
                more));
  }

  Path path(String name) {
    return scratch.path().resolve(name);
  }

  /** A folder that everyone may write to. */
  Path open(String name) {
    return scratch.open(name);
  }

  Path write(String name, String text) {
    return scratch.write(name, text);
  }

  Path descriptor() {
    return path("gateway.yaml");
  }

  Path logs() {
    return path("logs");
  }

  Path socket() {
    return path("gateway.sock");
  }

  Path files() {
    return path("files");
  }

  InetSocketAddress listener() {
    return new InetSocketAddress(address, port);
  }

  FtpPeer backend() {
    return backend;
  }

  Site with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Site without(String variable) {
    environment.put(variable, null);
    return this;
  }

  /** Another path to the script. */
  Site script(Path other) {
    script = other;
    return this;
  }

  /** Runs the script to its end. */
  Result sh(String... arguments) {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(arguments));
    return run(command);
  }

  /** Runs a command to its end. */
  Result run(List<String> command) {
    Path out = path("out-" + started.size());
    Path err = path("err-" + started.size());
    try {
      Process process = start(command, out, err);
      if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            command + " did not end\n" + Files.readString(out) + Files.readString(err));
      }
      return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** A script that goes on. */
  final class Running {

    private final Process process;
    private final Path out;
    private final Path err;

    private Running(Process process, Path out, Path err) {
      this.process = process;
      this.out = out;
      this.err = err;
    }

    long pid() {
      return process.pid();
    }

    boolean alive() {
      return process.isAlive();
    }

    void signal(String name) {
      run(List.of("kill", "-" + name, String.valueOf(process.pid())));
    }

    String out() {
      return text(out);
    }

    String err() {
      return text(err);
    }

    Running awaitOut(String text) {
      Await.until(
          LIMIT,
          () -> "\"" + text + "\" is printed; it was\n" + out() + err(),
          () -> {
            if (!alive() && !out().contains(text)) {
              throw new AssertionError("it ended:\n" + out() + err());
            }
            return out().contains(text);
          });
      return this;
    }

    int exit() {
      try {
        if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new AssertionError("it goes on:\n" + out() + err());
        }
        return process.exitValue();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
  }

  /** A distribution like the packaged one, whose plugins may be changed. */
  Path copyOfHome() throws IOException {
    Path home = scratch.folder("home");
    Files.copy(HOME.resolve("gateway.sh"), home.resolve("gateway.sh"));
    for (String folder : List.of("lib", "conf", "samples")) {
      Files.createSymbolicLink(home.resolve(folder), HOME.resolve(folder));
    }
    Path plugins = scratch.folder("home/plugins");
    try (Stream<Path> jars = Files.list(HOME.resolve("plugins"))) {
      for (Path jar : (Iterable<Path>) jars::iterator) {
        Files.createSymbolicLink(plugins.resolve(jar.getFileName()), jar);
      }
    }
    return home;
  }

  /** Runs the script and goes on. */
  Running background(String... arguments) {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(arguments));
    return backgroundCommand(command);
  }

  /** Runs a command and goes on. */
  Running backgroundCommand(List<String> command) {
    Path out = path("out-" + started.size());
    Path err = path("err-" + started.size());
    return new Running(start(command, out, err), out, err);
  }

  /** {@code run}, and it serves. */
  Running running() {
    return background("run").awaitOut("records: ");
  }

  private Process start(List<String> command, Path out, Path err) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(scratch.path().toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    environment.forEach(
        (variable, value) -> {
          if (value == null) {
            builder.environment().remove(variable);
          } else {
            builder.environment().put(variable, value);
          }
        });
    try {
      Process process = builder.start();
      started.add(process);
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String log() {
    return text(logs().resolve("gateway.log"));
  }

  static String text(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (Files.exists(socket())) {
      endBackground();
    }
    started.forEach(Process::destroyForcibly);
    backend.close();
    scratch.close();
  }

  /** A gateway that {@code start} has left behind. */
  private void endBackground() {
    String pid = text(path("gateway.pid")).strip();
    if (!pid.isEmpty()) {
      ProcessHandle.of(Long.parseLong(pid))
          .ifPresent(
              gateway -> {
                gateway.destroyForcibly();
                gateway.onExit().join();
              });
    }
  }
}
