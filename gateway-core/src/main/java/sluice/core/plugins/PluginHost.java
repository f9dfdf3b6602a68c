package sluice.core.plugins;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginState;
import org.pf4j.PluginWrapper;
import sluice.api.ApiVersion;
import sluice.api.ExtensionFactory;
import sluice.api.protocol.ProtocolFactory;

/**
 * The plugins of a folder, loaded: what can be used, and a named problem for all that cannot.
 *
 * <p>PF4J alone would start a plugin whose classes are missing, disable one of a wrong API version
 * with a log line, and log a damaged one and go on. So the host walks the folder in the order of
 * the file names, loads each plugin by itself and touches all that the gateway will ask of its
 * factories. An extension that fails is left out; the others of its jar, and the other jars, are
 * used.
 *
 * <p>Everything here is called on the main thread.
 */
public final class PluginHost implements AutoCloseable {

  private static final Pattern NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

  private final IsolatedPlugins pf4j;
  private final List<PluginFile> files = new ArrayList<>();
  private final Map<String, LoadedPlugin> plugins = new LinkedHashMap<>();
  private final Map<String, Installed<?>> installed = new LinkedHashMap<>();
  private final List<PluginProblem> problems = new ArrayList<>();
  private final Extensions extensions;

  private PluginHost(Path folder) {
    pf4j = new IsolatedPlugins(folder);
    if (Files.isDirectory(folder)) {
      try {
        files.addAll(PluginFile.in(folder));
      } catch (IOException e) {
        problems.add(
            new PluginProblem(folder.toString(), "the plugins folder cannot be read: " + e));
      }
    } else {
      problems.add(
          new PluginProblem(folder.toString(), "there is no such folder to take plugins from"));
    }
    for (PluginFile file : files) {
      load(file);
    }
    extensions = new Extensions(installed.values());
  }

  /**
   * Loads the jars, and the zips with {@code classes/} and {@code lib/}, of a folder. Does not
   * throw for what is wrong with them.
   */
  public static PluginHost load(Path folder) {
    return new PluginHost(folder);
  }

  /** All extensions that can be used. */
  public Extensions extensions() {
    return extensions;
  }

  /** Everything that cannot be used, and why, in the order of the file names. */
  public List<PluginProblem> problems() {
    return List.copyOf(problems);
  }

  /** The plugins that extensions come from, in the order of the file names. */
  public List<LoadedPlugin> plugins() {
    return List.copyOf(plugins.values());
  }

  /** What {@code gateway.sh plugins} prints: every extension with its options, by kind and name. */
  public String describe() {
    return Arrays.stream(Extensions.Kind.values())
        .flatMap(kind -> extensions.all(kind).stream())
        .map(extension -> ExtensionDescription.of(extension).text())
        .collect(Collectors.joining());
  }

  /**
   * Stops the plugins and closes their class loaders; nothing that came from them may be used after
   * that.
   */
  @Override
  public void close() {
    pf4j.unloadPlugins();
    files.forEach(PluginFile::close);
  }

  private void load(PluginFile file) {
    String id = null;
    try {
      Path path = file.open();
      PluginDescriptor descriptor = new PluginManifest().find(path);
      LoadedPlugin same = plugins.get(descriptor.getPluginId());
      if (same != null) {
        throw new Defect(
            "its Plugin-Id "
                + same.id()
                + " is that of "
                + same.jar()
                + " (version "
                + same.version()
                + "), which is used; remove one of the two");
      }
      id = pf4j.loadPlugin(path);
      start(pf4j.getPlugin(id));
      List<Installed<?>> found = install(file, descriptor);
      if (found.isEmpty()) {
        pf4j.unloadPlugin(id);
      } else {
        plugins.put(id, loaded(file, descriptor, found));
      }
    } catch (Throwable thrown) {
      problems.add(new PluginProblem(file.name(), Causes.explain(thrown)));
      if (id != null) {
        pf4j.unloadPlugin(id);
      }
    }
  }

  private static LoadedPlugin loaded(
      PluginFile file, PluginDescriptor descriptor, List<Installed<?>> found) {
    return new LoadedPlugin(
        descriptor.getPluginId(),
        descriptor.getVersion(),
        file.name(),
        descriptor.getRequires(),
        orEmpty(descriptor.getPluginDescription()),
        orEmpty(descriptor.getProvider()),
        orEmpty(descriptor.getLicense()),
        found);
  }

