package sluice.core.descriptor.load;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import sluice.core.descriptor.Descriptor;
import sluice.core.descriptor.Names;
import sluice.core.descriptor.bind.Component;
import sluice.core.descriptor.bind.Shape;
import sluice.core.descriptor.notation.Limits;
import sluice.core.descriptor.notation.Notation;
import sluice.core.plugins.Extensions;
import sluice.core.plugins.Installed;

/**
 * Generates the JSON Schema (2020-12) of the descriptor with the options of the installed
 * extensions, for editors. It says what one place can say; what one place demands of another is
 * checked by the loader only.
 */
public final class SchemaGenerator {

  private static final String VARIABLE = "#/$defs/variable";

  private final Extensions extensions;
  private final JsonNodeFactory json = JsonNodeFactory.instance;
  private final ObjectNode definitions = json.objectNode();

  /**
   * @param extensions whose options the schema has
   */
  public SchemaGenerator(Extensions extensions) {
    this.extensions = extensions;
  }

  /** The schema, indented, with a line end. */
  public String text() {
    return schema().toPrettyString() + "\n";
  }

  /** The schema. */
  public ObjectNode schema() {
    definitions.removeAll();
    definitions
        .putObject("variable")
        .put("description", "Text with environment variables, as ${NAME} or ${NAME:-default}.")
        .put("type", "string")
        .put("pattern", "\\$\\{");
    ObjectNode root = json.objectNode();
    root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    root.put("title", "Sluice descriptor");
    root.setAll(record(new Shape.RecordOf(Descriptor.class)));
    // Not nothing at all, as parts of the descriptor may be.
    root.put("type", "object");
    root.putArray("required").add("listeners");
    ((ObjectNode) root.path("properties").path("listeners")).put("minProperties", 1);
    root.set("$defs", definitions);
    return root;
  }

  private ObjectNode shape(Shape shape) {
    if (shape instanceof Shape.Leaf leaf) {
      return leaf(leaf.notation(), leaf.limits());
    }
    if (shape instanceof Shape.OptionalOf optional) {
      return shape(optional.inner());
    }
    ObjectNode node = json.objectNode();
    if (shape instanceof Shape.Addresses) {
      ArrayNode either = node.putArray("anyOf");
      either.addObject().put("type", "string").put("pattern", "^.*[^:]:[0-9, -]+$|\\$\\{");
      ObjectNode list = either.addObject().put("type", "array").put("minItems", 1);
      list.putObject("items").put("type", "string");
    } else if (shape instanceof Shape.ListOf list) {
      node.putArray("type").add("array").add("null");
      node.set("items", shape(list.element()));
    } else if (shape instanceof Shape.MapOf map) {
      node.putArray("type").add("object").add("null");
      if (map.names()) {
        node.putObject("propertyNames").put("pattern", "^" + Names.PATTERN + "$");
      }
      node.set("additionalProperties", shape(map.value()));
    } else if (shape instanceof Shape.RecordOf record) {
      return reference(record);
    }
    return node;
  }

  private ObjectNode reference(Shape.RecordOf record) {
    String name = record.type().getName().replaceAll("[^A-Za-z0-9.]", "-");
    if (!definitions.has(name)) {
      // Its place is taken first, because a record may be inside itself.
      definitions.putObject(name);
      definitions.set(name, record(record));
    }
    return json.objectNode().put("$ref", "#/$defs/" + name);
  }

  private ObjectNode record(Shape.RecordOf record) {
    List<Component> components = record.components();
    ObjectNode node = json.objectNode();
    ArrayNode required = json.arrayNode();
    components.stream().filter(Component::required).forEach(c -> required.add(c.key()));
    if (required.isEmpty()) {
      node.putArray("type").add("object").add("null");
    } else {
      node.put("type", "object");
      node.set("required", required);
    }
    node.put("additionalProperties", false);
    ObjectNode properties = node.putObject("properties");
    for (Component component : components) {
      ObjectNode property = shape(component.shape());
      if (!component.doc().isEmpty()) {
        property.put("description", component.doc());
      }
      component.defaultText().ifPresent(text -> property.put("default", text));
      properties.set(component.key(), property);
    }
    for (Component component : components) {
      if (component.shape() instanceof Shape.Options options) {
        Component by =
            components.stream().filter(c -> c.key().equals(options.by())).findFirst().orElseThrow();
        extension(node, properties, component, options, by.defaultText());
      }
    }
    return node;
  }

  // The name is one of the installed ones, and the options are those of the name.
  private void extension(
      ObjectNode node,
      ObjectNode properties,
      Component component,
      Shape.Options options,
      Optional<String> otherwise) {
    ObjectNode name = (ObjectNode) properties.get(options.by());
    name.remove("type");
    ArrayNode either = name.putArray("anyOf");
    ArrayNode names = either.addObject().putArray("enum");
    either.addObject().put("$ref", VARIABLE);
    ArrayNode cases = node.withArray("allOf");
    for (Installed<?> installed : extensions.all(options.kind())) {
      names.add(installed.name());
      Shape.RecordOf record = new Shape.RecordOf(installed.optionsType());
      ObjectNode branch = cases.addObject();
      ObjectNode when = branch.putObject("if");
      when.putObject("properties").putObject(options.by()).put("const", installed.name());
      if (!otherwise.equals(Optional.of(installed.name()))) {
        when.putArray("required").add(options.by());
      }
      ObjectNode then = branch.putObject("then");
      then.putObject("properties").set(component.key(), reference(record));
      if (record.components().stream().anyMatch(Component::required)) {
        then.putArray("required").add(component.key());
      }
    }
  }

  private ObjectNode leaf(Notation notation, Limits limits) {
    boolean anyText = notation.json().equals(List.of("string")) && notation.values().isEmpty();
    if (anyText && notation.pattern().isEmpty()) {
      return json.objectNode().put("type", "string");
    }
    ObjectNode node = json.objectNode();
    ArrayNode either = node.putArray("anyOf");
    if (!notation.values().isEmpty()) {
      ArrayNode values = either.addObject().putArray("enum");
      notation.values().forEach(values::add);
    }
    for (String type : notation.values().isEmpty() ? notation.json() : List.<String>of()) {
      ObjectNode one = either.addObject().put("type", type);
      if (type.equals("string")) {
        notation.pattern().ifPresent(pattern -> one.put("pattern", pattern));
      } else if (!type.equals("boolean")) {
        Limits both = notation.typeLimits().and(limits);
        if (both.min() != Long.MIN_VALUE) {
          one.put("minimum", both.min());
        }
        if (both.max() != Long.MAX_VALUE) {
          one.put("maximum", both.max());
        }
      }
    }
    either.addObject().put("$ref", VARIABLE);
    return node;
  }
}
