package sluice.ftp.session;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;

/** A listener's options with some of them changed, so that a test names only what it is about. */
final class Options {

  private Options() {}

  /**
   * The defaults with changes.
   *
   * @param changes component names and values in turn
   */
  static FtpOptions with(Object... changes) {
    return of(Scene.DEFAULTS, changes);
  }

  /** The same from other options. */
  static FtpOptions of(FtpOptions base, Object... changes) {
    try {
      RecordComponent[] components = FtpOptions.class.getRecordComponents();
      Object[] values = new Object[components.length];
      int used = 0;
      for (int i = 0; i < values.length; i++) {
        values[i] = components[i].getAccessor().invoke(base);
        for (int c = 0; c < changes.length; c += 2) {
          if (components[i].getName().equals(changes[c])) {
            values[i] = changes[c + 1];
            used++;
          }
        }
      }
      if (used != changes.length / 2) {
        throw new AssertionError("no such options: " + Arrays.toString(changes));
      }
      return FtpOptions.class
          .getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new))
          .newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException wrong) {
        throw wrong;
      }
      throw new AssertionError(e);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}
