package sluice.dist.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program with all that it starts, in a process group of its own, so that stopping it leaves
 * nothing behind. Output goes to a file.
 */
public final class ProcessGroup implements AutoCloseable {
  // Only for the JVM's end: a test run that is broken off leaves nothing behind either.
  private static final Set<ProcessGroup> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> RUNNING.forEach(group -> group.signal("KILL"))));
  }

  private final Process process;
  private final Path output;

  private ProcessGroup(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Starts a program with standard output and error in one file. */
  public static ProcessGroup start(
      List<String> command, Map<String, String> environment, Path directory, Path output) {
    List<String> grouped = new ArrayList<>(List.of("setsid"));
    grouped.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(grouped)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.environment().putAll(environment);
    try {
      ProcessGroup group = new ProcessGroup(builder.start(), output);
      RUNNING.add(group);
      return group;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Output so far. */
  public String output() {
    try {
      return new String(Files.readAllBytes(output), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean alive() {
    return process.isAlive();
  }

  /** Waits for the program itself to end and returns its exit code. */
  public int exitCode(Duration limit) throws InterruptedException {
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError(
          "still running after " + limit.toSeconds() + " s; its output:\n" + output());
    }
    return process.exitValue();
  }

  /** Sends a signal, named without {@code SIG}, to the whole group. */
  public void signal(String name) {
    signalTo(name, "-" + pid());
  }

  /** Sends a signal to the program alone. */
  public void signalMain(String name) {
    signalTo(name, Long.toString(pid()));
  }

  /** Ends the group, politely first, and returns when nothing of it is left. */
  @Override
  public void close() {
    // Servers may give a connection's process a session of its own, so that it leaves the group.
    List<ProcessHandle> descendants = process.toHandle().descendants().toList();
    if (alive()) {
      signal("CONT");
      signal("TERM");
    }
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        signal("KILL");
      }
    } catch (InterruptedException e) {
      signal("KILL");
      Thread.currentThread().interrupt();
    }
    descendants.forEach(ProcessHandle::destroyForcibly);
    if (!members().isEmpty()) {
      signal("KILL");
    }
    Await.until(
        Duration.ofSeconds(10),
        () -> "process group " + pid() + " ends",
        () -> members().isEmpty() && descendants.stream().noneMatch(ProcessGroup::running));
    RUNNING.remove(this);
  }

  private static boolean running(ProcessHandle handle) {
    return handle.isAlive() && !stat(handle.pid()).startsWith("Z");
  }

  /** Process ids of the group, without the dead that nobody has reaped. */
  private List<Long> members() {
    try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> name.chars().allMatch(Character::isDigit))
          .map(Long::valueOf)
          .filter(
              id -> {
                String[] fields = stat(id).split(" ");
                return fields.length > 2
                    && !fields[0].equals("Z")
                    && fields[2].equals(Long.toString(pid()));
              })
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** State, parent, group and so on of a process; empty when it is gone. */
  private static String stat(long id) {
    try {
      String line = Files.readString(Path.of("/proc/" + id + "/stat"));
      return line.substring(line.lastIndexOf(')') + 2);
    } catch (IOException e) {
      return "";
    }
  }

  private static void signalTo(String name, String target) {
    try {
      new ProcessBuilder("kill", "-" + name, "--", target)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor(10, TimeUnit.SECONDS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
