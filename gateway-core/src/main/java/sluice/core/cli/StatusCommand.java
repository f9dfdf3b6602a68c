package sluice.core.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import sluice.core.control.ControlClient;

@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = {
      "Prints what listens where, and how the backends are.",
      "The exit code is 3 if no gateway runs."
    })
final class StatusCommand implements Callable<Integer> {

  @Mixin private ConfigOption config;

  @Option(names = "--json", description = "Prints JSON, as the control socket answers it.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    ControlClient client = new ControlClient(config.socket());
    out.print(
        json
            ? new String(client.ask("GET", "/status"), StandardCharsets.UTF_8)
            : StatusText.of(client.status()));
    out.flush();
    return ExitCode.OK;
  }
}
