package sluice.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Who may know whom in the gateway; a new room, or a new arrow, is a decision that is made here.
 */
class ArrowsTest {

  /** The package of Gateway and Assembly, which introduce the rooms to each other. */
  private static final String TOP = "(top)";

  private static final Map<String, Set<String>> MAY_KNOW =
      Map.ofEntries(
          Map.entry("plugins", Set.of()),
          Map.entry("net", Set.of()),
          // The relay and the closing of connections ask net's word for it, not the other way.
          Map.entry("tls", Set.of("net")),
          Map.entry("control", Set.of()),
          // It asks whether files of TLS can be used.
          Map.entry("descriptor", Set.of("plugins", "tls")),
          Map.entry("pool", Set.of("descriptor")),
          // It tells the pool, and the pool does not know who tells it.
          // Checks are handed TLS.
          Map.entry("health", Set.of("descriptor", "plugins", "pool", "tls")),
          Map.entry("session", Set.of("pool", "net", "tls")),
          Map.entry("listener", Set.of("session", "pool", "net", "tls")),
          Map.entry(
              TOP,
              Set.of(
                  "plugins",
                  "net",
                  "tls",
                  "control",
                  "descriptor",
                  "pool",
                  "health",
                  "session",
                  "listener")),
          // The process: folders, logs, signals and the one gateway in it.
          Map.entry("launch", Set.of(TOP, "plugins", "control", "descriptor", "session")),
          // Main and its commands.
          Map.entry("cli", Set.of(TOP, "launch", "plugins", "control", "descriptor", "health")));

  private static final JavaClasses CORE =
      new ClassFileImporter()
          .importUrl(Gateway.class.getProtectionDomain().getCodeSource().getLocation());

  @Test
  void everyRoomKnowsOnlyWhomItMay() {
    Set<String> wrong = new TreeSet<>();
    for (JavaClass type : CORE) {
      String room = room(type);
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass();
        if (target.getPackageName().startsWith("sluice.core")
            && !room(target).equals(room)
            && !MAY_KNOW.getOrDefault(room, Set.of()).contains(room(target))) {
          wrong.add(room + " -> " + room(target) + ": " + dependency.getDescription());
        }
      }
    }
    assertEquals("", String.join("\n", wrong), "arrows that are not on the map");
  }

  @Test
  void everyRoomIsOnTheMap() {
    Set<String> rooms =
        CORE.stream().map(ArrowsTest::room).collect(Collectors.toCollection(TreeSet::new));
    rooms.removeAll(MAY_KNOW.keySet());
    assertEquals(Set.of(), rooms);
  }

  @Test
  void theMapHasNoCircle() {
    List<String> placed = new ArrayList<>();
    boolean found = true;
    while (found) {
      found = false;
      for (Map.Entry<String, Set<String>> room : MAY_KNOW.entrySet()) {
        if (!placed.contains(room.getKey()) && placed.containsAll(room.getValue())) {
          placed.add(room.getKey());
          found = true;
        }
      }
    }
    assertEquals(MAY_KNOW.keySet(), Set.copyOf(placed));
  }

  @Test
  void thereAreNoCirclesBetweenPackages() {
    slices().matching("sluice.(**)").should().beFreeOfCycles().check(CORE);
  }

  @Test
  void pf4jLivesInThePluginsRoomAndNowhereElse() {
    noClasses()
        .that()
        .resideOutsideOfPackage("sluice.core.plugins..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.pf4j..")
        .check(CORE);
  }

  @Test
  void theGatewayKnowsNothingOfSluiceButTheContract() {
    noClasses()
        .should()
        .dependOnClassesThat(
            com.tngtech.archunit.base.DescribedPredicate.describe(
                "are a plugin's or the testkit's",
                type ->
                    type.getPackageName().matches("sluice\\..*")
                        && !type.getPackageName().matches("sluice\\.(core|api)(\\..*)?")))
        .check(CORE);
  }

  private static String room(JavaClass type) {
    String[] parts = type.getPackageName().split("\\.");
    return parts.length == 2 ? TOP : parts[2];
  }
}
