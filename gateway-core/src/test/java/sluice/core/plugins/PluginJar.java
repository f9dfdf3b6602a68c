package sluice.core.plugins;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.pf4j.Extension;
import sluice.api.ApiVersion;

/** A plugin written in a test: compiled as its author would, and packed. */
final class PluginJar {

  private final Map<String, String> manifest = new LinkedHashMap<>();
  private final Map<String, String> sources = new LinkedHashMap<>();
  private final List<Path> compileOnly = new ArrayList<>();
  private final Map<String, byte[]> extra = new TreeMap<>();
  private final List<String> without = new ArrayList<>();
  private boolean indexed = true;

  private PluginJar() {}

  /** A plugin with a whole manifest and no class yet. */
  static PluginJar of(String id) {
    return new PluginJar()
        .manifest("Plugin-Id", id)
        .manifest("Plugin-Version", "1.2.3")
        .manifest("Plugin-Requires", ">=1.0.0 & <2.0.0");
  }

  /** A plugin with one strategy that picks the first candidate. */
  static PluginJar strategy(String id, String name) {
    return of(id).source("strategies.First", strategySource("First", name));
  }

  /** A strategy in package {@code strategies} that picks the first candidate. */
  static String strategySource(String className, String name) {
    return """
        package strategies;
        @org.pf4j.Extension
        public final class %s implements sluice.api.balance.BalancerFactory<%s.Options> {
          public record Options() {}
          public String name() { return "%s"; }
          public Class<Options> optionsType() { return Options.class; }
          public sluice.api.balance.Balancer create(Options options) {
            return (session, candidates) -> candidates.get(0);
          }
        }
        """
        .formatted(className, className, name);
  }

  /** Sets a header, or takes it away with an empty value. */
  PluginJar manifest(String header, String value) {
    manifest.put(header, value);
    return this;
  }

  PluginJar source(String className, String text) {
    sources.put(className, text);
    return this;
  }

  /** Something more to compile against. */
  PluginJar against(Path path) {
    compileOnly.add(path);
    return this;
  }

  /** Leaves a class out of what is packed, though others were compiled against it. */
  PluginJar without(String className) {
    without.add(className.replace('.', '/') + ".class");
    return this;
  }

  /** Leaves annotation processing off. */
  PluginJar notIndexed() {
    indexed = false;
    return this;
  }

  /** Packs the classes of a package as the class path has them. */
  PluginJar bundling(Class<?> one, String folder) {
    Path root = locationOf(one);
    try {
      if (Files.isDirectory(root)) {
        try (Stream<Path> files = Files.walk(root.resolve(folder))) {
          for (Path file : files.filter(Files::isRegularFile).toList()) {
            extra.put(root.relativize(file).toString(), Files.readAllBytes(file));
          }
        }
      } else {
        try (var jar = new java.util.jar.JarFile(root.toFile())) {
          for (var entry : jar.stream().filter(e -> e.getName().startsWith(folder)).toList()) {
            if (!entry.isDirectory()) {
              extra.put(entry.getName(), jar.getInputStream(entry).readAllBytes());
            }
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Packs as a jar. */
  Path jar(Path file) {
    return pack(file, entries(""), Map.of());
  }

  /** Packs as PF4J's zip: the classes in {@code classes/}, the given jars in {@code lib/}. */
  Path zip(Path file, Path... libraries) {
    Map<String, byte[]> lib = new TreeMap<>();
    for (Path library : libraries) {
      try {
        lib.put("lib/" + library.getFileName(), Files.readAllBytes(library));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return pack(file, entries("classes/"), lib);
  }

  /** Where a class was loaded from. */
  static Path locationOf(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private Map<String, byte[]> entries(String folder) {
    Map<String, byte[]> entries = new TreeMap<>();
    String headers =
        manifest.entrySet().stream()
            .filter(header -> !header.getValue().isEmpty())
            .map(header -> header.getKey() + ": " + header.getValue() + "\r\n")
            .collect(Collectors.joining());
    entries.put(
        folder + "META-INF/MANIFEST.MF",
        ("Manifest-Version: 1.0\r\n" + headers).getBytes(StandardCharsets.UTF_8));
    extra.forEach((name, bytes) -> entries.put(folder + name, bytes));
    compile().forEach((name, bytes) -> entries.put(folder + name, bytes));
    without.forEach(name -> entries.remove(folder + name));
    return entries;
  }

  private Map<String, byte[]> compile() {
    if (sources.isEmpty()) {
      return Map.of();
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<JavaFileObject> units = new ArrayList<>();
    sources.forEach((name, text) -> units.add(new Source(name, text)));
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      Path out = Files.createTempDirectory("plugin-classes-");
      files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(out));
      String path =
          Stream.concat(
                  Stream.of(locationOf(ApiVersion.class), locationOf(Extension.class)),
                  compileOnly.stream())
              .map(Path::toString)
              .collect(Collectors.joining(File.pathSeparator));
      List<String> options =
          new ArrayList<>(Arrays.asList("--release", "17", "-classpath", path, "-Xlint:none"));
      options.addAll(
          indexed
              ? List.of("-processor", "org.pf4j.processor.ExtensionAnnotationProcessor")
              : List.of("-proc:none"));
      ByteArrayOutputStream said = new ByteArrayOutputStream();
      boolean done =
          compiler
              .getTask(
                  new java.io.PrintWriter(said, true, StandardCharsets.UTF_8),
                  files,
                  null,
                  options,
                  null,
                  units)
              .call();
      if (!done) {
        throw new IllegalStateException(said.toString(StandardCharsets.UTF_8));
      }
      return takeAll(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, byte[]> takeAll(Path out) throws IOException {
    Map<String, byte[]> classes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(out)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        if (Files.isRegularFile(file)) {
          classes.put(out.relativize(file).toString(), Files.readAllBytes(file));
        }
        Files.delete(file);
      }
    }
    return classes;
  }

  private static Path pack(Path file, Map<String, byte[]> first, Map<String, byte[]> second) {
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map<String, byte[]> entries : List.of(first, second)) {
        for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
          zip.putNextEntry(new ZipEntry(entry.getKey()));
          zip.write(entry.getValue());
          zip.closeEntry();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  private static final class Source extends SimpleJavaFileObject {

    private final String text;

    Source(String className, String text) {
      super(URI.create("string:///" + className.replace('.', '/') + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
