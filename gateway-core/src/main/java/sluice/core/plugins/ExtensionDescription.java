package sluice.core.plugins;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sluice.api.ByteSize;
import sluice.api.Default;
import sluice.api.Doc;
import sluice.api.KeyRef;
import sluice.api.PoolRef;
import sluice.api.PortRanges;
import sluice.api.Range;
import sluice.api.Secret;

/**
 * What an operator wants to know of an extension.
 *
 * @param kind its kind
 * @param name what the descriptor says
 * @param plugin the id of the plugin it comes from
 * @param version the plugin's version
 * @param jar the plugin's file name
 * @param options in the order of the options record; those of records inside it follow theirs
 */
public record ExtensionDescription(
    Extensions.Kind kind,
    String name,
    String plugin,
    String version,
    String jar,
    List<Option> options) {

  /**
   * A key of the {@code options:} node.
   *
   * @param key as the descriptor writes it; {@code a.b} inside a map of keys, {@code a[].b} inside
   *     each member of a list, {@code a.NAME.b} inside each member of a map with free names
   * @param type in words, with its limits
   * @param presence {@code required}, {@code optional} or {@code default} with the value
   * @param doc what it is for; empty if the plugin does not say
   */
  public record Option(String key, String type, String presence, String doc) {}

  private static final Map<Class<?>, String> SCALARS =
      Map.ofEntries(
          Map.entry(String.class, "text"),
          Map.entry(boolean.class, "true or false"),
          Map.entry(Boolean.class, "true or false"),
          Map.entry(int.class, "whole number"),
          Map.entry(Integer.class, "whole number"),
          Map.entry(long.class, "whole number"),
          Map.entry(Long.class, "whole number"),
          Map.entry(short.class, "whole number"),
          Map.entry(Short.class, "whole number"),
          Map.entry(double.class, "number"),
          Map.entry(Double.class, "number"),
          Map.entry(Duration.class, "duration"),
          Map.entry(Path.class, "path"),
          Map.entry(InetAddress.class, "address"),
          Map.entry(ByteSize.class, "size"),
          Map.entry(PortRanges.class, "ports"),
          Map.entry(Secret.class, "secret"),
          Map.entry(PoolRef.class, "pool"),
          Map.entry(KeyRef.class, "fact of a session"));

  /** Describes an installed extension. */
  public static ExtensionDescription of(Installed<?> extension) {
    return new ExtensionDescription(
        Extensions.Kind.of(extension.factory()).orElseThrow(),
        extension.name(),
        extension.plugin(),
        extension.version(),
        extension.jar(),
        options(extension.optionsType()));
  }

  /** Describes the keys of an options record. */
  static List<Option> options(Class<?> type) {
    List<Option> options = new ArrayList<>();
    describe("", type, Set.of(), options);
    return List.copyOf(options);
  }

  /** The extension on one line, followed by its options, indented; ends with a line end. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append(kind).append(' ').append(name);
    text.append("  (").append(plugin).append(' ').append(version).append(", ");
    text.append(jar).append(")\n");
    if (options.isEmpty()) {
      text.append("    no options\n");
    }
    for (Option option : options) {
      text.append("    ").append(option.key()).append(": ").append(option.type());
      text.append(", ").append(option.presence()).append('\n');
      if (!option.doc().isEmpty()) {
        text.append("        ").append(option.doc()).append('\n');
      }
    }
    return text.toString();
  }

  private static void describe(
      String prefix, Class<?> type, Set<Class<?>> above, List<Option> options) {
    if (above.contains(type)) {
      return; // a record that holds itself is described once
    }
    Set<Class<?>> here =
        Stream.concat(above.stream(), Stream.of(type)).collect(Collectors.toUnmodifiableSet());
    for (RecordComponent component : type.getRecordComponents()) {
      String key = prefix + kebab(component.getName());
      Type value = component.getGenericType();
      boolean optional = false;
      if (raw(value) == Optional.class) {
        value = argument(value, 0);
        optional = true;
      }
      Doc doc = component.getAnnotation(Doc.class);
      options.add(
          new Option(
              key,
              words(value) + limits(component.getAnnotation(Range.class)),
              presence(component.getAnnotation(Default.class), value, optional),
              doc == null ? "" : doc.value()));
      String inside = key;
      while (raw(value) == List.class || raw(value) == Map.class) {
        inside += raw(value) == List.class ? "[]" : ".NAME";
        value = argument(value, raw(value) == List.class ? 0 : 1);
      }
      if (nested(raw(value))) {
        describe(inside + ".", raw(value), here, options);
      }
    }
  }

  private static boolean nested(Class<?> type) {
    return type.isRecord() && !SCALARS.containsKey(type);
  }

  private static String presence(Default value, Type type, boolean optional) {
    if (value != null) {
      return "default " + (value.value().isEmpty() ? "\"\"" : value.value());
    }
    return optional || raw(type) == List.class || raw(type) == Map.class ? "optional" : "required";
  }

  private static String words(Type type) {
    Class<?> raw = raw(type);
    if (raw == List.class) {
      return "list of " + words(argument(type, 0));
    }
    if (raw == Map.class) {
      return "map from names to " + words(argument(type, 1));
    }
    if (raw.isEnum()) {
      return "one of "
          + Arrays.stream(raw.getEnumConstants())
              .map(constant -> ((Enum<?>) constant).name())
              .map(name -> name.toLowerCase(Locale.ROOT).replace('_', '-'))
              .collect(Collectors.joining(", "));
    }
    if (nested(raw)) {
      return "keys";
    }
    return SCALARS.getOrDefault(raw, kebab(raw.getSimpleName()).replace('-', ' '));
  }

  private static String limits(Range range) {
    if (range == null) {
      return "";
    }
    if (range.max() == Long.MAX_VALUE) {
      return " from " + range.min();
    }
    return range.min() == Long.MIN_VALUE
        ? " up to " + range.max()
        : " from " + range.min() + " to " + range.max();
  }

  private static Class<?> raw(Type type) {
    if (type instanceof ParameterizedType parameterized) {
      return (Class<?>) parameterized.getRawType();
    }
    return type instanceof Class<?> plain ? plain : Object.class;
  }

  private static Type argument(Type type, int index) {
    return type instanceof ParameterizedType parameterized
        ? parameterized.getActualTypeArguments()[index]
        : Object.class;
  }

  private static String kebab(String camel) {
    return camel.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
  }
}
