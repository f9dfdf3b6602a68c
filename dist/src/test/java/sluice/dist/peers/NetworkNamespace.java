package sluice.dist.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A network of its own, with addresses, routes and ports that are nobody else's. It lasts as long
 * as the process that it was made with; closing it takes everything away.
 */
public final class NetworkNamespace implements AutoCloseable {
  private final Path folder;
  private final ProcessGroup holder;
  private int runs;

  private NetworkNamespace(Path folder, ProcessGroup holder) {
    this.folder = folder;
    this.holder = holder;
  }

  /** Skips (or fails) the running test unless namespaces can be made. */
  public static void require() {
    Programs.require(Programs.IP, Programs.UNSHARE, Programs.NSENTER);
    Programs.requireRoot("network namespaces are made");
    try {
      int exit =
          new ProcessBuilder(Programs.UNSHARE.path(), "-n", "ip", "link", "set", "lo", "up")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor();
      Programs.requireThat(exit == 0, "needs leave to make network namespaces (CAP_SYS_ADMIN)");
    } catch (java.io.IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Makes one; its loopback interface is up. */
  public static NetworkNamespace create(Path folder) throws Exception {
    Path up = folder.resolve("up");
    ProcessGroup holder =
        ProcessGroup.start(
            List.of(
                Programs.UNSHARE.path(),
                "-n",
                "sh",
                "-c",
                "ip link set lo up && touch " + up + " && exec sleep 600"),
            Map.of(),
            folder,
            folder.resolve("namespace"));
    NetworkNamespace made = new NetworkNamespace(folder, holder);
    Await.until(
        Duration.ofSeconds(10), () -> "a namespace: " + holder.output(), () -> Files.exists(up));
    return made;
  }

  /** What runs a command inside. */
  public List<String> prefix() {
    return List.of(Programs.NSENTER.path(), "-t", Long.toString(holder.pid()), "-n");
  }

  /** Runs shell commands inside, which have to go well, and returns their output. */
  public String run(String commands) throws Exception {
    List<String> command = new ArrayList<>(prefix());
    command.addAll(List.of("sh", "-ec", commands));
    Path output = folder.resolve("run-" + runs++);
    try (ProcessGroup group = ProcessGroup.start(command, Map.of(), folder, output)) {
      int exit = group.exitCode(Duration.ofSeconds(60));
      assertEquals(0, exit, () -> commands + "\n" + group.output());
      return group.output();
    }
  }

  /** Starts a program inside. */
  public ProcessGroup start(String... program) {
    List<String> command = new ArrayList<>(prefix());
    command.addAll(List.of(program));
    return ProcessGroup.start(command, Map.of(), folder, folder.resolve("program-" + runs++));
  }

  /** Joins two of them by a cable between two new interfaces. */
  public static void join(
      NetworkNamespace one, String oneEnd, NetworkNamespace other, String otherEnd)
      throws Exception {
    one.run(
        "ip link add "
            + oneEnd
            + " type veth peer name "
            + otherEnd
            + " netns "
            + other.holder.pid());
  }

  @Override
  public void close() {
    holder.close();
  }
}
