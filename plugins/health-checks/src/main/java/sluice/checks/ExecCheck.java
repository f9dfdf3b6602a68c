package sluice.checks;

import java.util.List;
import java.util.Map;
import org.pf4j.Extension;
import sluice.api.Default;
import sluice.api.Doc;
import sluice.api.health.HealthCheck;
import sluice.api.health.HealthCheckFactory;

/**
 * {@code exec}: runs a program that keeps to the convention of Nagios plugins. Exit code 0 is up, 1
 * is a warning, everything else is down; the first line of the output is the reason.
 *
 * <p>The program runs without a shell, in an empty private folder that is deleted afterwards, with
 * no input and hardly any environment; when the time is over it is killed with everything it has
 * started.
 */
@Extension
public final class ExecCheck implements HealthCheckFactory<ExecCheck.Options> {

  /** The options. */
  public record Options(
      @Doc(
              "The program and its arguments, as a list; no shell is involved. In the arguments the"
                  + " words HOST, PORT, NAME and POOL, standing alone or between characters that are"
                  + " neither letters, digits nor underscores, are replaced by what they say of the"
                  + " backend. A program without a slash is searched on the PATH.")
          List<String> command,
      @Doc("Whether exit code 1 is up with a warning; otherwise it is down.") @Default("false")
          boolean warningIsUp,
      @Doc("Environment variables of the program, besides PATH and LANG=C.")
          Map<String, String> env) {

    /**
     * @throws IllegalArgumentException if there is no program
     */
    public Options {
      command = List.copyOf(command);
      env = Map.copyOf(env);
      if (command.isEmpty() || command.get(0).isBlank()) {
        throw new IllegalArgumentException(
            "command is a list of the program and its arguments, but is empty");
      }
    }
  }

  @Override
  public String name() {
    return "exec";
  }

  @Override
  public Class<Options> optionsType() {
    return Options.class;
  }

  @Override
  public HealthCheck create(Options options) {
    return new Execution(options);
  }

  /** Not if the program is told the names. */
  @Override
  public boolean shareable(Options options) {
    return !Tokens.named(options.command());
  }
}
