package sluice.core.plugins;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Manifest;
import org.pf4j.DefaultVersionManager;
import org.pf4j.ManifestPluginDescriptorFinder;
import org.pf4j.PluginDescriptor;
import sluice.api.ApiVersion;

/** Reads a plugin's manifest and says what it lacks; PF4J alone would only log it. */
final class PluginManifest extends ManifestPluginDescriptorFinder {

  @Override
  public boolean isApplicable(Path plugin) {
    return true;
  }

  @Override
  public PluginDescriptor createPluginDescriptor(Manifest manifest) {
    require(manifest, PLUGIN_ID, "the plugin's name, for example \"Plugin-Id: my-plugin\"");
    require(
        manifest,
        PLUGIN_VERSION,
        "the plugin's own version, for example \"Plugin-Version: 1.0.0\"");
    require(
        manifest,
        PLUGIN_REQUIRES,
        "the plugin API versions it works with, for example \"Plugin-Requires: " + range() + "\"");
    requireRange(value(manifest, PLUGIN_REQUIRES));
    String dependencies = value(manifest, PLUGIN_DEPENDENCIES);
    if (!dependencies.isEmpty()) {
      throw new Defect(
          "its manifest has \"Plugin-Dependencies: "
              + dependencies
              + "\", but plugins do not see each other; put what it needs into its own jar");
    }
    return super.createPluginDescriptor(manifest);
  }

  @Override
  protected Manifest readManifestFromDirectory(Path plugin) {
    for (String place : new String[] {"META-INF/MANIFEST.MF", "classes/META-INF/MANIFEST.MF"}) {
      Path file = plugin.resolve(place);
      if (Files.isRegularFile(file)) {
        try (InputStream in = Files.newInputStream(file)) {
          return new Manifest(in);
        } catch (IOException e) {
          throw new Defect("its manifest cannot be read: " + e.getMessage(), e);
        }
      }
    }
    throw new Defect(
        "the zip has no manifest; a plugin zip holds classes/ (with META-INF/MANIFEST.MF) and lib/,"
            + " as a plugin jar with its libraries beside it");
  }

  private static void require(Manifest manifest, String name, String what) {
    if (value(manifest, name).isEmpty()) {
      throw new Defect("its manifest has no " + name + "; add " + what);
    }
  }

  private static void requireRange(String range) {
    try {
      new DefaultVersionManager().checkVersionConstraint(ApiVersion.current(), range);
    } catch (RuntimeException e) {
      throw new Defect(
          "its manifest has \"Plugin-Requires: "
              + range
              + "\", which is not a range of versions; write for example \"Plugin-Requires: "
              + range()
              + "\"",
          e);
    }
  }

  private static String value(Manifest manifest, String name) {
    String value = manifest.getMainAttributes().getValue(name);
    return value == null ? "" : value.trim();
  }

  /** The range to advise: from this API version to the next that may break. */
  static String range() {
    String version = ApiVersion.current();
    int major = Integer.parseInt(version.substring(0, version.indexOf('.')));
    return ">=" + version + " & <" + (major + 1) + ".0.0";
  }
}
