package sluice.tftp.rules;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A pattern for file names: {@code *} stands for any characters but {@code /}, {@code **} for any
 * characters, {@code ?} for one character but {@code /}, and {@code {a,b}} for either. A pattern
 * without {@code /} is about the last part of a name, whatever folder that is in. Immutable.
 *
 * <p>Matching takes time in proportion to name and pattern, whatever a client sends.
 */
final class FilePattern {

  private static final char ANY = '\uE000';
  private static final char ANY_WITHIN = '\uE001';
  private static final char ONE = '\uE002';
  private static final int MOST_ALTERNATIVES = 64;
  private static final int LONGEST = 512;

  private final String text;
  private final boolean lastPart;
  private final List<String> alternatives;

  private FilePattern(String text, boolean lastPart, List<String> alternatives) {
    this.text = text;
    this.lastPart = lastPart;
    this.alternatives = alternatives;
  }

  /**
   * Reads a pattern.
   *
   * @throws IllegalArgumentException if it is none, with a message for operators
   */
  static FilePattern parse(String text) {
    if (text.isEmpty() || text.length() > LONGEST) {
      throw wrong(text, "has " + text.length() + " characters, and 1 to " + LONGEST + " can be");
    }
    if (text.indexOf('\\') >= 0) {
      throw wrong(text, "has a backslash; write / between folders, it matches both");
    }
    if (text.contains("***")) {
      throw wrong(text, "has three stars in a row; ** stands for any characters");
    }
    if (text.chars().anyMatch(c -> c < ' ' || c >= ANY && c <= ONE)) {
      throw wrong(text, "has a character that no file name has");
    }
    if (text.matches("(.*/)?\\.\\.?(/.*)?")) {
      throw wrong(text, "has . or .. as a folder; names are compared without these");
    }
    String plain = text.startsWith("/") ? text.substring(1) : text;
    if (plain.isEmpty() || plain.contains("//") || plain.endsWith("/")) {
      throw wrong(text, "has a folder without a name; for all that is in a folder write folder/**");
    }
    List<String> alternatives = new ArrayList<>();
    expand(text, plain, alternatives);
    return new FilePattern(text, text.indexOf('/') < 0, List.copyOf(alternatives));
  }

  private static void expand(String text, String pattern, List<String> into) {
    int open = pattern.indexOf('{');
    int close = pattern.indexOf('}');
    if (open < 0 && close < 0) {
      if (into.size() == MOST_ALTERNATIVES) {
        throw wrong(text, "stands for more than " + MOST_ALTERNATIVES + " patterns; write several");
      }
      into.add(tokens(pattern));
      return;
    }
    int nested = open < 0 ? -1 : pattern.indexOf('{', open + 1);
    if (open < 0 || close < open || nested >= 0 && nested < close) {
      throw wrong(text, "has braces that do not go together; write {a,b}, one pair in no other");
    }
    for (String choice : pattern.substring(open + 1, close).split(",", -1)) {
      expand(text, pattern.substring(0, open) + choice + pattern.substring(close + 1), into);
    }
  }

  private static String tokens(String pattern) {
    return pattern.replace("**", String.valueOf(ANY)).replace('*', ANY_WITHIN).replace('?', ONE);
  }

  private static IllegalArgumentException wrong(String text, String what) {
    return new IllegalArgumentException("the pattern \"" + text + "\" " + what);
  }

  /**
   * A name as patterns see it: without a leading slash, with slashes for backslashes, and without
   * empty parts, {@code .} and {@code ..}, so that no spelling of a name escapes a rule.
   */
  static String plain(String name) {
    Deque<String> parts = new ArrayDeque<>();
    for (String part : name.replace('\\', '/').split("/")) {
      if (part.equals("..")) {
        parts.pollLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    return String.join("/", parts);
  }

  /**
   * Whether it is about a name.
   *
   * @param name as {@link #plain} makes it
   */
  boolean matches(String name) {
    String seen = lastPart ? name.substring(name.lastIndexOf('/') + 1) : name;
    for (String alternative : alternatives) {
      if (matches(alternative, seen)) {
        return true;
      }
    }
    return false;
  }

  /** All places in the pattern that the name read so far may have led to, at once. */
  private static boolean matches(String pattern, String name) {
    boolean[] at = new boolean[pattern.length() + 1];
    at[0] = true;
    skipStars(pattern, at);
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean[] next = new boolean[at.length];
      boolean any = false;
      for (int p = 0; p < pattern.length(); p++) {
        char token = pattern.charAt(p);
        boolean star = token == ANY || token == ANY_WITHIN && c != '/';
        if (at[p] && star) {
          next[p] = true;
          any = true;
        } else if (at[p] && (token == ONE && c != '/' || token == c && token != ANY_WITHIN)) {
          next[p + 1] = true;
          any = true;
        }
      }
      if (!any) {
        return false;
      }
      skipStars(pattern, next);
      at = next;
    }
    return at[pattern.length()];
  }

  private static void skipStars(String pattern, boolean[] at) {
    for (int p = 0; p < pattern.length(); p++) {
      if (at[p] && (pattern.charAt(p) == ANY || pattern.charAt(p) == ANY_WITHIN)) {
        at[p + 1] = true;
      }
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
