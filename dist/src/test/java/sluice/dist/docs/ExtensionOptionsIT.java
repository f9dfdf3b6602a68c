package sluice.dist.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sluice.core.descriptor.Loaded;
import sluice.core.descriptor.load.DescriptorLoader;
import sluice.core.descriptor.load.DescriptorReference;
import sluice.core.plugins.Extensions;
import sluice.core.plugins.Installed;
import sluice.core.plugins.PluginHost;

/** The options of the packaged plugins and what the descriptor's page says about them. */
class ExtensionOptionsIT {

  private static final Path PAGE =
      Path.of(System.getProperty("sluice.checkout"), "dist", "docs", "descriptor.md");

  private PluginHost plugins;

  @BeforeEach
  void load() {
    plugins = PluginHost.load(Path.of(System.getProperty("sluice.home"), "plugins"));
    assertEquals(List.of(), plugins.problems());
  }

  @AfterEach
  void close() {
    plugins.close();
  }

  @Test
  void thePageListsTheOptionsOfEveryPackagedExtension() throws IOException {
    String page = Files.readString(PAGE);
    String current =
        DescriptorReference.replace(
            page, "extension options", DescriptorReference.options(plugins.extensions()));
    if (Boolean.getBoolean("sluice.docs.update")) {
      Files.writeString(PAGE, current);
    } else {
      assertEquals(
          current,
          page,
          "dist/docs/descriptor.md is not what the plugins say; run this test with"
              + " -Dsluice.docs.update=true and review the difference");
    }
  }

  @Test
  void everyDefaultOfAPackagedExtensionCanBeRead() {
    DescriptorLoader loader = new DescriptorLoader(plugins.extensions());
    for (Extensions.Kind kind : Extensions.Kind.values()) {
      for (Installed<?> installed : plugins.extensions().all(kind)) {
        Loaded loaded = loader.load("defaults.yaml", naming(kind, installed.name()));
        // A required option may be missing here; what the author has to mend may not.
        assertFalse(loaded.report().contains("author"), loaded.report());
      }
    }
  }

  private static String naming(Extensions.Kind kind, String name) {
    return String.format(
        """
        listeners:
          l: { protocol: %s, bind: "127.0.0.1:2121", pool: p }
        pools:
          p:
            balance: { strategy: %s }
            health: { check: %s }
            backends: { a: { address: "127.0.0.1:2122" } }
        """,
        kind == Extensions.Kind.PROTOCOL ? name : "sftp",
        kind == Extensions.Kind.STRATEGY ? name : "round-robin",
        kind == Extensions.Kind.CHECK ? name : "tcp");
  }
}
