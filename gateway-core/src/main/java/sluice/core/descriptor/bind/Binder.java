package sluice.core.descriptor.bind;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;
import sluice.api.Secret;
import sluice.core.descriptor.Names;
import sluice.core.descriptor.notation.Environment;
import sluice.core.descriptor.notation.Scalar;
import sluice.core.descriptor.notation.Suggestion;
import sluice.core.plugins.Extensions;
import sluice.core.plugins.Installed;

/**
 * Binds YAML nodes to values. A value that cannot be bound is reported and empty; its neighbours
 * are bound all the same, so that all problems show at once. One thread, one document.
 */
public final class Binder {

  private static final int DEEPEST = 50;

  /** More values than any descriptor has; aliases could otherwise multiply without end. */
  private static final int MOST = 100_000;

  private final Extensions extensions;
  private final Scalars scalars;
  private final ListenerAddresses addresses;
  private final Path home;
  private final Findings findings;
  private final Entries entries;
  private final Map<Class<?>, List<Component>> components = new HashMap<>();
  private int visits;

  /**
   * @param anyPort whether listeners may have port 0
   * @param home what relative paths are taken from
   * @param findings told what was found
   */
  public Binder(
      Extensions extensions,
      Environment environment,
      boolean anyPort,
      Path home,
      Findings findings) {
    this.extensions = extensions;
    this.scalars = new Scalars(environment);
    this.addresses = new ListenerAddresses(scalars, anyPort, findings);
    this.home = home;
    this.findings = findings;
    this.entries = new Entries(findings);
  }

  /**
   * Binds a node to a record.
   *
   * @param node null or empty for a record whose keys are all absent
   * @return empty if there was a problem
   */
  public <R extends Record> Optional<R> bind(Class<R> type, Place place, Node node) {
    return record(new Shape.RecordOf(type), place, node, 0).map(type::cast);
  }

  private Optional<?> bind(Shape shape, Place place, Node node, int depth) {
    if (depth > DEEPEST) {
      return refuse(place, "this is nested too deeply; write it without aliases to itself");
    }
    visits++;
    if (visits > MOST) {
      return visits > MOST + 1
          ? Optional.empty()
          : refuse(place, "there are more than " + MOST + " values; write it with fewer aliases");
    }
    if (shape instanceof Shape.Leaf leaf) {
      return leaf(leaf, place, node);
    }
    if (shape instanceof Shape.Addresses) {
      return addresses.read(place, node);
    }
    if (shape instanceof Shape.ListOf list) {
      return list(list, place, node, depth + 1);
    }
    if (shape instanceof Shape.MapOf map) {
      return map(map, place, node, depth + 1);
    }
    if (shape instanceof Shape.OptionalOf optional) {
      return bind(optional.inner(), place, node, depth + 1).map(Optional::of);
    }
    return record((Shape.RecordOf) shape, place, node, depth + 1);
  }

  private Optional<?> leaf(Shape.Leaf leaf, Place place, Node node) {
    Place here = place.at(node);
    boolean secret = leaf.notation().type() == Secret.class;
    if (!(node instanceof ScalarNode scalar)) {
      String hint = node instanceof MappingNode ? "; put text with braces in quotes" : "";
      return refuse(
          here,
          "expected "
              + (leaf.notation().word().equals("text") ? "" : "one ")
              + leaf.notation().word()
              + ", but this is "
              + Entries.seen(node)
              + hint);
    }
    try {
      Scalar text = scalars.read(scalar);
      Object value =
          secret ? Scalars.secret(text) : leaf.notation().reader().read(text, leaf.limits());
      if (secret && Scalars.literal(scalar)) {
        findings.warning(
            here,
            "a secret stands in the descriptor itself; move it to a file and write file:/path, or"
                + " to the environment and write ${NAME}");
      }
      if (value instanceof Path path) {
        value = home.resolve(path);
      }
      findings.bound(here, value, true);
      return Optional.of(value);
    } catch (IllegalArgumentException e) {
      return refuse(here, e.getMessage());
    }
  }