  private void start(PluginWrapper plugin) {
    if (plugin.getPluginState() == PluginState.DISABLED) {
      throw new Defect(
          "it needs the plugin API "
              + plugin.getDescriptor().getRequires()
              + ", but this gateway has "
              + ApiVersion.current()
              + "; use a version of the plugin made for it, or another version of the gateway");
    }
    String pluginClass = plugin.getDescriptor().getPluginClass();
    try {
      // PF4J goes on with null if the class is not there.
      Class.forName(pluginClass, false, plugin.getPluginClassLoader());
      pf4j.startPlugin(plugin.getPluginId());
      if (plugin.getFailedException() != null) {
        throw plugin.getFailedException();
      }
    } catch (Throwable thrown) {
      throw new Defect(
          "its plugin class " + pluginClass + " does not start: " + Causes.explain(thrown), thrown);
    }
  }

  private List<Installed<?>> install(PluginFile file, PluginDescriptor descriptor) {
    Set<String> names = new TreeSet<>(pf4j.getExtensionClassNames(descriptor.getPluginId()));
    if (names.isEmpty()) {
      throw new Defect(noExtension(file));
    }
    ClassLoader loader = pf4j.getPluginClassLoader(descriptor.getPluginId());
    List<Installed<?>> found = new ArrayList<>();
    for (String name : names) {
      try {
        Installed<?> extension = extension(loader, name, file, descriptor);
        String key = Extensions.Kind.of(extension.factory()).orElseThrow() + " " + extension.name();
        Installed<?> same = installed.get(key);
        if (same != null) {
          throw new Defect(
              "the "
                  + key
                  + " of class "
                  + name
                  + " is already installed from "
                  + same.jar()
                  + "; names are unique, so rename it or remove one of the two");
        }
        installed.put(key, extension);
        found.add(extension);
      } catch (Throwable thrown) {
        String cause = Causes.explain(thrown);
        problems.add(
            new PluginProblem(
                file.name(),
                Causes.root(thrown) instanceof Defect
                    ? cause
                    : "the extension " + name + " cannot be used: " + cause));
      }
    }
    found.sort(
        Comparator.comparing(
                (Installed<?> extension) -> Extensions.Kind.of(extension.factory()).orElseThrow())
            .thenComparing(Installed::name));
    return found;
  }

  private static Installed<?> extension(
      ClassLoader loader, String className, PluginFile file, PluginDescriptor descriptor)
      throws ReflectiveOperationException {
    Class<?> type = Class.forName(className, true, loader);
    Object made;
    try {
      made = type.getConstructor().newInstance();
    } catch (NoSuchMethodException | IllegalAccessException | InstantiationException e) {
      throw new Defect(
          "the extension "
              + className
              + " cannot be made; it must be a public class with a public constructor without"
              + " parameters",
          e);
    }
    if (!(made instanceof ExtensionFactory<?, ?> factory)
        || Extensions.Kind.of(factory).isEmpty()) {
      throw new Defect(
          "the extension "
              + className
              + " is neither a ProtocolFactory nor a BalancerFactory nor a HealthCheckFactory of"
              + " sluice.api; implement one of them, or take @Extension away");
    }
    String name = factory.name();
    if (name == null || !NAME.matcher(name).matches()) {
      throw new Defect(
          "the extension "
              + className
              + " is named "
              + (name == null ? "null" : "\"" + name + "\"")
              + "; names are lower-case letters, digits and hyphens between them");
    }
    Class<?> options = factory.optionsType();
    if (options == null || !options.isRecord()) {
      throw new Defect(
          "the options type of the extension "
              + className
              + " is "
              + (options == null ? "null" : options.getName())
              + ", but a record is expected; without options write an empty one, as in \"public"
              + " record Options() {}\"");
    }
    touch(factory, options);
    return new Installed<>(
        name,
        factory,
        options.asSubclass(Record.class),
        descriptor.getPluginId(),
        descriptor.getVersion(),
        file.name());
  }

  /** Makes classes that are missing show now, and not when the descriptor names the extension. */
  private static void touch(ExtensionFactory<?, ?> factory, Class<?> options) {
    factory.getClass().getDeclaredMethods();
    options.getDeclaredConstructors();
    ExtensionDescription.options(options);
    if (factory instanceof ProtocolFactory<?> protocol
        && (protocol.transport() == null || protocol.keys() == null)) {
      throw new Defect(
          "the extension "
              + factory.getClass().getName()
              + " gives null as its transport or its keys; a transport, and at least an empty set"
              + " of keys, are expected");
    }
  }

  private static String noExtension(PluginFile file) {
    List<String> annotated = file.annotated();
    if (annotated.isEmpty()) {
      return "no extension is inside; annotate a public factory class with @Extension (org.pf4j)";
    }
    return "META-INF/extensions.idx is missing, which lists its extensions ("
        + String.join(", ", annotated)
        + "); it is written by PF4J's annotation processor, which newer compilers (JDK 23 and later)"
        + " run only if asked: add -proc:full to the compiler's arguments, or pf4j to the"
        + " annotationProcessorPaths of maven-compiler-plugin, and build it again";
  }

  private static String orEmpty(String text) {
    return text == null ? "" : text;
  }
}
