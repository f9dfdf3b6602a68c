package sluice.checks;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sluice.api.Backend;

/** The words in a command that stand for facts of the backend. */
final class Tokens {

  private static final Pattern TOKEN = Pattern.compile("(?<!\\w)(HOST|PORT|NAME|POOL)(?!\\w)");

  private Tokens() {}

  /** The command for a backend; the program itself stays as it is. */
  static List<String> replaced(List<String> command, Backend backend) {
    List<String> result = new ArrayList<>();
    result.add(command.get(0));
    for (String argument : command.subList(1, command.size())) {
      result.add(
          TOKEN
              .matcher(argument)
              .replaceAll(match -> Matcher.quoteReplacement(value(match.group(), backend))));
    }
    return result;
  }

  /** Whether a pool's or a backend's name is asked for. */
  static boolean named(List<String> command) {
    return command.subList(1, command.size()).stream()
        .flatMap(argument -> TOKEN.matcher(argument).results())
        .anyMatch(match -> match.group().equals("NAME") || match.group().equals("POOL"));
  }

  private static String value(String token, Backend backend) {
    return switch (token) {
      case "HOST" -> backend.host();
      case "PORT" -> Integer.toString(backend.port());
      case "NAME" -> backend.name();
      default -> backend.pool();
    };
  }
}
