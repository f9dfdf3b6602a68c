package sluice.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The public surface is held as reviewed text in {@code src/test/resources/surface.txt}, so that
 * every change of it is a visible diff. To write the file anew:
 *
 * <pre>mvn -pl plugin-api test -Dtest=SurfaceTest -Dsluice.surface.update=true</pre>
 */
class SurfaceTest {

  @Test
  void thePublicSurfaceIsTheOneThatWasReviewed() throws IOException {
    Path reviewed = Path.of("src/test/resources/surface.txt");
    String actual = String.join("\n", Surface.lines()) + "\n";
    if (Boolean.getBoolean("sluice.surface.update")) {
      Files.createDirectories(reviewed.getParent());
      Files.writeString(reviewed, actual);
    }
    assertEquals(
        Files.readString(reviewed),
        actual,
        "The public surface of plugin-api has changed. If that is meant, write surface.txt anew"
            + " with -Dsluice.surface.update=true, review its diff as plugin authors would, and"
            + " raise the version: the minor one if only something was added, else the major one.");
  }
}
