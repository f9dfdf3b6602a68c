package sluice.core.descriptor.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sluice.core.descriptor.Descriptor;
import sluice.core.descriptor.bind.Component;
import sluice.core.descriptor.bind.Shape;
import sluice.core.descriptor.notation.Limits;
import sluice.core.descriptor.notation.Notation;
import sluice.core.plugins.Extensions;
import sluice.core.plugins.Installed;

/** Writes the tables of the descriptor's reference, Markdown, from the records. */
public final class DescriptorReference {

  private DescriptorReference() {}

  /** The keys of the descriptor itself, a table for each record. */
  public static String core() {
    return tables("", new Shape.RecordOf(Descriptor.class), "###");
  }

  /** The options of the installed extensions, a section for each. */
  public static String options(Extensions extensions) {
    StringBuilder text = new StringBuilder();
    for (Extensions.Kind kind : Extensions.Kind.values()) {
      for (Installed<?> installed : extensions.all(kind)) {
        text.append("### ").append(kind).append(" `").append(installed.name()).append("`\n\n");
        Shape.RecordOf record = new Shape.RecordOf(installed.optionsType());
        text.append(
            record.components().isEmpty()
                ? "No options.\n\n"
                : tables("options", record, "####").replaceFirst("(?s)^####[^\n]*\n\n", ""));
      }
    }
    return text.toString();
  }

  /**
   * The document with what stands between two marker lines replaced.
   *
   * @param marker the name in {@code <!-- begin NAME -->} and {@code <!-- end NAME -->}
   * @throws IllegalArgumentException if the document does not have both markers, in this order
   */
  public static String replace(String document, String marker, String generated) {
    String begin = "<!-- begin " + marker + " -->\n";
    String end = "<!-- end " + marker + " -->\n";
    int from = document.indexOf(begin);
    int to = document.indexOf(end);
    if (from < 0 || to < from) {
      throw new IllegalArgumentException(
          "the document lacks the lines \"" + begin.strip() + "\" and \"" + end.strip() + "\"");
    }
    return document.substring(0, from + begin.length())
        + "\n"
        + generated.strip()
        + "\n\n"
        + document.substring(to);
  }

  private static String tables(String path, Shape.RecordOf root, String heading) {
    Map<Shape.RecordOf, List<String>> paths = new LinkedHashMap<>();
    collect(path, root, paths);
    StringBuilder text = new StringBuilder();
    paths.forEach(
        (record, places) -> {
          String title =
              places.get(0).isEmpty()
                  ? "The top of the file"
                  : "`" + String.join("`, `", places) + "`";
          text.append(heading)
              .append(' ')
              .append(title)
              .append("\n\n| key | type | default | meaning |\n| --- | --- | --- | --- |\n");
          record.components().forEach(component -> text.append(row(component)));
          text.append('\n');
        });
    return text.toString();
  }

  // Depth first, so that a table stands below the one it belongs to; a record that is used in two
  // places has one table with two titles.
  private static void collect(
      String path, Shape.RecordOf record, Map<Shape.RecordOf, List<String>> paths) {
    List<String> places = paths.get(record);
    if (places != null) {
      places.add(path);
      return;
    }
    paths.put(record, new ArrayList<>(List.of(path)));
    for (Component component : record.components()) {
      nested((path.isEmpty() ? "" : path + ".") + component.key(), component.shape(), paths);
    }
  }

  private static void nested(String path, Shape shape, Map<Shape.RecordOf, List<String>> paths) {
    if (shape instanceof Shape.RecordOf record) {
      collect(path, record, paths);
    } else if (shape instanceof Shape.OptionalOf optional) {
      nested(path, optional.inner(), paths);
    } else if (shape instanceof Shape.ListOf list) {
      nested(path + "[]", list.element(), paths);
    } else if (shape instanceof Shape.MapOf map) {
      nested(path + ".NAME", map.value(), paths);
    }
  }

  private static String row(Component component) {
    return "| `"
        + component.key()
        + "` | "
        + type(component.shape())
        + " | "
        + otherwise(component)
        + " | "
        + component.doc().replace("|", "\\|").replace("\n", " ")
        + " |\n";
  }

  private static String otherwise(Component component) {
    if (component.defaultText().isPresent()) {
      String text = component.defaultText().get();
      return text.isEmpty() ? "empty" : "`" + text.replace("|", "\\|") + "`";
    }
    if (component.required()) {
      return "**required**";
    }
    if (component.shape() instanceof Shape.MapOf map && map.names()) {
      return "**at least one**";
    }
    if (component.shape() instanceof Shape.ListOf || component.shape() instanceof Shape.MapOf) {
      return "empty";
    }
    return component.shape() instanceof Shape.OptionalOf ? "none" : "its defaults";
  }

  /** What a key may be, in words. */
  static String type(Shape shape) {
    if (shape instanceof Shape.Leaf leaf) {
      return leaf(leaf.notation(), leaf.limits());
    }
    if (shape instanceof Shape.Addresses) {
      return "addresses";
    }
    if (shape instanceof Shape.OptionalOf optional) {
      return type(optional.inner());
    }
    if (shape instanceof Shape.ListOf list) {
      return "list of " + type(list.element());
    }
    if (shape instanceof Shape.MapOf map) {
      return "by name: " + type(map.value());
    }
    return shape instanceof Shape.Options options ? "options of the " + options.kind() : "keys";
  }

  private static String leaf(Notation notation, Limits limits) {
    if (!notation.values().isEmpty()) {
      return "`" + String.join("`, `", notation.values()) + "`";
    }
    return notation.word() + limits.words(Limits.NONE);
  }
}
