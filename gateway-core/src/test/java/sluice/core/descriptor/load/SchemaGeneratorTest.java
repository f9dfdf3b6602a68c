package sluice.core.descriptor.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;

class SchemaGeneratorTest {

  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
  private static final JsonNode GENERATED = new SchemaGenerator(FakeExtensions.all()).schema();
  private static final Schema SCHEMA = REGISTRY.getSchema(GENERATED);

  private static List<Error> validate(String yaml) {
    LoadSettings settings = LoadSettings.builder().setSchema(new CoreSchema()).build();
    Object tree = new Load(settings).loadFromString(yaml);
    return SCHEMA.validate(new ObjectMapper().<JsonNode>valueToTree(tree));
  }

  static List<Path> good() throws IOException {
    return list("src/test/resources/descriptors/good");
  }

  private static List<Path> list(String folder) throws IOException {
    try (Stream<Path> files = Files.list(Path.of(folder))) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  @Test
  void theSchemaIsValidByTheMetaschema() {
    Schema meta =
        REGISTRY.getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

    assertEquals(List.of(), meta.validate(GENERATED));
    assertFalse(
        meta.validate(((ObjectNode) GENERATED.deepCopy()).put("type", "nonsense")).isEmpty());
  }

  @ParameterizedTest
  @MethodSource("good")
  void whatTheLoaderTakesTheSchemaTakes(Path file) throws IOException {
    assertTrue(loader().load(file).ok(), loader().load(file).report());
    assertEquals(List.of(), validate(Files.readString(file)));
  }

  private static DescriptorLoader loader() {
    return new DescriptorLoader(FakeExtensions.all())
        .withEnvironment(name -> name.equals("SLUICE_TEST_NUMBER") ? "7" : null);
  }

  /** The others are wrong in what one place demands of another, in files, or are no YAML. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "unknown-key",
        "bad-range",
        "unknown-strategy",
        "wrong-option-type",
        "bad-duration",
        "no-listeners",
        "ten-problems"
      })
  void whatTheLoaderRefusesByItsFormTheSchemaRefuses(String name) throws IOException {
    Path file = Path.of("src/test/resources/descriptors", name + ".yaml");
    assertFalse(loader().load(file).ok());
    assertFalse(validate(Files.readString(file)).isEmpty());
  }

  /** Each is a good descriptor with one value exchanged. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "stop-timeout: 5",
        "stop-timeout: 5 s",
        "listeners: []",
        "net: { event-loops: 1025 }",
        "net: { event-loops: \"1\" }",
        "net: { transport: EPOLL }",
        "control: { socket: 5 }",
        "pools: { p: { backends: { \"a b\": { address: \"h:1\" } } } }",
        "pools: { p: { backends: { a: { address: \"h:x\" } } } }",
        "pools: { p: { backends: { a: {} } } }",
        "pools: { p: { health: { check: ftp, source: example }, backends: { a: { address: \"h:1\" } } } }",
        "pools: { p: { health: {}, backends: { a: { address: \"h:1\" } } } }",
        "listeners: { l: { protocol: every, bind: \"*:1\", pool: p } }",
        "listeners: { l: { protocol: every, bind: \"*:1\", pool: p, options: { name: 5 } } }",
        "listeners: { l: { protocol: every, bind: \"*:1\", pool: p, options: { name: x, tiny: 128 } } }",
        "listeners: { l: { protocol: every, bind: \"*:1\", pool: p, options: { name: x, size: 64K } } }",
        "listeners: { l: { protocol: every, bind: \"*:1\", pool: p, options: { name: x, ports: 1-2-3 } } }",
        "listeners: { l: { protocol: every, bind: \"*:1\", pool: p, options: { name: x, count: 10 } } }",
        "listeners: { l: { protocol: every, bind: \"*:1\", pool: p, options: { name: x, logins: [ {} ] } } }",
        "listeners: { l: { protocol: every, bind: \"*:1\", pool: p, options: { name: x, colour: blue } } }"
      })
  void loaderAndSchemaRefuseTheSame(String line) {
    String key = line.substring(0, line.indexOf(':'));
    String yaml = replaced(key, line);

    assertFalse(loader().load("x", yaml).ok(), yaml);
    assertFalse(validate(yaml).isEmpty(), yaml);
  }

  @Test
  void theBaseOfTheExchangesIsGood() {
    String yaml = replaced("stop-timeout", "stop-timeout: 5s");

    assertTrue(loader().load("x", yaml).ok(), loader().load("x", yaml).report());
    assertEquals(List.of(), validate(yaml));
  }

  private static String replaced(String key, String line) {
    String base =
        """
        stop-timeout: 30s
        net: { event-loops: 1 }
        control: { socket: x }
        pools: { p: { backends: { a: { address: "h:1" } } } }
        listeners: { l: { protocol: sftp, bind: "*:1", pool: p } }
        """;
    return base.replaceFirst("(?m)^" + key + ": .*$", Matcher.quoteReplacement(line));
  }

  @Test
  void keysCarryTheirDescriptionsAndDefaultsForEditors() {
    JsonNode timeout = GENERATED.path("properties").path("stop-timeout");

    assertEquals("30s", timeout.path("default").asText());
    assertTrue(timeout.path("description").asText().startsWith("How long a stop waits"));
  }
}
