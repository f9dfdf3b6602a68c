package sluice.dist;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The arrows between the modules, seen in the jars that are shipped: {@code plugin-api <-
 * gateway-core <- testkit}, and a plugin knows the plugin API alone.
 */
class ArrowsIT {

  private static final Path HOME = Path.of(System.getProperty("sluice.home"));

  /** What the jars of the house may know of the house. */
  private static final Map<String, Set<String>> MAY_KNOW =
      Map.of(
          "plugin-api", Set.of(),
          "gateway-core", Set.of("plugin-api"),
          "testkit", Set.of("plugin-api", "gateway-core"));

  @TestFactory
  Stream<DynamicTest> everyModuleKnowsOnlyWhomItMay() throws IOException {
    Map<String, JavaClasses> modules = modules();
    Map<String, String> moduleOf = new TreeMap<>();
    modules.forEach(
        (module, classes) ->
            classes.forEach(type -> assertEquals(null, moduleOf.put(type.getName(), module))));
    return modules.keySet().stream()
        .map(
            module ->
                DynamicTest.dynamicTest(
                    module, () -> check(module, modules.get(module), moduleOf)));
  }

  @TestFactory
  Stream<DynamicTest> noModuleHasACircleBetweenItsPackages() throws IOException {
    return modules().entrySet().stream()
        .map(
            module ->
                DynamicTest.dynamicTest(
                    module.getKey(),
                    () ->
                        slices()
                            .matching("sluice.(**)")
                            .should()
                            .beFreeOfCycles()
                            .check(module.getValue())));
  }

  @Test
  void noPluginBringsWhatTheGatewayGivesIt() throws IOException {
    Set<String> brought = new TreeSet<>();
    for (Path jar : jars(HOME.resolve("plugins"))) {
      try (JarFile file = new JarFile(jar.toFile())) {
        file.stream()
            .map(entry -> entry.getName())
            .filter(name -> name.endsWith(".class"))
            .filter(
                name ->
                    name.matches(
                        "(sluice/api|sluice/core|org/pf4j|org/slf4j|org/apache/logging|io/netty)/.*"))
            .forEach(name -> brought.add(jar.getFileName() + ": " + name));
      }
    }
    assertEquals(Set.of(), brought);
  }

  private static void check(String module, JavaClasses classes, Map<String, String> moduleOf) {
    Set<String> allowed = MAY_KNOW.getOrDefault(module, Set.of("plugin-api"));
    Set<String> wrong = new TreeSet<>();
    for (JavaClass type : classes) {
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        String target = dependency.getTargetClass().getBaseComponentType().getName();
        String other = moduleOf.get(target);
        if (target.startsWith("sluice.") && !module.equals(other) && !allowed.contains(other)) {
          wrong.add(module + " -> " + other + ": " + dependency.getDescription());
        }
      }
    }
    assertEquals("", String.join("\n", wrong), "arrows that are not on the map");
  }

  /** The classes of the house, by the module that ships them. */
  private static Map<String, JavaClasses> modules() throws IOException {
    Map<String, JavaClasses> modules = new TreeMap<>();
    for (String folder : List.of("lib", "lib/demo", "plugins")) {
      for (Path jar : jars(HOME.resolve(folder))) {
        try (JarFile file = new JarFile(jar.toFile())) {
          if (file.getEntry("sluice/") == null) {
            continue;
          }
          JavaClasses classes =
              new ClassFileImporter()
                  .withImportOption(location -> location.contains("!/sluice/"))
                  .importJar(file);
          modules.put(jar.getFileName().toString().replaceAll("-[0-9].*", ""), classes);
        }
      }
    }
    return modules;
  }

  private static List<Path> jars(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".jar"))
          .sorted()
          .collect(Collectors.toList());
    }
  }

  @Test
  void allModulesAreSeen() throws IOException {
    assertEquals(
        Set.of(
            "plugin-api",
            "gateway-core",
            "testkit",
            "balancers",
            "health-checks",
            "protocol-ftp",
            "protocol-sftp",
            "protocol-tftp"),
        modules().keySet());
  }
}
