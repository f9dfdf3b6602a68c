package sluice.core.descriptor.bind;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import sluice.api.Default;
import sluice.api.Doc;

/**
 * A key of a record.
 *
 * @param key kebab-case
 * @param shape of the value
 * @param defaultText in the descriptor's notation, if there is one
 * @param doc what the key is for; empty if nothing is said
 * @param accessor reads the value from a record
 */
public record Component(
    String key, Shape shape, Optional<String> defaultText, String doc, Method accessor) {

  private static final Pattern HUMP = Pattern.compile("([a-z0-9])([A-Z])");

  /**
   * The key of a record's component.
   *
   * @throws IllegalArgumentException if it has a type that options cannot have
   */
  public static Component of(RecordComponent component) {
    Default otherwise = component.getAnnotation(Default.class);
    Doc doc = component.getAnnotation(Doc.class);
    return new Component(
        kebab(component.getName()),
        Shape.of(component),
        Optional.ofNullable(otherwise).map(Default::value),
        doc == null ? "" : doc.value(),
        component.getAccessor());
  }

  /** {@code maxSessions} as {@code max-sessions}. */
  static String kebab(String camel) {
    return HUMP.matcher(camel).replaceAll("$1-$2").toLowerCase(Locale.ROOT);
  }

  /** Whether the key must be written. */
  public boolean required() {
    if (defaultText.isPresent() || shape instanceof Shape.Options) {
      return false;
    }
    if (shape instanceof Shape.RecordOf record) {
      return record.components().stream().anyMatch(Component::required);
    }
    return shape instanceof Shape.Leaf || shape instanceof Shape.Addresses;
  }

  /** The component's value in a record. */
  public Object valueIn(Record record) {
    try {
      accessor.setAccessible(true);
      return accessor.invoke(record);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("cannot read " + key + " of " + record.getClass(), e);
    }
  }
}
