package sluice.core.tls;

/** Something about TLS that an operator has to put right; the message says what and how. */
public final class TlsProblem extends Exception {

  private static final long serialVersionUID = 1;

  TlsProblem(String message) {
    super(message);
  }

  TlsProblem(String message, Throwable cause) {
    super(message, cause);
  }
}
