package sluice.core.plugins;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A plugin in the folder: a jar, or a zip which is expanded into a temporary folder, because the
 * plugins folder may be read-only for the gateway.
 */
final class PluginFile implements AutoCloseable {

  // A class that is annotated with it has this text in its constant pool.
  private static final String ANNOTATION = "Lorg/pf4j/Extension;";

  private final Path file;
  private Path expanded;

  PluginFile(Path file) {
    this.file = file;
  }

  /** The plugins of a folder, sorted by name; other files, and hidden ones, are none. */
  static List<PluginFile> in(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches("[^.].*\\.(jar|zip)"))
          .filter(Files::isRegularFile)
          .sorted(Comparator.comparing(file -> file.getFileName().toString()))
          .map(PluginFile::new)
          .toList();
    }
  }

  String name() {
    return file.getFileName().toString();
  }

  /**
   * The jar itself, or the folder into which the zip is expanded.
   *
   * @throws Defect if it is damaged
   */
  Path open() {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      if (!name().endsWith(".zip")) {
        return file;
      }
      if (expanded == null) {
        expanded = Files.createTempDirectory("sluice-plugin-");
        expand(zip);
      }
      return expanded;
    } catch (IOException e) {
      throw new Defect(
          "it cannot be read as a jar or zip ("
              + e.getMessage()
              + "); copy it here again, or remove it",
          e);
    }
  }

  private void expand(ZipFile zip) throws IOException {
    for (Iterator<? extends ZipEntry> all = zip.entries().asIterator(); all.hasNext(); ) {
      ZipEntry entry = all.next();
      Path target = expanded.resolve(entry.getName()).normalize();
      if (!target.startsWith(expanded)) {
        throw new IOException("the entry " + entry.getName() + " leads out of it");
      }
      if (entry.isDirectory()) {
        Files.createDirectories(target);
      } else {
        Files.createDirectories(target.getParent());
        try (InputStream in = zip.getInputStream(entry)) {
          Files.copy(in, target);
        }
      }
    }
  }

  /** Classes that are annotated as extensions, found without loading them; sorted. */
  List<String> annotated() {
    Path root = open();
    if (Files.isDirectory(root)) {
      Path classes = root.resolve("classes");
      if (!Files.isDirectory(classes)) {
        return List.of();
      }
      try (Stream<Path> files = Files.walk(classes)) {
        return files
            .filter(path -> path.toString().endsWith(".class"))
            .filter(path -> marked(path.toUri()))
            .map(path -> className(classes.relativize(path).toString()))
            .sorted()
            .toList();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    try (ZipFile zip = new ZipFile(root.toFile())) {
      return zip.stream()
          .filter(entry -> entry.getName().endsWith(".class"))
          .filter(entry -> !entry.getName().startsWith("org/pf4j/"))
          .filter(entry -> marked(zip, entry))
          .map(entry -> className(entry.getName()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean marked(ZipFile zip, ZipEntry entry) {
    try (InputStream in = zip.getInputStream(entry)) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1).contains(ANNOTATION);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean marked(java.net.URI file) {
    try {
      return Files.readString(Path.of(file), StandardCharsets.ISO_8859_1).contains(ANNOTATION);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String className(String entry) {
    return entry.substring(0, entry.length() - ".class".length()).replace('/', '.');
  }

  /** Removes what was expanded. */
  @Override
  public void close() {
    if (expanded == null) {
      return;
    }
    try (Stream<Path> files = Files.walk(expanded)) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
      expanded = null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
