package sluice.checks;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sluice.api.Backend;
import sluice.api.health.Health;
import sluice.api.health.HealthCheck;

/** Runs the program, reads its first line and its exit code, and leaves nothing behind. */
final class Execution implements HealthCheck {

  private static final Logger LOG = LoggerFactory.getLogger(ExecCheck.class);

  private static final int WARNING = 1;

  private final ExecCheck.Options options;
  private final String path;
  private final ProcessTree tree;

  /**
   * @throws IllegalArgumentException if the program is given by its path and is not there
   */
  Execution(ExecCheck.Options options) {
    this.options = options;
    String inherited = System.getenv("PATH");
    this.path = inherited != null ? inherited : "/usr/local/bin:/usr/bin:/bin";
    String program = options.command().get(0);
    if (program.indexOf('/') >= 0) {
      // The working folder is another one later, so a relative path would not be found.
      if (!Path.of(program).isAbsolute()) {
        throw new IllegalArgumentException(
            "the program is an absolute path or a name on the PATH, but is \"" + program + "\"");
      }
      if (!Files.isExecutable(Path.of(program)) || Files.isDirectory(Path.of(program))) {
        throw new IllegalArgumentException(
            "there is no program "
                + program
                + " that may be executed: look at the path and its permissions");
      }
    }
    this.tree = ProcessTree.ofThisSystem();
  }

  @Override
  public Health probe(Backend backend, Duration timeout) throws Exception {
    long end = System.nanoTime() + timeout.toNanos();
    Path folder = Files.createTempDirectory("sluice-check-");
    try {
      return run(Tokens.replaced(options.command(), backend), folder, end);
    } finally {
      delete(folder);
    }
  }

  private Health run(List<String> command, Path folder, long end)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(tree.command(command));
    builder.directory(folder.toFile());
    builder.redirectErrorStream(true);
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("PATH", path);
    environment.put("LANG", "C");
    environment.putAll(options.env());
    long started = System.nanoTime();
    Process process = builder.start();
    FirstLine output = new FirstLine(process.getInputStream());
    boolean ended;
    Duration latency;
    try {
      ended = process.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      latency = Duration.ofNanos(System.nanoTime() - started);
    } finally {
      // Also when it has ended by itself: it may have left something in the background.
      tree.kill(process);
    }
    // All who could write are gone; only the reader may be late.
    output.awaitEnd(2000);
    String line = output.line();
    if (process.isAlive()) {
      return Health.down("the program cannot be killed");
    }
    if (!ended) {
      return Health.down(
          "the program was still running when its time was over, and was killed"
              + (line.isEmpty() ? "" : "; its first line: " + line));
    }
    return judge(process.exitValue(), line).withLatency(latency);
  }

  private Health judge(int code, String line) {
    if (code == 0) {
      return Health.up(line);
    }
    String reason = line.isEmpty() ? "exit code " + code : line + " (exit code " + code + ")";
    return code == WARNING && options.warningIsUp()
        ? Health.up(line).withWarning(reason)
        : Health.down(reason);
  }

  private static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> deepestFirst = new ArrayList<>(all.toList());
      deepestFirst.sort(Comparator.reverseOrder());
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("the working folder {} of a check cannot be deleted: {}", folder, e.toString());
    }
  }

  /** Reads all output, so that the program is never held up, and keeps the beginning. */
  private static final class FirstLine {

    private static final int KEPT = 4096;

    private final InputStream in;
    private final Thread reader;
    private final byte[] kept = new byte[KEPT];
    private int length;

    FirstLine(InputStream in) {
      this.in = in;
      this.reader = new Thread(this::read, "exec-check-output");
      reader.setDaemon(true);
      reader.start();
    }

    private void read() {
      byte[] buffer = new byte[KEPT];
      try (in) {
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          keep(buffer, n);
        }
      } catch (IOException e) {
        // Closed under the reader: what has come is what there is.
      }
    }

    private synchronized void keep(byte[] buffer, int n) {
      int more = Math.min(n, KEPT - length);
      System.arraycopy(buffer, 0, kept, length, more);
      length += more;
    }

    void awaitEnd(long millis) throws InterruptedException {
      reader.join(millis);
    }

    /** The first line that is not empty, without performance data. */
    synchronized String line() {
      String text = new String(kept, 0, length, StandardCharsets.UTF_8);
      String first =
          text.lines().map(String::strip).filter(l -> !l.isEmpty()).findFirst().orElse("");
      int bar = first.indexOf('|');
      return bar < 0 ? first : first.substring(0, bar).strip();
    }
  }
}