  private Optional<?> list(Shape.ListOf list, Place place, Node node, int depth) {
    findings.visited(place);
    if (Entries.absent(node)) {
      return Optional.of(List.of());
    }
    if (!(node instanceof SequenceNode sequence)) {
      return refuse(place.at(node), "expected a list, but this is " + Entries.seen(node));
    }
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < sequence.getValue().size(); i++) {
      Node element = sequence.getValue().get(i);
      bind(list.element(), place.element(i, element), element, depth).ifPresent(values::add);
    }
    return values.size() == sequence.getValue().size()
        ? Optional.of(List.copyOf(values))
        : Optional.empty();
  }

  private Optional<?> map(Shape.MapOf map, Place place, Node node, int depth) {
    findings.visited(place);
    Optional<Map<String, NodeTuple>> entries = this.entries.of(place, node);
    Map<String, Object> values = new LinkedHashMap<>();
    Map<String, Place> places = new LinkedHashMap<>();
    entries.ifPresent(found -> findings.map(place, places));
    for (Map.Entry<String, NodeTuple> entry : entries.orElse(Map.of()).entrySet()) {
      Place here = place.child(entry.getKey(), entry.getValue().getKeyNode());
      places.put(entry.getKey(), here);
      if (map.names() && !entry.getKey().matches(Names.PATTERN)) {
        findings.problem(
            here,
            "expected a name of " + Names.EXPECTED + ", but this is \"" + entry.getKey() + "\"");
      }
      bind(map.value(), here, entry.getValue().getValueNode(), depth)
          .ifPresent(value -> values.put(entry.getKey(), value));
    }
    return entries.isPresent() && values.size() == entries.get().size()
        ? Optional.of(Collections.unmodifiableMap(values))
        : Optional.empty();
  }

  private Optional<? extends Record> record(
      Shape.RecordOf shape, Place place, Node node, int depth) {
    findings.visited(place);
    List<Component> components;
    try {
      components = this.components.computeIfAbsent(shape.type(), type -> shape.components());
    } catch (IllegalArgumentException e) {
      return refuse(
          place, "these options cannot be read, tell the plugin's author: " + e.getMessage());
    }
    Optional<Map<String, NodeTuple>> entries = this.entries.of(place, node);
    if (entries.isEmpty()) {
      return Optional.empty();
    }
    List<String> known = components.stream().map(Component::key).toList();
    entries
        .get()
        .forEach(
            (key, tuple) -> {
              if (!known.contains(key)) {
                findings.problem(
                    place.child(key, tuple.getKeyNode()),
                    "there is no key \"" + key + "\" here" + Suggestion.of(key, known, "keys"));
              }
            });
    Object[] values = new Object[components.size()];
    boolean whole = true;
    // Options go last: they need the name of their extension.
    for (boolean options : new boolean[] {false, true}) {
      for (int i = 0; i < values.length; i++) {
        Component component = components.get(i);
        if (component.shape() instanceof Shape.Options == options) {
          NodeTuple tuple = entries.get().get(component.key());
          Optional<?> value =
              component.shape() instanceof Shape.Options of
                  ? options(of, component, place, tuple, depth)
                  : component(component, place, tuple, depth);
          values[i] = value.orElse(null);
          whole &= value.isPresent();
        }
      }
    }
    if (!whole) {
      return Optional.empty();
    }
    try {
      Record made = Construction.of(shape.type(), values);
      findings.bound(place, made, node != null);
      return Optional.of(made);
    } catch (IllegalArgumentException e) {
      return refuse(place, e.getMessage());
    }
  }

  private Optional<?> component(Component component, Place place, NodeTuple tuple, int depth) {
    if (tuple != null) {
      Place here = place.child(component.key(), tuple.getKeyNode());
      return bind(component.shape(), here, tuple.getValueNode(), depth);
    }
    Place here = place.child(component.key(), null);
    if (component.defaultText().isPresent()) {
      return otherwise(component.shape(), component.defaultText().get(), here);
    }
    if (component.required()) {
      return refuse(here, "the key \"" + component.key() + "\" is missing" + missing(component));
    }
    if (component.shape() instanceof Shape.OptionalOf) {
      return Optional.of(Optional.empty());
    }
    return bind(component.shape(), here, null, depth);
  }

  private static String missing(Component component) {
    // The first sentence says what it is for.
    String doc = component.doc().replaceFirst("(?s)(?<=\\.)\\s+\\p{Lu}.*", "");
    return doc.isEmpty() ? "" : ": " + doc;
  }

  private Optional<?> otherwise(Shape shape, String text, Place here) {
    String whose = "the extension's own default \"" + text + "\" is wrong, tell its author: ";
    try {
      if (shape instanceof Shape.OptionalOf optional) {
        return otherwise(optional.inner(), text, here).map(Optional::of);
      }
      if (shape instanceof Shape.Leaf leaf) {
        boolean isText = leaf.notation().type() == String.class;
        Scalar scalar = isText ? new Scalar(text, Tag.STR, false) : Scalar.plain(text);
        Object value = leaf.notation().reader().read(scalar, leaf.limits());
        findings.bound(here, value, false);
        return Optional.of(value);
      }
      // Without marks: what is wrong stands where the key would, not in the default's own text.
      LoadSettings settings =
          LoadSettings.builder().setSchema(new CoreSchema()).setUseMarks(false).build();
      return bind(shape, here, new Compose(settings).composeString(text).orElse(null), 0);
    } catch (IllegalArgumentException | YamlEngineException e) {
      return refuse(here, whose + e.getMessage());
    }
  }

  private Optional<?> options(
      Shape.Options shape, Component component, Place place, NodeTuple tuple, int depth) {
    Optional<Findings.Bound> name = findings.at(place, shape.by(), String.class);
    if (name.isEmpty()) {
      return Optional.empty();
    }
    String wanted = (String) name.get().value();
    Optional<Installed<?>> extension = extensions.find(shape.kind(), wanted);
    if (extension.isEmpty()) {
      return refuse(
          name.get().place(),
          "there is no "
              + shape.kind()
              + " \""
              + wanted
              + "\""
              + Suggestion.of(wanted, extensions.names(shape.kind()), kinds(shape.kind())));
    }
    Place here = place.child(component.key(), tuple == null ? null : tuple.getKeyNode());
    Node node = tuple == null ? null : tuple.getValueNode();
    Optional<? extends Record> bound =
        record(new Shape.RecordOf(extension.get().optionsType()), here, node, depth + 1);
    // For what the extension itself says of its options when the whole is looked at.
    bound.ifPresent(value -> findings.bound(here, value, tuple != null));
    return bound;
  }

  private static String kinds(Extensions.Kind kind) {
    return "installed " + (kind == Extensions.Kind.STRATEGY ? "strategies" : kind + "s");
  }

  private <T> Optional<T> refuse(Place place, String message) {
    findings.problem(place, message);
    return Optional.empty();
  }
}
