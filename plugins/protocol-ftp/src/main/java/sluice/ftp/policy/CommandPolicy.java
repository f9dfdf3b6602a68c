package sluice.ftp.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sluice.ftp.codec.Command;

/** What a listener's clients may do. Immutable. */
public final class CommandPolicy {

  /**
   * Why a command is refused.
   *
   * @param code of the reply: 502 if clients get on without the command, else 550
   * @param text of the reply
   * @param rule for logs
   */
  public record Refusal(int code, String text, String rule) {}

  /** What becomes of a command: exactly one of the three. */
  public record Verdict(Optional<Refusal> refusal, boolean directoryNeeded) {

    static final Verdict ALLOWED = new Verdict(Optional.empty(), false);
    static final Verdict DIRECTORY_NEEDED = new Verdict(Optional.empty(), true);

    /** Whether it may pass. */
    public boolean allowed() {
      return refusal.isEmpty() && !directoryNeeded;
    }
  }

  /** A rule with its patterns. */
  private record Ready(CommandRule rule, List<PathPattern> patterns, String label) {}

  private final boolean readOnly;
  private final List<Ready> rules = new ArrayList<>();

  /**
   * @param readOnly whether nothing may be changed
   * @param rules in order; the first that fits decides, and what none fits is allowed
   */
  public CommandPolicy(boolean readOnly, List<CommandRule> rules) {
    this.readOnly = readOnly;
    for (int i = 0; i < rules.size(); i++) {
      CommandRule rule = rules.get(i);
      this.rules.add(new Ready(rule, rule.patterns(), rule.label(i + 1)));
    }
  }

  /** Whether it refuses anything at all. */
  public boolean refusesAnything() {
    return readOnly || !rules.isEmpty();
  }

  /**
   * Looks at a command.
   *
   * @param directory the current one, which may be unknown; null if it has not been asked for yet:
   *     then the answer may be that it is needed
   */
  public Verdict judge(Command given, FtpPath directory) {
    Command command = announced(given);
    if (readOnly && Verbs.writing(command)) {
      return refused(command, false, "read-only", "this listener is read-only");
    }
    for (Ready ready : rules) {
      if (!ready.rule().covers(command)) {
        continue;
      }
      if (!ready.rule().hasPaths()) {
        return ready.rule().denies()
            ? refused(command, false, ready.label(), ready.label() + " of this listener denies it")
            : Verdict.ALLOWED;
      }
      List<FtpPath> paths = NamedPaths.of(command, directory == null ? FtpPath.UNKNOWN : directory);
      if (paths.isEmpty()) {
        continue;
      }
      if (directory == null && unknown(paths) > unknown(NamedPaths.of(command, FtpPath.ROOT))) {
        return Verdict.DIRECTORY_NEEDED;
      }
      if (ready.rule().denies() && mayFit(ready, command, paths)) {
        boolean unsure = paths.stream().anyMatch(path -> !path.known());
        return refused(
            command,
            true,
            ready.label(),
            ready.label()
                + " of this listener denies it"
                + (unsure ? ", as the path cannot be told for certain" : ""));
      }
      if (!ready.rule().denies() && certainlyFits(ready, paths)) {
        return Verdict.ALLOWED;
      }
    }
    return Verdict.ALLOWED;
  }

  /**
   * PRET announces the command that the next data connection is for (lftp says it to Pure-FTPd): it
   * is as good as that.
   */
  private static Command announced(Command command) {
    return command.verb().equals("PRET") && !command.argument().isBlank()
        ? new Command(command.argument())
        : command;
  }

  private static long unknown(List<FtpPath> paths) {
    return paths.stream().filter(path -> !path.known()).count();
  }

  private static boolean mayFit(Ready ready, Command command, List<FtpPath> paths) {
    boolean ignoreCase = ready.rule().caseIgnored();
    boolean tree = NamedPaths.takesTheTree(command);
    return ready.patterns().stream()
        .anyMatch(
            pattern ->
                paths.stream()
                    .anyMatch(
                        path ->
                            pattern.mayMatch(path, ignoreCase)
                                || tree && pattern.mayLieBeneath(path, ignoreCase)));
  }

  private static boolean certainlyFits(Ready ready, List<FtpPath> paths) {
    boolean ignoreCase = ready.rule().caseIgnored();
    return paths.stream()
        .allMatch(
            path ->
                ready.patterns().stream()
                    .anyMatch(pattern -> pattern.certainlyMatches(path, ignoreCase)));
  }

  private static Verdict refused(Command command, boolean path, String rule, String why) {
    String verb = command.verb();
    String site = Verbs.site(command);
    String name = verb + (site.isEmpty() ? "" : " " + site);
    int code = !path && Verbs.dispensable(Verbs.plain(verb)) ? 502 : 550;
    return new Verdict(
        Optional.of(
            new Refusal(
                code, (name.isEmpty() ? "This command" : name) + " refused: " + why + ".", rule)),
        false);
  }

  /** Why a command is always refused, whatever it names; for what is shown as available. */
  public Optional<Refusal> always(Command command) {
    if (readOnly && Verbs.writing(command)) {
      return judge(command, FtpPath.UNKNOWN).refusal();
    }
    for (Ready ready : rules) {
      if (ready.rule().covers(command)) {
        if (!ready.rule().hasPaths()) {
          return judgedBy(ready, command);
        }
        if (!ready.rule().denies()) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Refusal> judgedBy(Ready ready, Command command) {
    return ready.rule().denies()
        ? refused(command, false, ready.label(), ready.label() + " of this listener denies it")
            .refusal()
        : Optional.empty();
  }
}
