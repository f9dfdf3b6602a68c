package sluice.core.plugins;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.pf4j.AbstractPluginManager;
import org.pf4j.BasePluginRepository;
import org.pf4j.ClassLoadingStrategy;
import org.pf4j.DefaultExtensionFactory;
import org.pf4j.DefaultPluginFactory;
import org.pf4j.DefaultVersionManager;
import org.pf4j.ExtensionFactory;
import org.pf4j.ExtensionFinder;
import org.pf4j.IndexedExtensionFinder;
import org.pf4j.PluginClassLoader;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginDescriptorFinder;
import org.pf4j.PluginFactory;
import org.pf4j.PluginLoader;
import org.pf4j.PluginRepository;
import org.pf4j.PluginStatusProvider;
import org.pf4j.RuntimeMode;
import org.pf4j.VersionManager;
import sluice.api.ApiVersion;

/** PF4J as the gateway uses it: one class loader a plugin, behind the window. */
final class IsolatedPlugins extends AbstractPluginManager {

  IsolatedPlugins(Path folder) {
    super(folder);
    setSystemVersion(ApiVersion.current());
  }

  @Override
  public RuntimeMode getRuntimeMode() {
    // Else a system property or an environment variable could change where plugins come from.
    return RuntimeMode.DEPLOYMENT;
  }

  @Override
  protected PluginRepository createPluginRepository() {
    // The host walks the folder itself, jar by jar, to report each one.
    return new BasePluginRepository(List.<Path>of());
  }

  @Override
  protected PluginFactory createPluginFactory() {
    return new DefaultPluginFactory();
  }

  @Override
  protected ExtensionFactory createExtensionFactory() {
    return new DefaultExtensionFactory();
  }

  @Override
  protected PluginDescriptorFinder createPluginDescriptorFinder() {
    return new PluginManifest();
  }

  @Override
  protected ExtensionFinder createExtensionFinder() {
    IndexedExtensionFinder finder = new IndexedExtensionFinder(this);
    addPluginStateListener(finder);
    return finder;
  }

  @Override
  protected PluginStatusProvider createPluginStatusProvider() {
    return new EveryPlugin();
  }

  @Override
  protected PluginLoader createPluginLoader() {
    return new Loader(this, new WindowClassLoader(getClass().getClassLoader()));
  }

  @Override
  protected VersionManager createVersionManager() {
    return new DefaultVersionManager();
  }

  /** A plugin is disabled by taking it out of the folder, and in no other way. */
  private static final class EveryPlugin implements PluginStatusProvider {

    @Override
    public boolean isPluginDisabled(String pluginId) {
      return false;
    }

    @Override
    public void disablePlugin(String pluginId) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void enablePlugin(String pluginId) {
      throw new UnsupportedOperationException();
    }
  }

  /** A jar, or an expanded zip with {@code classes/} and {@code lib/}. */
  private record Loader(IsolatedPlugins plugins, ClassLoader window) implements PluginLoader {

    @Override
    public boolean isApplicable(Path plugin) {
      return true;
    }

    @Override
    public ClassLoader loadPlugin(Path plugin, PluginDescriptor descriptor) {
      // Parent first: a jar that bundles the API by mistake still meets the gateway's.
      PluginClassLoader loader =
          new PluginClassLoader(plugins, descriptor, window, ClassLoadingStrategy.APD);
      if (Files.isDirectory(plugin)) {
        loader.addFile(plugin.resolve("classes").toFile());
        File[] libraries =
            plugin.resolve("lib").toFile().listFiles((dir, name) -> name.endsWith(".jar"));
        if (libraries != null) {
          java.util.Arrays.sort(libraries);
          for (File library : libraries) {
            loader.addFile(library);
          }
        }
      } else {
        loader.addFile(plugin.toFile());
      }
      return loader;
    }
  }
}
