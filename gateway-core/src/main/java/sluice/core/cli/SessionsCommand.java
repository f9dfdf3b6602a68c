package sluice.core.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import sluice.core.control.ControlClient;
import sluice.core.control.SessionStatus;

@Command(
    name = "sessions",
    mixinStandardHelpOptions = true,
    description = {
      "Prints the open sessions, oldest first.",
      "The exit code is 3 if no gateway runs."
    })
final class SessionsCommand implements Callable<Integer> {

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
            ? new String(client.ask("GET", "/sessions"), StandardCharsets.UTF_8)
            : table(client.sessions()));
    out.flush();
    return ExitCode.OK;
  }

  private static String table(List<SessionStatus> sessions) {
    if (sessions.isEmpty()) {
      return "no session is open\n";
    }
    Table table =
        new Table(
            "session", "listener", "client", "backend", "start", "#transfers", "#bytes", "facts");
    for (SessionStatus session : sessions) {
      table.row(
          session.id(),
          session.listener(),
          session.client(),
          session.backend().isEmpty() ? "-" : session.backend(),
          StatusText.time(session.start()),
          session.transfers(),
          session.bytes(),
          session.facts().entrySet().stream()
              .map(fact -> fact.getKey() + "=" + Table.printable(fact.getValue()))
              .collect(Collectors.joining(" ")));
    }
    return table.toString();
  }
}
