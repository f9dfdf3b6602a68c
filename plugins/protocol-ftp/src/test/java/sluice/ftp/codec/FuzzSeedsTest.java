package sluice.ftp.codec;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The seeds of the fuzz tests, found ones among them, in every build. */
class FuzzSeedsTest {

  private static List<DynamicTest> seeds(String name, Consumer<byte[]> target) throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/test/resources/fuzz", name))) {
      List<DynamicTest> tests =
          files
              .sorted()
              .map(
                  file ->
                      dynamicTest(
                          file.getFileName().toString(),
                          () -> target.accept(Files.readAllBytes(file))))
              .toList();
      assertTrue(tests.size() >= 8, "seeds of " + name + ": " + tests.size());
      return tests;
    }
  }

  @TestFactory
  List<DynamicTest> repliesInAnyPieces() throws IOException {
    return seeds("reply", ReplyFuzz::fuzzerTestOneInput);
  }

  @TestFactory
  List<DynamicTest> commandsInAnyPieces() throws IOException {
    return seeds("command", CommandFuzz::fuzzerTestOneInput);
  }

  @TestFactory
  List<DynamicTest> addressesOfEveryForm() throws IOException {
    return seeds("address", AddressFuzz::fuzzerTestOneInput);
  }
}
