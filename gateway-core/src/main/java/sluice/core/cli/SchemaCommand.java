package sluice.core.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import sluice.core.descriptor.load.SchemaGenerator;
import sluice.core.launch.Home;
import sluice.core.plugins.PluginHost;

@Command(
    name = "schema",
    mixinStandardHelpOptions = true,
    description = {
      "Prints the JSON Schema of the descriptor, for editors.",
      "It is of the draft 2020-12, and has the options of all installed plugins."
    })
final class SchemaCommand implements Callable<Integer> {

  private final Home home;
  @Spec private CommandSpec spec;

  SchemaCommand(Home home) {
    this.home = home;
  }

  @Override
  public Integer call() {
    try (PluginHost plugins = PluginHost.load(home.plugins())) {
      spec.commandLine().getOut().println(new SchemaGenerator(plugins.extensions()).text());
      spec.commandLine().getOut().flush();
      return ExitCode.OK;
    }
  }
}
