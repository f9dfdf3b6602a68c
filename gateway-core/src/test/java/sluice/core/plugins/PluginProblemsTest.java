package sluice.core.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sluice.core.plugins.Extensions.Kind;

/** Every plugin that cannot be used is a problem with a name, and the others are used. */
class PluginProblemsTest {

  @TempDir static Path good;
  @TempDir Path folder;
  private PluginHost host;

  @BeforeAll
  static void twoGoodJarsAreBuilt() {
    PluginJar.strategy("good", "good").jar(good.resolve("a-good.jar"));
    PluginJar.strategy("last", "last").jar(good.resolve("z-last.jar"));
  }

  @BeforeEach
  void theyAreThereTooOneBeforeAndOneAfterTheBadOne() throws IOException {
    for (String jar : List.of("a-good.jar", "z-last.jar")) {
      Files.copy(good.resolve(jar), folder.resolve(jar));
    }
  }

  @AfterEach
  void close() {
    if (host != null) {
      host.close();
    }
  }

  @Test
  void anotherApiRange() {
    PluginJar.strategy("future", "future")
        .manifest("Plugin-Requires", ">=2.0.0")
        .jar(folder.resolve("bad.jar"));
    assertProblem(
        "bad.jar: it needs the plugin API >=2.0.0, but this gateway has 1.0.0; use a version of the"
            + " plugin made for it, or another version of the gateway");
  }

  @Test
  void aRangeThatIsNone() {
    PluginJar.strategy("x", "x")
        .manifest("Plugin-Requires", "the newest")
        .jar(folder.resolve("bad.jar"));
    assertProblem(
        "bad.jar: its manifest has \"Plugin-Requires: the newest\", which is not a range of"
            + " versions; write for example \"Plugin-Requires: >=1.0.0 & <2.0.0\"");
  }

  @Test
  void noId() {
    PluginJar.strategy("x", "x").manifest("Plugin-Id", "").jar(folder.resolve("bad.jar"));
    assertProblem(
        "bad.jar: its manifest has no Plugin-Id; add the plugin's name, for example \"Plugin-Id:"
            + " my-plugin\"");
  }

  @Test
  void noVersion() {
    PluginJar.strategy("x", "x").manifest("Plugin-Version", "").jar(folder.resolve("bad.jar"));
    assertProblem(
        "bad.jar: its manifest has no Plugin-Version; add the plugin's own version, for example"
            + " \"Plugin-Version: 1.0.0\"");
  }

  @Test
  void noRequires() {
    PluginJar.strategy("x", "x").manifest("Plugin-Requires", "").jar(folder.resolve("bad.jar"));
    assertProblem(
        "bad.jar: its manifest has no Plugin-Requires; add the plugin API versions it works with,"
            + " for example \"Plugin-Requires: >=1.0.0 & <2.0.0\"");
  }

  @Test
  void dependenciesOnOtherPlugins() {
    PluginJar.strategy("x", "x")
        .manifest("Plugin-Dependencies", "good")
        .jar(folder.resolve("bad.jar"));
    assertProblem(
        "bad.jar: its manifest has \"Plugin-Dependencies: good\", but plugins do not see each"
            + " other; put what it needs into its own jar");
  }

  @Test
  void garbage() throws IOException {
    Files.writeString(
        folder.resolve("bad.jar"), "this is no jar at all, but a text of some length");
    assertProblem(
        "bad.jar: it cannot be read as a jar or zip (zip END header not found); copy it here again,"
            + " or remove it");
  }

  @Test
  void anEmptyFile() throws IOException {
    Files.createFile(folder.resolve("bad.jar"));
    assertProblem(
        "bad.jar: it cannot be read as a jar or zip (zip file is empty); copy it here again, or"
            + " remove it");
  }

  @Test
  void twoJarsWithOneId() {
    PluginJar.strategy("good", "another").jar(folder.resolve("bad.jar"));
    assertProblem(
        "bad.jar: its Plugin-Id good is that of a-good.jar (version 1.2.3), which is used; remove"
            + " one of the two");
  }

