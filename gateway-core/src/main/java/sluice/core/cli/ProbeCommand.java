package sluice.core.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import sluice.core.descriptor.Loaded;
import sluice.core.descriptor.load.DescriptorLoader;
import sluice.core.health.NagiosResult;
import sluice.core.health.ProbeOnce;
import sluice.core.launch.Home;
import sluice.core.plugins.PluginHost;

@Command(
    name = "probe",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = 3,
    exitCodeOnExecutionException = 3,
    description = {
      "Runs the check of one backend now, and prints one line as Nagios plugins do.",
      "It runs from here, and needs no running gateway. The exit code is 0 OK, 1 WARNING,"
          + " 2 CRITICAL or 3 UNKNOWN."
    })
final class ProbeCommand implements Callable<Integer> {

  private final Home home;

  @Parameters(paramLabel = "POOL/NAME", description = "The backend, for example files/a.")
  private String backend;

  @Mixin private ConfigOption config;

  @Spec private CommandSpec spec;

  ProbeCommand(Home home) {
    this.home = home;
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    try (PluginHost plugins = PluginHost.load(home.plugins())) {
      Loaded loaded =
          new DescriptorLoader(plugins.extensions())
              .withHome(home.root())
              .load(config.descriptor());
      if (!loaded.ok()) {
        out.println(
            "PROBE UNKNOWN - the descriptor has problems, the first is "
                + Table.printable(loaded.problems().get(0).toString()));
        return NagiosResult.Status.UNKNOWN.ordinal();
      }
      NagiosResult result = new ProbeOnce(loaded.get(), plugins.extensions()).run(backend);
      out.println(result.line());
      return result.exitCode();
    }
  }
}
