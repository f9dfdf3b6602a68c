package sluice.core.descriptor.bind;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sluice.core.descriptor.BindAddresses;
import sluice.core.descriptor.Names;
import sluice.core.descriptor.OptionsOf;
import sluice.core.descriptor.notation.Limits;
import sluice.core.descriptor.notation.Notation;
import sluice.core.descriptor.notation.Notations;
import sluice.core.plugins.Extensions;

/** What a part of the descriptor is made of, worked out from the type of a record component. */
public sealed interface Shape {

  /** One scalar. */
  record Leaf(Notation notation, Limits limits) implements Shape {}

  /** A listener's addresses: one scalar or a list of them. */
  record Addresses() implements Shape {}

  /** A list. */
  record ListOf(Shape element) implements Shape {}

  /**
   * Values by name.
   *
   * @param names whether the keys are names in the sense of {@link Names}
   */
  record MapOf(Shape value, boolean names) implements Shape {}

  /** Perhaps a value. */
  record OptionalOf(Shape inner) implements Shape {}

  /** The keys of a record. */
  record RecordOf(Class<? extends Record> type) implements Shape {

    /** In the order of the record. */
    public List<Component> components() {
      return Arrays.stream(type.getRecordComponents()).map(Component::of).toList();
    }
  }

  /**
   * The options of the extension that a sibling names.
   *
   * @param by the sibling's key
   */
  record Options(Extensions.Kind kind, String by) implements Shape {}

  /**
   * The shape of a record's component.
   *
   * @throws IllegalArgumentException if it has a type that options cannot have
   */
  static Shape of(RecordComponent component) {
    OptionsOf options = component.getAnnotation(OptionsOf.class);
    if (options != null) {
      return new Options(options.kind(), Component.kebab(options.by()));
    }
    sluice.api.Range range = component.getAnnotation(sluice.api.Range.class);
    Limits limits = range == null ? Limits.NONE : new Limits(range.min(), range.max());
    try {
      return of(component.getGenericType(), limits, component.isAnnotationPresent(Names.class));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "component "
              + component.getName()
              + " of "
              + component.getDeclaringRecord().getName()
              + ": "
              + e.getMessage(),
          e);
    }
  }

  private static Shape of(Type type, Limits limits, boolean names) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      if (generic.getRawType() == List.class) {
        return new ListOf(of(arguments[0], limits, names));
      }
      if (generic.getRawType() == Optional.class) {
        return new OptionalOf(of(arguments[0], limits, names));
      }
      if (generic.getRawType() == Map.class && arguments[0] == String.class) {
        return new MapOf(of(arguments[1], limits, names), names);
      }
    } else if (type == BindAddresses.class) {
      return new Addresses();
    } else if (type instanceof Class<?> plain) {
      Optional<Notation> notation = Notations.of(plain);
      if (notation.isPresent()) {
        return new Leaf(notation.get(), limits);
      }
      if (plain.isRecord()) {
        return new RecordOf(plain.asSubclass(Record.class));
      }
    }
    throw new IllegalArgumentException("options cannot have the type " + type.getTypeName());
  }
}
