package sluice.core.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Stands here for the help only: what {@code start} does is in {@code gateway.sh}. */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    description = {
      "Starts the gateway in the background.",
      "Waits until it serves, and prints what listens where. If it does not start, prints why and"
          + " ends with the exit code of run."
    })
final class StartCommand implements Callable<Integer> {

  @Mixin private ConfigOption config;

  @Override
  public Integer call() {
    throw new IllegalArgumentException(
        "start is done by gateway.sh, which runs the gateway; run that");
  }
}
