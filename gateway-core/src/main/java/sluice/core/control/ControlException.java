package sluice.core.control;

import java.io.IOException;

/** Something about the control socket does not work; the message says what to do. */
public final class ControlException extends IOException {

  private static final long serialVersionUID = 1;

  /**
   * @param message for operators
   */
  public ControlException(String message) {
    super(message);
  }

  /**
   * @param message for operators
   * @param cause what was seen
   */
  public ControlException(String message, Throwable cause) {
    super(message, cause);
  }
}
