package sluice.core.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import sluice.core.launch.Home;
import sluice.core.launch.Launch;
import sluice.core.launch.LaunchException;
import sluice.core.launch.Signals;

@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the gateway in the foreground until it is stopped.",
      "It is stopped by \"gateway.sh stop\", by Ctrl-C (SIGINT) or by SIGTERM. New sessions are not"
          + " taken any more then, and what runs may finish within the descriptor's stop-timeout; a"
          + " second signal ends it at once."
    })
final class RunCommand implements Callable<Integer> {

  private static final Logger LOG = LogManager.getLogger(RunCommand.class);

  private final Home home;
  private final AtomicInteger signals = new AtomicInteger();

  @Mixin private ConfigOption config;

  @Option(
      names = "--ready-file",
      hidden = true,
      description = "Is made when the gateway serves; \"gateway.sh start\" waits for it.")
  private Path readyFile;

  @Spec private CommandSpec spec;

  RunCommand(Home home) {
    this.home = home;
  }

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    Launch.Settings settings =
        new Launch.Settings(
            home,
            config.descriptor(),
            System::getenv,
            (Map<String, Object> entry) -> {},
            line -> {
              err.println(line);
              err.flush();
            });
    try (Launch launch = Launch.start(settings)) {
      Signals.on("TERM", () -> stop(launch, err));
      Signals.on("INT", () -> stop(launch, err));
      out.print(StartText.of(launch.gateway().status(), home));
      out.flush();
      if (readyFile != null) {
        Files.createFile(readyFile);
      }
      launch.awaitStopped();
      return ExitCode.OK;
    } catch (LaunchException e) {
      e.problems().forEach(err::println);
      return ExitCode.FAILED;
    } finally {
      LogManager.shutdown();
    }
  }

  private void stop(Launch launch, PrintWriter err) {
    if (signals.incrementAndGet() == 1) {
      LOG.info("stopped by a signal");
      err.println("stopping; what runs may finish. Once more ends it at once.");
      err.flush();
      launch.gateway().stop();
    } else {
      LOG.warn("ended at once by a second signal");
      LogManager.shutdown();
      Runtime.getRuntime().halt(ExitCode.FAILED);
    }
  }
}
