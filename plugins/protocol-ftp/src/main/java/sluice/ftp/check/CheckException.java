package sluice.ftp.check;

/** What is wrong with the server, in one line. */
final class CheckException extends Exception {

  private static final long serialVersionUID = 1L;

  CheckException(String message) {
    super(message);
  }
}
