package sluice.ftp.policy;

import java.util.List;
import java.util.Optional;
import sluice.api.Default;
import sluice.api.Doc;
import sluice.api.Range;

/** What clients of an FTP listener may do, and how fast. */
public record FtpPolicy(
    @Doc(
            "Whether nothing may be changed: commands that store, delete, rename or set anything"
                + " are refused, and those that nobody knows too.")
        @Default("false")
        boolean readOnly,
    @Doc("Rules for commands and paths; the first that fits decides, and what none fits may pass.")
        List<CommandRule> rules,
    @Doc(
            "Commands a second of one session; faster ones wait, and then the client is not read."
                + " 0: as fast as they come.")
        @Default("0")
        @Range(min = 0, max = 100_000)
        int commandsPerSecond,
    @Doc("What becomes of clients whose log-ins fail; without it nothing.")
        Optional<FailedLogins> failedLogins) {

  /** Nothing is refused or slowed. */
  public static final FtpPolicy NONE = new FtpPolicy(false, List.of(), 0, Optional.empty());

  /** Copies the list. */
  public FtpPolicy {
    rules = List.copyOf(rules);
  }

  /** The first option that is set; none of them works where commands are not read. */
  public Optional<String> set() {
    return readOnly
        ? Optional.of("read-only")
        : !rules.isEmpty()
            ? Optional.of("rules")
            : commandsPerSecond > 0
                ? Optional.of("commands-per-second")
                : failedLogins.map(any -> "failed-logins");
  }
}
