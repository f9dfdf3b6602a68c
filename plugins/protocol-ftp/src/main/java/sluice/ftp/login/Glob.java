package sluice.ftp.login;

import java.util.Locale;

/**
 * A text in which {@code *} stands for any characters and {@code ?} for one. Without them it is
 * itself.
 */
final class Glob {

  private final String pattern;
  private final boolean anyCase;

  Glob(String pattern, boolean anyCase) {
    this.anyCase = anyCase;
    this.pattern = folded(pattern);
  }

  private String folded(String text) {
    return anyCase ? text.toLowerCase(Locale.ROOT) : text;
  }

  /** Whether it stands for this text. */
  boolean matches(String text) {
    return matches(folded(text), false);
  }

  /** Whether it stands for everything that another one of its kind stands for. */
  boolean covers(Glob other) {
    return matches(other.pattern, true);
  }

  /** Whether it stands for everything. */
  boolean all() {
    return !pattern.isEmpty() && pattern.chars().allMatch(c -> c == '*');
  }

  // Goes back to the last star only, so that no pattern takes more than length times length.
  private boolean matches(String text, boolean textIsPattern) {
    int p = 0;
    int t = 0;
    int star = -1;
    int afterStar = 0;
    while (t < text.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        afterStar = t;
      } else if (p < pattern.length() && one(pattern.charAt(p), text.charAt(t), textIsPattern)) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++afterStar;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  private static boolean one(char pattern, char text, boolean textIsPattern) {
    return pattern == '?' ? !textIsPattern || text != '*' : pattern == text;
  }

  @Override
  public String toString() {
    return pattern;
  }
}
