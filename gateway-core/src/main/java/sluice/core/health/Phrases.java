package sluice.core.health;

import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;

/** How findings are worded for operators. */
final class Phrases {

  private static final int LONGEST = 300;

  private Phrases() {}

  /** Why a probe that threw counts as down. */
  static String reason(Throwable thrown, Duration timeout) {
    if (thrown instanceof SocketTimeoutException) {
      return noAnswer(timeout);
    }
    if (thrown instanceof UnknownHostException) {
      return "the name " + thrown.getMessage() + " has no address";
    }
    String message = thrown.getMessage();
    if (message == null || message.isBlank()) {
      return thrown.getClass().getSimpleName();
    }
    if (thrown instanceof LinkageError) {
      return "the check does not work here: " + thrown;
    }
    // The JDK's network messages begin with a capital; in the middle of a line they should not.
    boolean sentence =
        thrown instanceof java.net.SocketException
            && message.length() > 1
            && Character.isLowerCase(message.charAt(1));
    return oneLine(
        sentence ? Character.toLowerCase(message.charAt(0)) + message.substring(1) : message);
  }

  static String noAnswer(Duration timeout) {
    return "no answer within " + duration(timeout);
  }

  /** The shortest notation of the descriptor, for example {@code 2s} or {@code 1500ms}. */
  static String duration(Duration time) {
    return time.toMillis() % 1000 == 0 ? time.toSeconds() + "s" : time.toMillis() + "ms";
  }

  /** For example {@code 2.1 ms}. */
  static String millis(Duration time) {
    return String.format(Locale.ROOT, "%.1f ms", time.toNanos() / 1e6);
  }

  /** What a check or a peer said, fit for a log line. */
  static String oneLine(String text) {
    String line = text.strip();
    if (line.length() > LONGEST) {
      line = line.substring(0, LONGEST) + "...";
    }
    StringBuilder clean = new StringBuilder(line.length());
    line.codePoints()
        .forEach(point -> clean.appendCodePoint(Character.isISOControl(point) ? ' ' : point));
    return clean.toString();
  }
}
