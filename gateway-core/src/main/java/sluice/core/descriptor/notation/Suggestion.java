package sluice.core.descriptor.notation;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody may have meant. */
public final class Suggestion {

  private Suggestion() {}

  /**
   * {@code ; did you mean "max-sessions"?}, or what there is if nothing is near.
   *
   * @param what the known words are, for example {@code pools}
   */
  public static String of(String seen, Collection<String> known, String what) {
    Optional<String> near = nearest(seen, known);
    if (near.isPresent()) {
      return "; did you mean \"" + near.get() + "\"?";
    }
    return known.isEmpty()
        ? "; there are no " + what
        : "; the " + what + " are " + String.join(", ", known);
  }

  /** The nearest word, if one is near enough to be a slip of the pen. */
  static Optional<String> nearest(String seen, Collection<String> known) {
    String plain = plain(seen);
    return known.stream()
        .filter(word -> distance(plain, plain(word)) <= Math.max(1, word.length() / 3))
        .min(Comparator.comparingInt(word -> distance(plain, plain(word))));
  }

  // maxSessions, max_sessions and MAX-SESSIONS are all meant to be max-sessions.
  private static String plain(String word) {
    return word.toLowerCase(Locale.ROOT).replaceAll("[-_. ]", "");
  }

  /** Edits (change, insert, delete, swap of neighbours) from one word to the other. */
  static int distance(String one, String other) {
    if (Math.abs(one.length() - other.length()) > 8) {
      return Integer.MAX_VALUE;
    }
    int[][] edits = new int[one.length() + 1][other.length() + 1];
    for (int i = 0; i <= one.length(); i++) {
      for (int j = 0; j <= other.length(); j++) {
        if (i == 0 || j == 0) {
          edits[i][j] = i + j;
          continue;
        }
        boolean same = one.charAt(i - 1) == other.charAt(j - 1);
        int least = Math.min(edits[i - 1][j], edits[i][j - 1]) + 1;
        least = Math.min(least, edits[i - 1][j - 1] + (same ? 0 : 1));
        if (i > 1
            && j > 1
            && one.charAt(i - 1) == other.charAt(j - 2)
            && one.charAt(i - 2) == other.charAt(j - 1)) {
          least = Math.min(least, edits[i - 2][j - 2] + 1);
        }
        edits[i][j] = least;
      }
    }
    return edits[one.length()][other.length()];
  }
}
