package sluice.core.descriptor.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import sluice.core.descriptor.Loaded;
import sluice.core.descriptor.Problem;

/** A descriptor that was damaged in any way is refused with words, never with an exception. */
class MutatedDescriptorsTest {

  private static final int ROUNDS = 500;
  private static final String PIECES = "{}[]:,-&*!|>'\"%@`#?~\t\n\\$ \u0000\u00e4\uFEFF0x9.${}:-";

  @Test
  void randomDamageNeverThrows() throws IOException {
    String good = Files.readString(Path.of("src/test/resources/descriptors/good/whole.yaml"));
    DescriptorLoader loader =
        new DescriptorLoader(FakeExtensions.all())
            .withEnvironment(Map.of("SLUICE_TEST_NUMBER", "7")::get);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      // The round is the seed, so that a failure can be repeated.
      Random random = new Random(round);
      String text = good;
      for (int i = 0; i <= random.nextInt(4); i++) {
        text = damaged(text, random);
      }
      Loaded loaded = loader.load("g.yaml", text);
      String about = "round " + round + ":\n" + text + "\n" + loaded.report();
      assertEquals(loaded.ok(), loaded.problems().isEmpty(), about);
      for (Problem problem : loaded.problems()) {
        assertTrue(problem.line() >= 1 && problem.column() >= 1, about);
        assertTrue(problem.line() <= text.lines().count() + 1, about);
        assertFalse(problem.path().isBlank(), about);
        assertFalse(problem.message().isBlank() || problem.message().contains("\n"), about);
        assertFalse(problem.message().contains("author"), about);
      }
      refused += loaded.ok() ? 0 : 1;
    }
    assertTrue(refused > ROUNDS / 3, "only " + refused + " were damaged enough to be refused");
  }

  private static String damaged(String text, Random random) {
    int at = random.nextInt(text.length());
    int end = Math.min(text.length(), at + 1 + random.nextInt(12));
    List<String> lines = new ArrayList<>(text.lines().toList());
    int line = random.nextInt(lines.size());
    int other = random.nextInt(lines.size());
    switch (random.nextInt(7)) {
      case 0:
        return text.substring(0, at) + text.substring(end);
      case 1:
        return text.substring(0, at) + text.substring(at, end) + text.substring(at);
      case 2:
        char piece = PIECES.charAt(random.nextInt(PIECES.length()));
        return text.substring(0, at) + piece + text.substring(random.nextBoolean() ? at : end);
      case 3:
        Collections.swap(lines, line, other);
        break;
      case 4:
        lines.remove(line);
        break;
      case 5:
        lines.add(line, lines.get(other));
        break;
      default:
        // The value of one key becomes that of another.
        lines.set(line, lines.get(line).replaceFirst(":.*", "") + value(lines.get(other)));
        break;
    }
    return String.join("\n", lines) + "\n";
  }

  private static String value(String line) {
    int colon = line.indexOf(':');
    return colon < 0 ? ": " + line : line.substring(colon);
  }
}
