package sluice.core.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.reflect.Constructor;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import sluice.core.control.NotRunningException;
import sluice.core.launch.Home;

/** The verbs of {@code gateway.sh}. */
@Command(
    name = "gateway.sh",
    description = "Runs, asks and stops the Sluice gateway.",
    synopsisSubcommandLabel = "VERB",
    subcommands = {
      RunCommand.class,
      StartCommand.class,
      StopCommand.class,
      StatusCommand.class,
      SessionsCommand.class,
      CheckCommand.class,
      SchemaCommand.class,
      ProbeCommand.class,
      PluginsCommand.class,
      DemoCommand.class,
      VersionCommand.class,
      CommandLine.HelpCommand.class
    },
    commandListHeading = "%nVerbs:%n",
    footer = {
      "",
      "\"gateway.sh help VERB\" says more about a verb.",
      "",
      "Environment:",
      "  JAVA_HOME          the Java to use, 17 or later; otherwise the java on PATH",
      "  SLUICE_CONFIG      the descriptor, instead of conf/gateway.yaml",
      "  SLUICE_LOGS        the folder of the logs, instead of logs",
      "  SLUICE_LOG_CONFIG  the logging's configuration, instead of conf/log4j2.xml",
      "  SLUICE_JAVA_OPTS   more options for the JVM of run, start and demo",
      "",
      "Exit codes: 0 done, 1 did not work, 2 wrong use, 3 not running, 4 no usable Java;",
      "those of probe are 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN."
    })
final class Cli implements Callable<Integer> {

  @Spec private CommandSpec spec;

  private Cli() {}

  /** Runs a verb; returns the exit code. */
  static int execute(Home home, String... arguments) {
    CommandLine line = new CommandLine(new Cli(), factory(home));
    line.setUsageHelpWidth(100);
    line.setExecutionExceptionHandler((e, command, parsed) -> explain(e, command.getErr()));
    return line.execute(arguments);
  }

  /** Verbs that need the home take it in their constructor. */
  private static CommandLine.IFactory factory(Home home) {
    CommandLine.IFactory plain = CommandLine.defaultFactory();
    return new CommandLine.IFactory() {
      @Override
      public <K> K create(Class<K> type) throws Exception {
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
          if (Arrays.equals(constructor.getParameterTypes(), new Class<?>[] {Home.class})) {
            return type.cast(constructor.newInstance(home));
          }
        }
        return plain.create(type);
      }
    };
  }

  /** Without a verb. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }

  private static int explain(Exception e, PrintWriter err) {
    if (e instanceof NotRunningException) {
      err.println(e.getMessage());
      return ExitCode.NOT_RUNNING;
    }
    if (e instanceof IOException || e instanceof IllegalArgumentException) {
      err.println(e.getMessage());
    } else {
      err.println("This should not happen; please report it with what follows.");
      e.printStackTrace(err);
    }
    err.flush();
    return ExitCode.FAILED;
  }
}