  @Test
  void twoExtensionsOfAKindWithOneName() {
    PluginJar.strategy("x", "good").jar(folder.resolve("bad.jar"));
    assertProblem(
        "bad.jar: the strategy good of class strategies.First is already installed from a-good.jar;"
            + " names are unique, so rename it or remove one of the two");
  }

  @Test
  void aClassThatIsMissingWhenTheNameIsAsked() {
    PluginJar.of("x")
        .source("words.Words", "package words; public class Words { public static String x; }")
        .source(
            "strategies.First",
            PluginJar.strategySource("First", "x").replace("\"x\"", "words.Words.x"))
        .without("words.Words")
        .jar(folder.resolve("bad.jar"));
    assertProblem(missing("strategies.First", "words.Words"));
  }

  @Test
  void aClassThatIsMissingInTheOptions() {
    PluginJar.of("x")
        .source("words.Word", "package words; public enum Word { A, B }")
        .source(
            "strategies.First",
            PluginJar.strategySource("First", "x").replace("Options()", "Options(words.Word word)"))
        .without("words.Word")
        .jar(folder.resolve("bad.jar"));
    assertProblem(missing("strategies.First", "words.Word"));
  }

  @Test
  void aClassThatIsMissingInARecordInsideTheOptions() {
    PluginJar.of("x")
        .source("words.Word", "package words; public record Word(int a) {}")
        .source(
            "strategies.First",
            PluginJar.strategySource("First", "x")
                .replace("Options()", "Options(java.util.List<Inner> inner)")
                .replace("public String", "public record Inner(words.Word w) {}\npublic String"))
        .without("words.Word")
        .jar(folder.resolve("bad.jar"));
    assertProblem(missing("strategies.First", "words.Word"));
  }

  @Test
  void aClassOfTheGatewayItself() {
    PluginJar.of("x")
        .against(PluginJar.locationOf(PluginHost.class))
        .source(
            "strategies.First",
            PluginJar.strategySource("First", "x")
                .replace("\"x\"", "sluice.core.plugins.PluginHost.load(null).toString()"))
        .jar(folder.resolve("bad.jar"));
    assertProblem(
        "bad.jar: the extension strategies.First cannot be used: it needs the class"
            + " sluice.core.plugins.PluginHost, which is inside the gateway; plugins see sluice.api"
            + " and nothing else of it");
  }

  @Test
  void aClassThatThisApiDoesNotHave() {
    PluginJar.of("x")
        .source("sluice.api.Newer", "package sluice.api; public class Newer { public String x; }")
        .source(
            "strategies.First",
            PluginJar.strategySource("First", "x").replace("\"x\"", "new sluice.api.Newer().x"))
        .without("sluice.api.Newer")
        .jar(folder.resolve("bad.jar"));
    assertProblem(
        "bad.jar: the extension strategies.First cannot be used: it needs the class"
            + " sluice.api.Newer, which the plugin API 1.0.0 of this gateway does not have; use a"
            + " version of the plugin that was built for it");
  }

  @Test
  void anIndexThatNamesAClassWhichIsNotThere() {
    PluginJar.strategy("x", "x").without("strategies.First").jar(folder.resolve("bad.jar"));
    assertProblem(missing("strategies.First", "strategies.First"));
  }

  @Test
  void noExtensionInside() {
    PluginJar.of("x")
        .source("words.Words", "package words; public class Words {}")
        .jar(folder.resolve("bad.jar"));
    assertProblem(
        "bad.jar: no extension is inside; annotate a public factory class with @Extension"
            + " (org.pf4j)");
  }

  @Test
  void extensionsWithoutAnIndex() {
    PluginJar.strategy("x", "x").notIndexed().jar(folder.resolve("bad.jar"));
    assertProblem(
        "bad.jar: META-INF/extensions.idx is missing, which lists its extensions"
            + " (strategies.First); it is written by PF4J's annotation processor, which newer"
            + " compilers (JDK 23 and later) run only if asked: add -proc:full to the compiler's"
            + " arguments, or pf4j to the annotationProcessorPaths of maven-compiler-plugin, and"
            + " build it again");
  }

