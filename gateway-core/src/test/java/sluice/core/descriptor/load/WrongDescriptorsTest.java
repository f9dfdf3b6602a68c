package sluice.core.descriptor.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sluice.core.descriptor.Loaded;

/**
 * Each wrong descriptor stands beside the whole report that it must give. After a wanted change of
 * a message, run with {@code -Dsluice.expected.update=true} and review the difference.
 */
class WrongDescriptorsTest {

  private static final Path FOLDER = Path.of("src/test/resources/descriptors");

  static List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".yaml"))
          .map(name -> name.replace(".yaml", ""))
          .sorted()
          .toList();
    }
  }

  private static Loaded load(String name) throws IOException {
    return new DescriptorLoader(FakeExtensions.all())
        .withEnvironment(variable -> null)
        .load(name + ".yaml", Files.readString(FOLDER.resolve(name + ".yaml")));
  }

  @ParameterizedTest
  @MethodSource("names")
  void theReportIsTheExpectedOne(String name) throws IOException {
    Loaded loaded = load(name);
    Path expected = FOLDER.resolve(name + ".txt");
    if (Boolean.getBoolean("sluice.expected.update")) {
      Files.writeString(expected, loaded.report() + "\n");
    }
    assertFalse(loaded.ok());
    assertEquals(Files.readString(expected), loaded.report() + "\n");
  }

  @Test
  void theTwelveOfTheContractAreThere() throws IOException {
    assertTrue(
        names()
            .containsAll(
                List.of(
                    "unknown-key",
                    "bad-range",
                    "overlapping-ports",
                    "missing-pool",
                    "unknown-strategy",
                    "wrong-option-type",
                    "bad-duration",
                    "duplicate-listener-address",
                    "empty-pool",
                    "unreadable-secret",
                    "bad-yaml",
                    "port-0")));
  }

  @Test
  void tenAndMoreDifferentProblemsAreReportedAtOnceInTheOrderOfTheFile() throws IOException {
    Loaded loaded = load("ten-problems");

    assertTrue(loaded.problems().size() >= 10, loaded.report());
    assertEquals(loaded.problems().stream().sorted().toList(), loaded.problems());
    assertEquals(
        loaded.problems().size(),
        loaded.problems().stream().map(problem -> problem.path()).distinct().count());
  }
}
