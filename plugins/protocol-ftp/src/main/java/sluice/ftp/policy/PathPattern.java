package sluice.ftp.policy;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A pattern of paths. A comparison takes time in proportion to the lengths of both, whatever a
 * client sends.
 */
final class PathPattern {

  private static final String DEEP = "**";

  private final List<String> parts;

  private PathPattern(List<String> parts) {
    this.parts = parts;
  }

  /**
   * @throws IllegalArgumentException if it is no pattern, with a message for operators
   */
  static PathPattern parse(String text) {
    if (!text.startsWith("/") && !text.startsWith(DEEP + "/")) {
      throw new IllegalArgumentException(
          "a pattern of paths begins with / or **/, but this is \""
              + text
              + "\"; for a name in any directory write \"**/"
              + text
              + "\"");
    }
    if (text.matches("(?s).*[\\[\\]{}\\\\].*")) {
      throw new IllegalArgumentException(
          "a pattern of paths knows *, ? and **, but this is \""
              + text
              + "\"; write a pattern for each alternative");
    }
    List<String> parts = new ArrayList<>();
    for (String part : text.split("/")) {
      if (part.equals(".") || part.equals("..")) {
        throw new IllegalArgumentException(
            "a pattern of paths has no . and .., but this is \"" + text + "\"");
      }
      if (!part.isEmpty()) {
        parts.add(part);
      }
    }
    return new PathPattern(parts);
  }

  /** Whether the path may be one of the pattern's: what is not known may. */
  boolean mayMatch(FtpPath path, boolean ignoreCase) {
    return !path.known() || matches(path, ignoreCase, true);
  }

  /** Whether the path certainly is one of the pattern's. */
  boolean certainlyMatches(FtpPath path, boolean ignoreCase) {
    return path.known() && matches(path, ignoreCase, false);
  }

  /**
   * Whether paths of the pattern may lie beneath this one, so that they come and go with it. Only
   * as far as the pattern's own names go: under {@code **} anything might.
   */
  boolean mayLieBeneath(FtpPath path, boolean ignoreCase) {
    List<String> names = path.names();
    if (!path.known() || names.size() > parts.size()) {
      return !path.known();
    }
    for (int i = 0; i < names.size(); i++) {
      if (parts.get(i).equals(DEEP) || !name(parts.get(i), names.get(i), ignoreCase, true)) {
        return false;
      }
    }
    return names.size() == parts.size() || !parts.get(names.size()).equals(DEEP);
  }

  private boolean matches(FtpPath path, boolean ignoreCase, boolean maybe) {
    List<String> names = path.names();
    int count = names.size();
    // reached[j]: the parts so far match the first j names.
    boolean[] reached = new boolean[count + 1];
    reached[0] = true;
    if (maybe && path.deep() && reached[count]) {
      return true;
    }
    for (String part : parts) {
      boolean[] next = new boolean[count + 1];
      for (int j = 0; j <= count; j++) {
        next[j] =
            part.equals(DEEP)
                ? reached[j] || j > 0 && next[j - 1]
                : j > 0 && reached[j - 1] && name(part, names.get(j - 1), ignoreCase, maybe);
      }
      reached = next;
      if (maybe && path.deep() && reached[count]) {
        return true; // What the rest asks for may lie beneath.
      }
    }
    return reached[count]
        && (!path.deep() || !parts.isEmpty() && parts.get(parts.size() - 1).equals(DEEP));
  }

  private static boolean name(String part, String name, boolean ignoreCase, boolean maybe) {
    if (name == null) {
      return maybe || part.equals("*");
    }
    return ignoreCase ? glob(folded(part), folded(name)) : glob(part, name);
  }

  private static String folded(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC)
        .toUpperCase(Locale.ROOT)
        .toLowerCase(Locale.ROOT);
  }

  /** {@code *} and {@code ?} in one name; goes back to the last star only. */
  private static boolean glob(String pattern, String name) {
    int p = 0;
    int n = 0;
    int star = -1;
    int from = 0;
    while (n < name.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        from = n;
      } else if (p < pattern.length()
          && (pattern.charAt(p) == '?' || pattern.charAt(p) == name.charAt(n))) {
        p++;
        n++;
      } else if (star >= 0) {
        p = star + 1;
        n = ++from;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }
}
