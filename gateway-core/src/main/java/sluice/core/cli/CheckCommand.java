package sluice.core.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import sluice.core.Gateway;
import sluice.core.StartException;
import sluice.core.descriptor.Descriptor;
import sluice.core.descriptor.Loaded;
import sluice.core.descriptor.Problem;
import sluice.core.descriptor.load.DescriptorLoader;
import sluice.core.descriptor.load.DescriptorPrinter;
import sluice.core.launch.Home;
import sluice.core.plugins.PluginHost;
import sluice.core.plugins.PluginProblem;

@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = {
      "Checks a descriptor as a start would, without starting anything.",
      "All problems are printed, each as file:line:column, and the exit code is 1 if there is any."
    })
final class CheckCommand implements Callable<Integer> {

  private final Home home;

  @Parameters(arity = "0..1", paramLabel = "FILE", description = "The descriptor, as with -c.")
  private Path file;

  @Mixin private ConfigOption config;

  @Option(
      names = "--print",
      description = {
        "Prints the descriptor as it was understood: defaults filled in, ranges expanded, secrets"
            + " as ***."
      })
  private boolean print;

  @Spec private CommandSpec spec;

  CheckCommand(Home home) {
    this.home = home;
  }

  @Override
  public Integer call() {
    Path descriptor = file == null ? config.descriptor() : file;
    PrintWriter err = spec.commandLine().getErr();
    try (PluginHost plugins = PluginHost.load(home.plugins())) {
      for (PluginProblem problem : plugins.problems()) {
        err.println("plugin that cannot be used: " + problem);
      }
      Loaded loaded =
          new DescriptorLoader(plugins.extensions()).withHome(home.root()).check(descriptor);
      loaded.warnings().forEach(warning -> err.println("warning: " + warning));
      List<Problem> problems = loaded.ok() ? made(loaded, plugins) : loaded.problems();
      if (!problems.isEmpty()) {
        problems.forEach(err::println);
        err.println(descriptor + ": " + counted(problems.size(), "problem"));
        return ExitCode.FAILED;
      }
      PrintWriter out = spec.commandLine().getOut();
      out.println(
          print
              ? DescriptorPrinter.print(loaded.get()).stripTrailing()
              : descriptor + ": " + summary(loaded.get()));
      out.flush();
      return ExitCode.OK;
    }
  }

  /** What is wrong with making all that the descriptor names. */
  private static List<Problem> made(Loaded loaded, PluginHost plugins) {
    try {
      Gateway.check(loaded.get(), plugins.extensions());
      return List.of();
    } catch (StartException e) {
      return e.problems().stream().map(p -> loaded.problem(p.path(), p.message())).toList();
    }
  }

  private static String summary(Descriptor descriptor) {
    int backends = descriptor.pools().values().stream().mapToInt(p -> p.backends().size()).sum();
    return "no problems; "
        + counted(descriptor.listeners().size(), "listener")
        + ", "
        + counted(descriptor.pools().size(), "pool")
        + ", "
        + counted(backends, "backend");
  }

  private static String counted(int count, String thing) {
    return count + " " + thing + (count == 1 ? "" : "s");
  }
}
