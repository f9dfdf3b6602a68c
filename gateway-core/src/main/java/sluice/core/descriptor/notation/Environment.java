package sluice.core.descriptor.notation;

import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts environment variables into text: <code>${NAME}</code> is the variable's value, <code>
 * ${NAME:-text}</code> the text if it is unset or empty, and <code>$${</code> stands for <code>${
 * </code>.
 */
public final class Environment {

  private static final Pattern REFERENCE = Pattern.compile("\\$(\\$\\{|\\{([^}]*)(\\})?)");
  private static final Pattern CONTENT =
      Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?", Pattern.DOTALL);

  private final Function<String, String> variables;

  /**
   * @param variables from a name to a value, or null if the variable is unset
   */
  public Environment(Function<String, String> variables) {
    this.variables = variables;
  }

  /** Whether the text has anything to substitute or to unescape. */
  public static boolean concerns(String text) {
    return text.contains("${");
  }

  /** Whether the text refers to a variable, as opposed to an escaped reference. */
  public static boolean refers(String text) {
    Matcher matcher = REFERENCE.matcher(text);
    while (matcher.find()) {
      if (matcher.group(2) != null) {
        return true;
      }
    }
    return false;
  }

  /**
   * The text with its variables filled in.
   *
   * @throws IllegalArgumentException if a variable is unset or a reference is malformed, with a
   *     message for operators
   */
  public String substitute(String text) {
    Matcher matcher = REFERENCE.matcher(text);
    StringBuilder result = new StringBuilder();
    while (matcher.find()) {
      String value = matcher.group(2) == null ? "${" : value(matcher.group(2), matcher.group(3));
      matcher.appendReplacement(result, Matcher.quoteReplacement(value));
    }
    return matcher.appendTail(result).toString();
  }

  private String value(String reference, String closing) {
    Matcher content = CONTENT.matcher(reference);
    if (closing == null || !content.matches()) {
      throw new IllegalArgumentException(
          "expected an environment variable as ${NAME} or ${NAME:-default}, but what follows here"
              + " a ${ is neither; write $${ for a plain ${");
    }
    String value = variables.apply(content.group(1));
    String otherwise = content.group(2);
    if (otherwise != null && (value == null || value.isEmpty())) {
      return otherwise;
    }
    if (value == null) {
      throw new IllegalArgumentException(
          "the environment variable "
              + content.group(1)
              + " is not set; set it before the gateway starts, or give a default as in ${"
              + content.group(1)
              + ":-default}");
    }
    return value;
  }
}
