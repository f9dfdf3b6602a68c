package sluice.core.descriptor.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class DescriptorReferenceTest {

  private static final Path PAGE = Path.of("../dist/docs/descriptor.md");

  @Test
  void thePageListsEveryKeyAsTheRecordsHaveIt() throws IOException {
    String page = Files.readString(PAGE);
    String current =
        DescriptorReference.replace(page, "descriptor keys", DescriptorReference.core());
    if (Boolean.getBoolean("sluice.docs.update")) {
      Files.writeString(PAGE, current);
    } else {
      assertEquals(
          current,
          page,
          "dist/docs/descriptor.md is not what the records say; run this test with"
              + " -Dsluice.docs.update=true and review the difference");
    }
  }

  @Test
  void everyKeyOfTheDescriptorSaysWhatItIsFor() {
    List<String> silent =
        DescriptorReference.core().lines().filter(line -> line.endsWith("|  |")).toList();

    assertEquals(List.of(), silent);
  }

  @Test
  void optionsAreListedForEachExtensionWithTypeAndDefault() {
    String options = DescriptorReference.options(FakeExtensions.all());

    assertTrue(
        options.contains(
            """
            ### protocol `tftp`

            | key | type | default | meaning |
            | --- | --- | --- | --- |
            | `transfer-ports` | ports | `0` | The ports of transfers. |
            | `single-port` | true or false | `false` |  |
            """),
        options);
    assertTrue(options.contains("### strategy `round-robin`\n\nNo options.\n"), options);
    assertTrue(options.contains("| `points` | whole number from 1 to 10000 | `160` |"), options);
    assertTrue(options.contains("| `name` | text | **required** |"), options);
    assertTrue(options.contains("| `colour` | `red`, `dark-green` | `dark-green` |"), options);
    assertTrue(options.contains("#### `options.login`, `options.logins[]`\n"), options);
    assertTrue(options.contains("| `times` | by name: duration | empty |"), options);
  }

  @Test
  void onlyWhatStandsBetweenTheMarkersIsReplaced() {
    String page = "a\n<!-- begin x -->\nold\n<!-- end x -->\nb\n";

    String replaced = DescriptorReference.replace(page, "x", "new\n\n");

    assertEquals("a\n<!-- begin x -->\n\nnew\n\n<!-- end x -->\nb\n", replaced);
    assertEquals(replaced, DescriptorReference.replace(replaced, "x", "new"));
    assertThrows(
        IllegalArgumentException.class, () -> DescriptorReference.replace(page, "y", "new"));
  }
}
