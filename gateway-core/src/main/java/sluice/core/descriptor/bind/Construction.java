package sluice.core.descriptor.bind;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;

/** Makes records from values. */
final class Construction {

  private Construction() {}

  /**
   * The record of these values.
   *
   * @throws IllegalArgumentException if its constructor refuses them, with a message for operators
   */
  static Record of(Class<? extends Record> type, Object[] values) {
    try {
      Class<?>[] types =
          Arrays.stream(type.getRecordComponents())
              .map(RecordComponent::getType)
              .toArray(Class<?>[]::new);
      Constructor<? extends Record> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause();
      // Nothing that an extension throws may hide the other problems.
      throw new IllegalArgumentException(
          cause instanceof IllegalArgumentException && cause.getMessage() != null
              ? cause.getMessage()
              : "these values were refused, tell the plugin's author: " + cause,
          cause);
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new IllegalArgumentException(
          "these values cannot be taken, tell the plugin's author: " + e, e);
    }
  }
}
