package sluice.core.launch;

import java.lang.reflect.Proxy;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Signals of the system. The JDK has no public way to hear of them (a shutdown hook hears of the
 * first only, and cannot end the process with 0), but it has {@code sun.misc.Signal} in the
 * exported module {@code jdk.unsupported}; reflection keeps that out of the class file.
 */
public final class Signals {

  private static final Logger LOG = LogManager.getLogger(Signals.class);

  private Signals() {}

  /**
   * Runs an action, on a thread of its own, each time a signal comes.
   *
   * @param name without {@code SIG}, for example {@code TERM}
   * @return whether that is possible here
   */
  public static boolean on(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) ->
                  switch (method.getName()) {
                    case "handle" -> {
                      action.run();
                      yield null;
                    }
                    case "equals" -> self == arguments[0];
                    case "hashCode" -> System.identityHashCode(self);
                    default -> "handler of " + name;
                  });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
      return true;
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.debug("no handler for signal {}", name, e);
      return false;
    }
  }
}
