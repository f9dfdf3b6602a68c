package sluice.dist.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import sluice.core.control.ControlClient;
import sluice.core.control.Status;

/**
 * The gateway as it is shipped, as a process of its own: {@code gateway.sh run} with a descriptor,
 * logs and a control socket in a folder that goes with it. Closing it stops it as an operator would
 * and fails the test if it does not end well or has leaked a buffer.
 */
public final class PackagedGateway implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final Scratch scratch;
  private final Path logs;
  private final Path socket;
  private final ProcessGroup process;

  private PackagedGateway(Scratch scratch, Path logs, Path socket, ProcessGroup process) {
    this.scratch = scratch;
    this.logs = logs;
    this.socket = socket;
    this.process = process;
  }

  /**
   * Starts it; when this returns, it listens.
   *
   * @param descriptor listeners and pools; the control socket is added
   */
  public static PackagedGateway start(String descriptor) {
    return start(descriptor, List.of(), Map.of());
  }

  /**
   * The same with variables for the descriptor.
   *
   * @param variables of its environment
   */
  public static PackagedGateway start(String descriptor, Map<String, String> variables) {
    return start(descriptor, List.of(), variables);
  }

  /**
   * The same somewhere else.
   *
   * @param prefix what runs it, as {@code nsenter} with its options
   */
  public static PackagedGateway start(String descriptor, List<String> prefix) {
    return start(descriptor, prefix, Map.of());
  }

  private static PackagedGateway start(
      String descriptor, List<String> prefix, Map<String, String> variables) {
    String home = System.getProperty("sluice.home");
    if (home == null) {
      throw new AssertionError(
          "the system property sluice.home names no unpacked distribution; run with mvn verify");
    }
    Scratch scratch = Scratch.create("gateway");
    Path logs = scratch.folder("logs");
    Path socket = scratch.path().resolve("control.sock");
    Path ready = scratch.path().resolve("ready");
    Path file =
        scratch.write(
            "gateway.yaml",
            descriptor + "\nstop-timeout: 10s\ncontrol: { socket: " + socket + " }\n");
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            Path.of(home, "gateway.sh").toString(),
            "run",
            "--config",
            file.toString(),
            "--ready-file",
            ready.toString()));
    ProcessGroup process =
        ProcessGroup.start(
            command,
            environment(logs, variables),
            scratch.path(),
            scratch.path().resolve("output"));
    PackagedGateway gateway = new PackagedGateway(scratch, logs, socket, process);
    try {
      Await.until(
          Duration.ofSeconds(60),
          () -> "the gateway is ready; it said:\n" + process.output(),
          () -> {
            if (!process.alive()) {
              throw new AssertionError("the gateway ended:\n" + process.output() + descriptor);
            }
            return Files.exists(ready);
          });
      return gateway;
    } catch (AssertionError e) {
      process.close();
      scratch.close();
      throw e;
    }
  }

  private static Map<String, String> environment(Path logs, Map<String, String> variables) {
    Map<String, String> all = new HashMap<>(variables);
    all.put("SLUICE_LOGS", logs.toString());
    all.put("SLUICE_JAVA_OPTS", "-Xmx256m -Dio.netty.leakDetection.level=paranoid");
    return all;
  }

  /** What it says of itself. */
  public Status status() {
    try {
      return new ControlClient(socket).status();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A backend of a pool as it is now. */
  public Status.Backend backend(String pool, String name) {
    return status().pools().stream()
        .filter(p -> p.name().equals(pool))
        .flatMap(p -> p.backends().stream())
        .filter(b -> b.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Waits for a backend's state. */
  public void awaitState(String pool, String name, String state, Duration limit) {
    Await.until(
        limit,
        () -> pool + "/" + name + " is " + state + "; it is " + backend(pool, name) + "\n" + log(),
        () -> backend(pool, name).state().equals(state));
  }

  /** The access log so far. */
  public List<JsonNode> records() {
    Path file = logs.resolve("access.log");
    List<JsonNode> records = new ArrayList<>();
    try {
      if (Files.exists(file)) {
        String text = Files.readString(file);
        // The last line may be half written.
        for (String line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n")) {
          if (!line.isEmpty()) {
            records.add(JSON.readTree(line));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return records;
  }

  /** Waits until so many records match, as the log is written behind the sessions' backs. */
  public List<JsonNode> awaitRecords(int count, Predicate<JsonNode> which) {
    Await.until(
        Duration.ofSeconds(15),
        () -> count + " records; there are " + records().stream().filter(which).toList() + log(),
        () -> records().stream().filter(which).count() >= count);
    return records().stream().filter(which).toList();
  }

  /** The human log, or its end, for the message of a failed test. */
  public String log() {
    try {
      Path file = logs.resolve("gateway.log");
      String text = Files.exists(file) ? Files.readString(file) : "";
      return "\n--- the gateway's log\n" + text.substring(Math.max(0, text.length() - 8000));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    try {
      process.signalMain("TERM");
      int exit = process.exitCode(Duration.ofSeconds(40));
      String log =
          Files.exists(logs.resolve("gateway.log"))
              ? Files.readString(logs.resolve("gateway.log"))
              : "";
      assertEquals(0, exit, () -> "exit code after SIGTERM" + log());
      assertFalse(log.contains("LEAK"), () -> "a buffer leaked: " + log);
      assertFalse(log.contains(" ERROR "), () -> "an error in the log: " + log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.close();
      scratch.close();
    }
  }
}