  @Test
  void extensionsWithoutAnIndexInAZip() {
    PluginJar.strategy("x", "x").notIndexed().zip(folder.resolve("bad.zip"));
    load();
    assertTrue(host.problems().get(0).message().contains("(strategies.First)"));
  }

  @Test
  void aZipWithoutAManifest() throws IOException {
    zip("lib/good.jar");
    assertProblem(
        "bad.zip: the zip has no manifest; a plugin zip holds classes/ (with META-INF/MANIFEST.MF)"
            + " and lib/, as a plugin jar with its libraries beside it");
  }

  @Test
  void aZipThatLeadsOutOfItself() throws IOException {
    zip("../../stolen");
    assertProblem(
        "bad.zip: it cannot be read as a jar or zip (the entry ../../stolen leads out of it); copy"
            + " it here again, or remove it");
  }

  @Test
  void aConstructorThatThrows() {
    PluginJar.of("x")
        .source(
            "strategies.First",
            PluginJar.strategySource("First", "x")
                .replace(
                    "public String",
                    "public First() { throw new IllegalStateException(\"no licence\"); }\n"
                        + "public String"))
        .jar(folder.resolve("bad.jar"));
    assertProblem(
        "bad.jar: the extension strategies.First cannot be used: it threw"
            + " java.lang.IllegalStateException: no licence");
  }

  @Test
  void aNameThatNeverEnds() {
    PluginJar.of("x")
        .source(
            "strategies.First",
            PluginJar.strategySource("First", "x").replace("\"x\"", "name() + 1"))
        .jar(folder.resolve("bad.jar"));
    assertProblem(
        "bad.jar: the extension strategies.First cannot be used: it threw"
            + " java.lang.StackOverflowError");
  }

  @Test
  void aStaticInitialiserThatThrows() {
    PluginJar.of("x")
        .source(
            "strategies.First",
            PluginJar.strategySource("First", "x")
                .replace(
                    "public String",
                    "static final int X = 1 / Integer.parseInt(\"0\");\npublic String"))
        .jar(folder.resolve("bad.jar"));
    assertProblem(
        "bad.jar: the extension strategies.First cannot be used: it threw"
            + " java.lang.ArithmeticException: / by zero");
  }

  @Test
  void aConstructorWithParameters() {
    PluginJar.of("x")
        .source(
            "strategies.First",
            PluginJar.strategySource("First", "x")
                .replace("public String", "public First(int x) {}\npublic String"))
        .jar(folder.resolve("bad.jar"));
    assertProblem(
        "bad.jar: the extension strategies.First cannot be made; it must be a public class with a"
            + " public constructor without parameters");
  }

  @Test
  void anExtensionOfNoKnownKind() {
    PluginJar.of("x")
        .source(
            "strategies.First",
            """
            package strategies;
            @org.pf4j.Extension
            public class First implements org.pf4j.ExtensionPoint {}
            """)
        .jar(folder.resolve("bad.jar"));
    assertProblem(
        "bad.jar: the extension strategies.First is neither a ProtocolFactory nor a BalancerFactory"
            + " nor a HealthCheckFactory of sluice.api; implement one of them, or take @Extension"
            + " away");
  }

  @Test
  void aNameThatIsNone() {
    PluginJar.strategy("x", "Best Strategy").jar(folder.resolve("bad.jar"));
    assertProblem(
        "bad.jar: the extension strategies.First is named \"Best Strategy\"; names are lower-case"
            + " letters, digits and hyphens between them");
  }

  @Test
  void optionsThatAreNoRecord() {
    PluginJar.of("x")
        .source(
            "strategies.First",
            PluginJar.strategySource("First", "x")
                .replace("First.Options>", "Record>")
                .replace("Class<Options>", "Class<Record>")
                .replace("Options.class", "Record.class")
                .replace("create(Options", "create(Record"))
        .jar(folder.resolve("bad.jar"));
    assertProblem(
        "bad.jar: the options type of the extension strategies.First is java.lang.Record, but a"
            + " record is expected; without options write an empty one, as in \"public record"
            + " Options() {}\"");
  }

