package sluice.core.net.proxy;

/** What came is no PROXY protocol header. The message says what was seen. */
public final class MalformedHeaderException extends Exception {

  private static final long serialVersionUID = 1;

  MalformedHeaderException(String message) {
    super(message, null, false, false);
  }
}
