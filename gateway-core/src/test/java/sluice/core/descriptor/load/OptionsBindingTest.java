package sluice.core.descriptor.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.api.ByteSize;
import sluice.api.Default;
import sluice.api.PoolRef;
import sluice.api.PortRanges;
import sluice.api.Secret;
import sluice.api.protocol.ProtocolFactory;
import sluice.core.descriptor.Loaded;
import sluice.core.descriptor.load.FakeExtensions.Colour;
import sluice.core.descriptor.load.FakeExtensions.EveryOptions;
import sluice.core.descriptor.load.FakeExtensions.Limits;
import sluice.core.descriptor.load.FakeExtensions.Login;
import sluice.core.plugins.Extensions;

class OptionsBindingTest {

  private static final String REST =
      """
      pools:
        p: { backends: { a: { address: "h:1" } } }
      listeners:
        l:
          protocol: every
          bind: "127.0.0.1:2121"
          pool: p
          options:
      """;

  private static Loaded load(Extensions extensions, String options) {
    return new DescriptorLoader(extensions)
        .withEnvironment(Map.of("NUMBER", "7", "WORD", "hush", "DIGITS", "0042")::get)
        .load("g.yaml", REST + options.indent(6));
  }

  private static Loaded load(String options) {
    return load(FakeExtensions.all(), options);
  }

  private static EveryOptions bound(String options) {
    return (EveryOptions) load(options).get().listeners().get("l").options();
  }

  private static String problem(String options) {
    List<String> all =
        load(options).problems().stream().map(p -> p.line() + " " + p.message()).toList();
    assertEquals(1, all.size(), all.toString());
    return all.get(0);
  }

  @Test
  void absentKeysTakeTheirDefaultsInTheNotationOfTheDescriptor() throws Exception {
    assertEquals(
        new EveryOptions(
            "x",
            (byte) 1,
            (short) 2,
            3,
            0.5,
            0.25f,
            true,
            ',',
            Colour.DARK_GREEN,
            Duration.ofSeconds(90),
            Path.of("/var/tmp"),
            InetAddress.getByName("127.0.0.1"),
            new ByteSize(1 << 20),
            PortRanges.parse("5000-5009,6000"),
            Optional.empty(),
            Optional.empty(),
            new Limits(new ByteSize(64 << 10), Optional.empty()),
            Optional.empty(),
            List.of(),
            List.of(),
            Map.of(),
            List.of("a", "b"),
            Optional.empty()),
        bound("name: x"));
  }

