package sluice.ftp.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import sluice.api.Doc;
import sluice.ftp.codec.Command;

/** A rule for what clients may do; of several the first that fits a command decides. */
public record CommandRule(
    @Doc("A name for replies and logs; without one it is the rule's place in the list.")
        Optional<String> name,
    @Doc(
            "The commands that are allowed: RETR, SITE CHMOD, or reading, listing, writing (also"
                + " commands that nobody knows) and any (all but the log-in, TYPE, PASV and the"
                + " like).")
        List<String> allow,
    @Doc("The commands that are refused, instead of allow.") List<String> deny,
    @Doc(
            "Patterns of paths, from / on or with ** in front: * is anything in a name, ? one"
                + " character, ** any names. The rule fits only commands that name such a path.")
        List<String> paths,
    @Doc("Whether a and A are the same in paths; by default they are under deny only.")
        Optional<Boolean> ignoreCase) {

  /**
   * @throws IllegalArgumentException if the rule cannot be understood
   */
  public CommandRule {
    allow = List.copyOf(allow);
    deny = List.copyOf(deny);
    paths = List.copyOf(paths);
    if (allow.isEmpty() == deny.isEmpty()) {
      throw new IllegalArgumentException(
          allow.isEmpty()
              ? "a rule has allow or deny with a list of commands, but this has neither"
              : "a rule has allow or deny, but this has both; make it two rules");
    }
    allow.forEach(CommandRule::check);
    for (String denied : deny) {
      check(denied);
      if (!Verbs.deniable(Verbs.plain(denied.strip()))) {
        throw new IllegalArgumentException(
            denied + " cannot be denied: nobody could log in, or leave; remove it");
      }
    }
    paths.forEach(PathPattern::parse);
    if (ignoreCase.isPresent() && paths.isEmpty()) {
      throw new IllegalArgumentException("ignore-case is for paths, but there are none; remove it");
    }
  }

  private static void check(String text) {
    String token = text.strip();
    if (Group.of(token).isPresent() || token.matches("(?i)site +[a-z]+")) {
      return;
    }
    if (!token.matches("[A-Za-z@]+[0-9]*") || !Verbs.known(Verbs.plain(token))) {
      throw new IllegalArgumentException(
          "\""
              + text
              + "\" is no FTP command that is known here; expected one such as STOR or SITE CHMOD,"
              + " one that begins with X, or reading, listing, writing or any");
    }
  }

  /** Commands that are named together. */
  private enum Group {
    READING,
    LISTING,
    WRITING,
    ANY;

    static Optional<Group> of(String token) {
      for (Group group : values()) {
        if (group.name().equalsIgnoreCase(token)) {
          return Optional.of(group);
        }
      }
      return Optional.empty();
    }

    boolean covers(Command command) {
      String verb = command.verb();
      return switch (this) {
        case READING -> Verbs.reading(verb);
        case LISTING -> Verbs.listing(verb) && !Verbs.writing(command);
        case WRITING -> Verbs.writing(command);
        case ANY -> !Verbs.ofSession(verb);
      };
    }
  }

  /** Whether it refuses what it fits. */
  boolean denies() {
    return !deny.isEmpty();
  }

  boolean hasPaths() {
    return !paths.isEmpty();
  }

  /** Whether it is about a command, whatever its path. */
  boolean covers(Command command) {
    String verb = Verbs.plain(command.verb());
    for (String text : denies() ? deny : allow) {
      String token = text.strip();
      Optional<Group> group = Group.of(token);
      if (group.isPresent()) {
        if (group.get().covers(command)) {
          return true;
        }
      } else if (token.indexOf(' ') > 0) {
        String word = token.substring(token.lastIndexOf(' ') + 1).toUpperCase(Locale.ROOT);
        if (verb.equals("SITE") && word.equals(Verbs.site(command))) {
          return true;
        }
      } else if (verb.equals(Verbs.plain(token))) {
        return true;
      }
    }
    return false;
  }

  /** Its patterns, ready to be compared. */
  List<PathPattern> patterns() {
    List<PathPattern> patterns = new ArrayList<>();
    paths.forEach(text -> patterns.add(PathPattern.parse(text)));
    return patterns;
  }

  /** Whether paths are compared without regard to case. */
  boolean caseIgnored() {
    return ignoreCase.orElse(denies());
  }

  /**
   * What it is called.
   *
   * @param place in the list, from 1
   */
  String label(int place) {
    return name.map(given -> "rule \"" + given + "\"").orElse("rule " + place);
  }
}
