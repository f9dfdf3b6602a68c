package sluice.core.control;

import java.io.IOException;
import java.nio.file.Path;

/** No gateway listens on the control socket. */
public final class NotRunningException extends IOException {

  private static final long serialVersionUID = 1;

  NotRunningException(Path socket) {
    super("no gateway runs here: nothing listens on " + socket);
  }
}
