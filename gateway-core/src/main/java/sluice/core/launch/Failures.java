package sluice.core.launch;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import sluice.core.control.ControlException;

/** Failures of the file system in words. */
final class Failures {

  private Failures() {}

  static String text(IOException e) {
    if (e instanceof ControlException) {
      return e.getMessage();
    }
    if (e instanceof AccessDeniedException denied) {
      return denied.getFile()
          + " cannot be written: permission denied. Let the user that runs the"
          + " gateway write there, or set control.socket in the descriptor to another place";
    }
    if (e instanceof NoSuchFileException missing) {
      return missing.getFile() + " does not exist";
    }
    if (e instanceof FileSystemException file) {
      return file.getFile() + ": " + (file.getReason() == null ? file : file.getReason());
    }
    return e.toString();
  }
}
