package sluice.tftp.rules;

import java.util.List;
import java.util.Optional;
import sluice.api.Doc;

/** Who may have which files, as the descriptor has it. */
public record AccessRule(
    @Doc("What the rule is called in the ERROR that a client gets; without it, its place.")
        Optional<String> name,
    @Doc(
            "Patterns such as \"*.img\", \"pxelinux.cfg/*\" or \"private/**\"; without them the"
                + " rule is about all files.")
        List<String> files,
    @Doc(
            "Addresses and networks such as \"10.0.0.0/8\"; without them the rule is about all"
                + " clients.")
        List<String> clients,
    @Doc("allow, read-only (no uploads) or deny.") Access access) {

  /** What a rule says. */
  public enum Access {
    /** Both ways. */
    ALLOW,
    /** Downloads. */
    READ_ONLY,
    /** Nothing. */
    DENY
  }

  private static final int LONGEST_NAME = 60;

  /**
   * @throws IllegalArgumentException if a pattern or a network is wrong
   */
  public AccessRule {
    Scope.of(files, clients);
    name.ifPresent(
        text -> {
          if (!text.matches("[ -~]{1," + LONGEST_NAME + "}")) {
            throw new IllegalArgumentException(
                "name has 1 to " + LONGEST_NAME + " printable letters, but is \"" + text + "\"");
          }
        });
  }
}