  @Test
  void aMethodThatTheApiAsksForAndThePluginLacks() {
    PluginJar.of("x")
        .against(PluginJar.locationOf(PluginHost.class))
        .source(
            "sluice.api.balance.BalancerFactory",
            """
            package sluice.api.balance;
            public interface BalancerFactory<O> extends org.pf4j.ExtensionPoint {}
            """)
        .source(
            "strategies.First",
            """
            package strategies;
            @org.pf4j.Extension
            public class First implements sluice.api.balance.BalancerFactory<Object> {}
            """)
        .without("sluice.api.balance.BalancerFactory")
        .jar(folder.resolve("bad.jar"));
    load();
    assertEquals(1, host.problems().size());
    String message = host.problems().get(0).toString();
    assertTrue(
        message.startsWith(
            "bad.jar: the extension strategies.First cannot be used: it does not fit the plugin API"
                + " 1.0.0 that is here or a library in the jar (java.lang.AbstractMethodError: "),
        message);
    assertTrue(message.endsWith("); build it anew against this API"), message);
  }

  @Test
  void aPluginClassThatDoesNotStart() {
    PluginJar.strategy("x", "x")
        .manifest("Plugin-Class", "strategies.Life")
        .source(
            "strategies.Life",
            """
            package strategies;
            public final class Life extends org.pf4j.Plugin {
              @Override public void start() { throw new IllegalStateException("not today"); }
            }
            """)
        .jar(folder.resolve("bad.jar"));
    assertProblem(
        "bad.jar: its plugin class strategies.Life does not start: it threw"
            + " java.lang.IllegalStateException: not today");
  }

  @Test
  void aPluginClassThatIsNotThere() {
    PluginJar.strategy("x", "x")
        .manifest("Plugin-Class", "strategies.Life")
        .jar(folder.resolve("bad.jar"));
    assertProblem(
        missing("strategies.First", "strategies.Life")
            .replace(
                "the extension strategies.First cannot be used",
                "its plugin class strategies.Life does not start"));
  }

  @Test
  void aBadExtensionDoesNotTakeTheOthersOfItsJarAway() {
    PluginJar.of("x")
        .source("strategies.First", PluginJar.strategySource("First", "Bad"))
        .source("strategies.Second", PluginJar.strategySource("Second", "second"))
        .jar(folder.resolve("bad.jar"));
    load();
    assertEquals(1, host.problems().size());
    assertEquals(List.of("good", "last", "second"), host.extensions().names(Kind.STRATEGY));
  }

  @Test
  void aFolderThatIsNotThere() {
    host = PluginHost.load(folder.resolve("nowhere"));
    assertEquals(
        folder.resolve("nowhere") + ": there is no such folder to take plugins from",
        host.problems().get(0).toString());
  }

  private static String missing(String extension, String className) {
    return "bad.jar: the extension "
        + extension
        + " cannot be used: it needs the class "
        + className
        + ", which is neither in the jar nor among what plugins see (the JDK, sluice.api, org.pf4j,"
        + " io.netty, log4j-api and slf4j-api); put the library that has it into the jar, or into"
        + " lib/ of a plugin zip";
  }

  private void zip(String entry) throws IOException {
    try (ZipOutputStream zip =
        new ZipOutputStream(Files.newOutputStream(folder.resolve("bad.zip")))) {
      zip.putNextEntry(new ZipEntry(entry));
      zip.closeEntry();
    }
  }

  private void load() {
    host = PluginHost.load(folder);
  }

  private void assertProblem(String expected) {
    load();
    assertEquals(List.of(expected), host.problems().stream().map(PluginProblem::toString).toList());
    assertEquals(List.of("good", "last"), host.extensions().names(Kind.STRATEGY));
    assertEquals(List.of("good", "last"), host.plugins().stream().map(LoadedPlugin::id).toList());
  }
}
