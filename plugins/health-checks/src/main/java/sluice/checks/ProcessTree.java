package sluice.checks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts programs so that they can be killed with everything they have started.
 *
 * <p>With {@code setsid} (util-linux) the program leads a process group of its own, and a kill of
 * the group also reaches what was re-parented. Descendants that have left the group are looked for
 * besides.
 */
final class ProcessTree {

  private static final Logger LOG = LoggerFactory.getLogger(ExecCheck.class);

  private final Optional<Path> setsid;

  private ProcessTree(Optional<Path> setsid) {
    this.setsid = setsid;
  }

  static ProcessTree ofThisSystem() {
    Optional<Path> setsid =
        Stream.of("/usr/bin/setsid", "/bin/setsid")
            .map(Path::of)
            .filter(Files::isExecutable)
            .findFirst();
    if (setsid.isEmpty()) {
      LOG.warn(
          "there is no setsid (util-linux) here: what an exec check's program leaves in the"
              + " background may outlive it");
    }
    return new ProcessTree(setsid);
  }

  /** The command that starts a command so. */
  List<String> command(List<String> command) {
    if (setsid.isEmpty()) {
      return command;
    }
    List<String> whole = new ArrayList<>();
    whole.add(setsid.get().toString());
    whole.addAll(command);
    return whole;
  }

  /**
   * Kills it all at once. An interrupt of this thread is kept for later: the kill is done in any
   * case.
   */
  void kill(Process process) {
    boolean interrupted = Thread.interrupted();
    try {
      // Before the kill: after it nobody knows any more who was whose child.
      List<ProcessHandle> descendants = process.descendants().toList();
      if (setsid.isPresent()) {
        killGroup(process.pid());
      }
      process.destroyForcibly();
      descendants.forEach(ProcessHandle::destroyForcibly);
      process.waitFor(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void killGroup(long group) throws InterruptedException {
    try {
      // The JDK can signal single processes only. The shell's own kill is there on every system.
      Process kill =
          new ProcessBuilder("/bin/sh", "-c", "kill -KILL -\"$1\"", "kill", Long.toString(group))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!kill.waitFor(2, TimeUnit.SECONDS)) {
        kill.destroyForcibly();
      }
    } catch (IOException e) {
      LOG.warn("process group {} of a check cannot be killed: {}", group, e.toString());
    }
  }
}
