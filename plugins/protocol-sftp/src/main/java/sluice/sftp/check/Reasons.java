package sluice.sftp.check;

/** Lines for people from what others have written. */
final class Reasons {

  private static final int MAX = 200;

  private Reasons() {}

  /** The innermost message, or the innermost class where there is none. */
  static String of(Throwable failure) {
    Throwable inner = failure;
    String message = failure.getMessage();
    while (inner.getCause() != null && inner.getCause() != inner) {
      inner = inner.getCause();
      if (inner.getMessage() != null) {
        message = inner.getMessage();
      }
    }
    return oneLine(message == null ? inner.getClass().getSimpleName() : message);
  }

  /** Printable, on one line and not too long. */
  static String oneLine(String text) {
    String line = text == null ? "" : text.replaceAll("\\p{Cntrl}+", " ").strip();
    return line.length() > MAX ? line.substring(0, MAX) + "..." : line;
  }
}
