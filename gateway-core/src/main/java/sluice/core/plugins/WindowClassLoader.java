package sluice.core.plugins;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/**
 * The parent of every plugin's class loader: what plugins see of the gateway. Those are the JDK and
 * the packages below, and nothing else of the class path.
 *
 * <p>PF4J's own means does not isolate: a name that its loader does not ask the parent for is still
 * found by the application loader. A parent that does not know the name cannot give it away.
 */
final class WindowClassLoader extends ClassLoader {

  static {
    registerAsParallelCapable();
  }

  private static final List<String> SHOWN =
      List.of(
          "sluice.api.",
          // All of it, not only the markers: a plugin without a Plugin class of its own gets
          // PF4J's.
          "org.pf4j.",
          "io.netty.",
          "org.apache.logging.log4j.",
          "org.slf4j.");

  private static final List<String> HIDDEN = List.of("org.apache.logging.log4j.core.");

  private final ClassLoader gateway;

  WindowClassLoader(ClassLoader gateway) {
    super("sluice-window", ClassLoader.getPlatformClassLoader());
    this.gateway = gateway;
  }

  /** Whether plugins see a class, or a resource with dots for slashes. */
  static boolean shows(String name) {
    return SHOWN.stream().anyMatch(name::startsWith) && HIDDEN.stream().noneMatch(name::startsWith);
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    if (!shows(name)) {
      throw new ClassNotFoundException(name);
    }
    return gateway.loadClass(name);
  }

  @Override
  protected URL findResource(String name) {
    return shows(name.replace('/', '.')) ? gateway.getResource(name) : null;
  }

  @Override
  protected Enumeration<URL> findResources(String name) throws IOException {
    return shows(name.replace('/', '.'))
        ? gateway.getResources(name)
        : Collections.emptyEnumeration();
  }
}
