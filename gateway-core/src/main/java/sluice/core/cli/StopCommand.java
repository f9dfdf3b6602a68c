package sluice.core.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import sluice.core.control.ControlClient;
import sluice.core.control.NotRunningException;
import sluice.core.control.Status;

@Command(
    name = "stop",
    mixinStandardHelpOptions = true,
    description = {
      "Stops the gateway and waits until it is gone.",
      "New sessions are not taken any more, and what runs may finish within the descriptor's"
          + " stop-timeout. If no gateway runs, there is nothing to do, and the exit code is 0."
    })
final class StopCommand implements Callable<Integer> {

  /** For the process to end once its sessions have. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  @Mixin private ConfigOption config;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    ControlClient client = new ControlClient(config.socket());
    Status status;
    Duration timeout;
    try {
      status = client.status();
      timeout = client.stop();
    } catch (NotRunningException e) {
      out.println(e.getMessage());
      return ExitCode.OK;
    }
    int sessions = status.listeners().stream().mapToInt(Status.Listener::sessions).sum();
    if (sessions > 0) {
      out.printf(
          "stopping; %d session%s may finish within %d s%n",
          sessions, sessions == 1 ? "" : "s", timeout.toSeconds());
      out.flush();
    }
    if (!ended(status.pid(), timeout.plus(GRACE))) {
      throw new IOException(
          "the gateway (pid "
              + status.pid()
              + ") is still there "
              + timeout.plus(GRACE).toSeconds()
              + " s after it was asked to stop. \"kill -9 "
              + status.pid()
              + "\" ends it; its log may say what it waits for");
    }
    out.println("stopped (pid " + status.pid() + ")");
    return ExitCode.OK;
  }

  private static boolean ended(long pid, Duration limit) throws InterruptedException {
    Optional<ProcessHandle> process = ProcessHandle.of(pid);
    if (process.isEmpty()) {
      return true;
    }
    try {
      process.get().onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
