package sluice.ftp.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sluice.ftp.codec.Command;
import sluice.ftp.codec.Reply;

/** What FEAT and HELP show: nothing that is always refused. Immutable. */
public final class ShownCommands {

  private static final Pattern WORD = Pattern.compile("(?<![A-Za-z@])[A-Z@]{3,5}[0-9]*(?![a-z])");

  private final CommandPolicy policy;

  /**
   * @param policy of the listener
   */
  public ShownCommands(CommandPolicy policy) {
    this.policy = policy;
  }

  /** The reply to FEAT without features that are refused. */
  public Reply features(Reply reply) {
    if (reply.code() != 211 || reply.lines().size() < 3 || !policy.refusesAnything()) {
      return reply;
    }
    List<String> lines = reply.lines();
    List<String> shown = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      boolean feature = i > 0 && i < lines.size() - 1;
      if (!feature || !hidden(lines.get(i).replaceFirst("^211-", "").strip())) {
        shown.add(lines.get(i));
      }
    }
    return new Reply(reply.code(), shown, reply.last());
  }

  /** Whether a line of FEAT is about something that is refused. */
  private boolean hidden(String feature) {
    String[] words = feature.toUpperCase(Locale.ROOT).split("[ ;\\t]+");
    return switch (words[0]) {
      case "" -> false;
      case "MLST" -> refused("MLST") && refused("MLSD");
      case "SITE" -> words.length > 1 && refused("SITE " + words[1]);
      default -> Verbs.known(Verbs.plain(words[0])) && refused(words[0]);
    };
  }

  /** The reply to HELP or SITE HELP, with the words of what is refused left blank. */
  public Reply help(Command asked, Reply reply) {
    if (!reply.positive() || !policy.refusesAnything()) {
      return reply;
    }
    String prefix = asked.verb().equals("SITE") ? "SITE " : "";
    return new Reply(
        reply.code(),
        reply.lines().stream().map(line -> withoutRefused(line, prefix)).toList(),
        reply.last());
  }

  private String withoutRefused(String line, String prefix) {
    return WORD.matcher(line)
        .replaceAll(
            found -> {
              String word = found.group();
              boolean command = !prefix.isEmpty() || Verbs.known(Verbs.plain(word));
              return command && refused(prefix + word)
                  ? " ".repeat(word.length())
                  : Matcher.quoteReplacement(word);
            });
  }

  private boolean refused(String line) {
    return policy.always(new Command(line)).isPresent();
  }
}
