package sluice.core.plugins;

/** A plugin cannot be used; the message is that of the {@link PluginProblem}. */
final class Defect extends RuntimeException {

  private static final long serialVersionUID = 1L;

  Defect(String message) {
    super(message);
  }

  Defect(String message, Throwable cause) {
    super(message, cause);
  }
}
