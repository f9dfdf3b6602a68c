package sluice.core.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import sluice.core.launch.Home;
import sluice.core.plugins.PluginHost;
import sluice.core.plugins.PluginProblem;

@Command(
    name = "plugins",
    mixinStandardHelpOptions = true,
    description = {
      "Prints what the plugins bring.",
      "That is each protocol, strategy and check with its jar, version and options. A plugin that"
          + " cannot be used is named with the reason, and the exit code is 1."
    })
final class PluginsCommand implements Callable<Integer> {

  private final Home home;
  @Spec private CommandSpec spec;

  PluginsCommand(Home home) {
    this.home = home;
  }

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    try (PluginHost plugins = PluginHost.load(home.plugins())) {
      spec.commandLine().getOut().print(plugins.describe());
      spec.commandLine().getOut().flush();
      for (PluginProblem problem : plugins.problems()) {
        err.println("cannot be used: " + problem);
      }
      return plugins.problems().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }
  }
}