  @Test
  void everyTypeIsReadFromItsNotation() throws Exception {
    assertEquals(
        new EveryOptions(
            "42",
            (byte) -128,
            (short) 16,
            Long.MAX_VALUE,
            0.001,
            5,
            false,
            ';',
            Colour.RED,
            Duration.ofMillis(1500),
            Path.of("a b/c"),
            InetAddress.getByName("2001:db8::1"),
            new ByteSize(2_000_000),
            PortRanges.parse("7000"),
            Optional.of(Secret.of("hush")),
            Optional.of(new PoolRef("p")),
            new Limits(new ByteSize(1), Optional.of(Duration.ofDays(1))),
            Optional.of(new Login("u", Secret.of("hush"), 1)),
            List.of(1, 2),
            List.of(new Login("v", Secret.of("0042"), 3)),
            Map.of("a", Duration.ofHours(2), "b", Duration.ofMinutes(3)),
            List.of(),
            Optional.of(9)),
        bound(
            """
            name: "42"
            tiny: -128
            small: 0x10
            large: 9223372036854775807
            share: 1e-3
            part: 5
            on: false
            separator: ";"
            colour: red
            patience: 1500ms
            directory: a b/c
            source: "2001:db8::1"
            size: 2MB
            ports: 7000
            secret: ${WORD}
            fallback: p
            limits: { buffer: 1B, patience: 1d }
            login: { user: u, password: "${WORD}", attempts: 1 }
            numbers: [ 1, 2 ]
            logins:
              - user: v
                password: ${DIGITS}
            times: { a: 2h, b: 3m }
            words: []
            count: 9
            """));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "tiny: 128|expected a whole number from -128 to 127, but this is 128",
        "tiny: 1.0|expected a whole number, but this is the number 1.0",
        "large: 9223372036854775808|expected a whole number, but this is 9223372036854775808",
        "large: '3'|expected a whole number, but this is text \"3\"; remove the quotes",
        "large:|expected a whole number, but this is empty",
        "share: .inf|expected a number, but this is the number .inf",
        "share: half|expected a number, but this is text \"half\"",
        "on: yes|expected true or false, but this is text \"yes\"; did you mean true?",
        "separator: ab|expected one character, but this is text \"ab\"",
        "colour: DARK_GREEN|expected one of red, dark-green, but this is text \"DARK_GREEN\"; did"
            + " you mean \"dark-green\"?",
        "patience: 5|expected a duration such as 500ms, 2s, 15m, 1h or 1d, but this is the whole"
            + " number 5 without a unit",
        "patience: 1w|expected a duration such as 500ms, 2s, 15m, 1h or 1d, but this is text"
            + " \"1w\"",
        "patience: 999999d|expected a duration such as 500ms, 2s, 15m, 1h or 1d, but 999999d is"
            + " longer than 292 years",
        "patience: [ 1s ]|expected one duration, but this is a list",
        "directory: ''|expected a path, but this is empty text",
        "source: example.org|expected an address such as 10.0.0.1, 2001:db8::1 or localhost, but"
            + " this is text \"example.org\"",
        "size: 64|expected a size such as 512B, 64KiB, 10MB or 1GiB, but this is the whole number"
            + " 64 without a unit",
        "size: 64kb|expected a size such as 512B, 64KiB, 10MB or 1GiB, but this is text \"64kb\"",
        "size: 9999999999GiB|expected a size such as 512B, 64KiB, 10MB or 1GiB, but 9999999999GiB"
            + " is more than can be counted",
        "ports: 5-|ports are written as 50000-50999, 2121 or a list of these with commas, but this"
            + " is \"5-\"",
        "ports: true|expected ports such as 50000-50999, 2121 or 2121,2130-2139, but this is true",
        "fallback: q|there is no pool \"q\"; did you mean \"p\"?",
        "limits: 5|expected keys with values, but this is the whole number 5",
        "numbers: 5|expected a list, but this is the whole number 5",
        "numbers: [ 1, x ]|expected a whole number, but this is text \"x\"",
        "logins: [ { password: '${WORD}' } ]|the key \"user\" is missing",
        "words: { a: b }|expected a list, but this is keys with values",
        "count: 10|expected a whole number from 1 to 9, but this is 10",
        "count: ~|expected a whole number from 1 to 9, but this is empty",
        "secret: ''|expected a secret as file:/path or ${NAME}, but this is empty",
        "secret: [ hush ]|expected one secret, but this is a list",
        "words: [ '${NUMBER}', !x y ]|this has a tag, which has no meaning here; remove it, or put"
            + " text that begins with ! in quotes"
      })
  void aWrongValueIsToldWhatWasSeenAndWhatIsExpected(String line, String message) {
    assertEquals("10 " + message, problem("name: x\n" + line));
  }

  @Test
  void aMissingKeyIsToldWithWhatItIsFor() {
    assertEquals(
        "8 the key \"name\" is missing: A name, and it must be there.", problem("tiny: 1"));
  }

  @Test
  void aVariableMayStandForAnyTypeQuotedOrNot() {
    assertEquals(7, bound("name: x\ntiny: ${NUMBER}").tiny());
    assertEquals(7, bound("name: x\ntiny: \"${NUMBER}\"").tiny());
    assertEquals("7", bound("name: ${NUMBER}").name());
    assertEquals(Duration.ofSeconds(7), bound("name: x\npatience: ${NUMBER}s").patience());
    assertEquals("${NUMBER}", bound("name: $${NUMBER}").name());
  }

  @Test
  void aSecretInTheDescriptorItselfIsTakenWithAWarningThatDoesNotRepeatIt() {
    Loaded loaded = load("name: x\nsecret: open-sesame");

    assertEquals(
        Optional.of(Secret.of("open-sesame")),
        ((EveryOptions) loaded.get().listeners().get("l").options()).secret());
    assertEquals(1, loaded.warnings().size());
    assertFalse(loaded.warnings().get(0).toString().contains("open-sesame"));
    assertTrue(loaded.warnings().get(0).message().startsWith("a secret stands in the descriptor"));
    assertEquals(List.of(), load("name: x\nsecret: ${WORD}").warnings());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a${sesame", "!sesame", "*sesame", "[ sesame ]", "{ sesame: 1 }", "'"})
  void aSecretThatIsWrittenWronglyIsNotRepeated(String text) {
    Loaded loaded = load("name: x\nsecret: " + text);

    assertFalse(loaded.ok());
    assertFalse(loaded.report().contains("sesame"), loaded.report());
  }

  @Test
  void aRefusalOfTheRecordsConstructorStandsAtTheLineOfTheOptions() {
    Loaded loaded =
        new DescriptorLoader(FakeExtensions.all())
            .load(
                "g.yaml",
                """
                listeners: { l: { protocol: sftp, bind: "127.0.0.1:1", pool: p } }
                pools:
                  p:
                    balance:
                      strategy: source-hash
                      options: { points: 15 }
                    backends: { a: { address: "h:1" } }
                """);

    assertEquals(
        "g.yaml:6:7  pools.p.balance.options  points come in tens, but there are 15; take 20",
        loaded.report());
  }

  /** An author's mistakes. */
  record Broken(@Default("often") int count, @Default("1") int other) {
    Broken {
      throw new IllegalStateException("boom");
    }
  }

  record Throwing() {
    Throwing {
      throw new NullPointerException("boom");
    }
  }

  record Unbindable(Thread thread) {}

  record Nested(List<Nested> inner) {}

  @ParameterizedTest
  @CsvSource({
    "Broken, the extension's own default \"often\" is wrong",
    "Throwing, these values were refused",
    "Unbindable, these options cannot be read"
  })
  void aMistakeOfAnExtensionIsAProblemAndNoCrash(String type, String expected) throws Exception {
    Class<? extends Record> record =
        Class.forName(getClass().getName() + "$" + type).asSubclass(Record.class);
    Extensions extensions =
        Extensions.of(
            FakeExtensions.protocol("every", ProtocolFactory.Transport.STREAM, record),
            FakeExtensions.strategy("round-robin", FakeExtensions.NoOptions.class));

    Loaded loaded = load(extensions, "");

    assertEquals(1, loaded.problems().size(), loaded.report());
    assertTrue(loaded.report().contains(expected), loaded.report());
    assertTrue(loaded.report().contains("author"), loaded.report());
  }

  @Test
  void anAliasToItselfEndsInAProblem() {
    Extensions extensions =
        Extensions.of(
            FakeExtensions.protocol("every", ProtocolFactory.Transport.STREAM, Nested.class),
            FakeExtensions.strategy("round-robin", FakeExtensions.NoOptions.class));

    Loaded loaded = load(extensions, "inner: &a [ { inner: *a } ]");

    assertFalse(loaded.ok());
    assertTrue(loaded.report().contains("nested too deeply"), loaded.report());
  }

  @Test
  void aliasesThatMultiplyEndInAProblem() {
    Extensions extensions =
        Extensions.of(
            FakeExtensions.protocol("every", ProtocolFactory.Transport.STREAM, Nested.class),
            FakeExtensions.strategy("round-robin", FakeExtensions.NoOptions.class));

    Loaded loaded = load(extensions, "inner: &a [ { inner: *a }, { inner: *a }, { inner: *a } ]");

    assertFalse(loaded.ok());
    assertTrue(loaded.report().contains("write it with fewer aliases"));
  }
}
