package sluice.core.plugins;

import java.lang.reflect.InvocationTargetException;
import org.pf4j.PluginRuntimeException;
import sluice.api.ApiVersion;

/** Words for what a plugin's code has thrown. */
final class Causes {

  private Causes() {}

  /** Says what was thrown and what to do about it. */
  static String explain(Throwable thrown) {
    Throwable cause = root(thrown);
    if (cause instanceof Defect) {
      return cause.getMessage();
    }
    if (cause instanceof UnsupportedClassVersionError) {
      return "it is compiled for a newer Java than the "
          + Runtime.version().feature()
          + " that runs the gateway ("
          + cause.getMessage()
          + "); run the gateway with that Java, or compile the plugin for an older one";
    }
    if (cause instanceof NoClassDefFoundError || cause instanceof ClassNotFoundException) {
      return missing(cause);
    }
    if (cause instanceof LinkageError && !(cause instanceof ExceptionInInitializerError)) {
      return "it does not fit the plugin API "
          + ApiVersion.current()
          + " that is here or a library in the jar ("
          + cause
          + "); build it anew against this API";
    }
    return "it threw " + cause;
  }

  /**
   * What lies under the wrappings of reflection, PF4J and static initialisers.
   *
   * @throws VirtualMachineError if that is what was thrown; a stack overflow is the plugin's own
   */
  static Throwable root(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null
        && (cause instanceof InvocationTargetException
            || cause instanceof PluginRuntimeException
            || cause instanceof ExceptionInInitializerError)) {
      cause = cause.getCause();
    }
    if (cause instanceof VirtualMachineError error && !(error instanceof StackOverflowError)) {
      throw error;
    }
    return cause;
  }

  private static String missing(Throwable cause) {
    String message = cause.getMessage() == null ? "?" : cause.getMessage();
    String name = message.replace('/', '.');
    if (name.startsWith("sluice.api.")) {
      return "it needs the class "
          + name
          + ", which the plugin API "
          + ApiVersion.current()
          + " of this gateway does not have; use a version of the plugin that was built for it";
    }
    if (name.startsWith("sluice.")) {
      return "it needs the class "
          + name
          + ", which is inside the gateway; plugins see sluice.api and nothing else of it";
    }
    return "it needs the class "
        + name
        + ", which is neither in the jar nor among what plugins see (the JDK, sluice.api, org.pf4j,"
        + " io.netty, log4j-api and slf4j-api); put the library that has it into the jar, or into"
        + " lib/ of a plugin zip";
  }
}
