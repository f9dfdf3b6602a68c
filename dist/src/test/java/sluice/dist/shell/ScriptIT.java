package sluice.dist.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sluice.dist.shell.Site.Result;

/** How {@code gateway.sh} finds its folder and its Java. */
class ScriptIT {

  private final Site site = new Site();

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void worksThroughSymbolicLinks() throws IOException {
    Path first = Files.createSymbolicLink(site.path("sluice"), Site.HOME.resolve("gateway.sh"));
    Files.createDirectories(site.path("bin"));
    Path second = Files.createSymbolicLink(site.path("bin/sluice"), Path.of("..", "sluice"));
    assertTrue(Files.isSymbolicLink(first));

    assertEquals(0, site.script(second).sh("version").exit());
    assertEquals(0, site.sh("plugins").exit(), "it finds its folder, not that of the link");
  }

  @Test
  void worksInAFolderWithABlankInItsName() throws IOException {
    Path home = site.copyOfHome();
    Path blank = Files.move(home, site.path("my files"));

    Result result = site.script(blank.resolve("gateway.sh")).sh("start");

    assertEquals(0, result.exit(), result::toString);
    assertEquals(0, site.sh("stop").exit());
  }

  @Test
  void saysWhatToDoWhenTheLogsHaveNoPlace() {
    site.with("SLUICE_LOGS", "/dev/null/logs");

    for (String verb : List.of("run", "start")) {
      Result result = site.sh(verb);
      assertEquals(1, result.exit(), result::toString);
      assertTrue(result.err().contains("cannot write logs into /dev/null/logs"), result::toString);
      assertTrue(result.err().contains("SLUICE_LOGS"), result::toString);
    }
  }

  @Test
  void takesTheJavaOnPath() {
    assertEquals(0, site.without("JAVA_HOME").sh("version").exit());
  }

  @Test
  void takesTheJavaOfJavaHome() {
    Result result = site.with("JAVA_HOME", System.getProperty("java.home")).sh("version");

    assertEquals(0, result.exit(), result::toString);
    assertTrue(result.out().contains(System.getProperty("java.home")), result::toString);
  }

  @Test
  void endsWithFourWhenJavaHomeIsWrong() {
    Result result = site.with("JAVA_HOME", "/nowhere").sh("version");

    assertEquals(4, result.exit(), result::toString);
    assertTrue(
        result.err().contains("JAVA_HOME is /nowhere, but there is no program bin/java in it"),
        result::toString);
  }

  @Test
  void endsWithFourWhenThereIsNoJava() throws IOException {
    Path tools = Files.createDirectories(site.path("tools"));
    for (String tool : List.of("sh", "dirname", "readlink", "sed", "head")) {
      Path found =
          Stream.of("/bin/", "/usr/bin/")
              .map(folder -> Path.of(folder + tool))
              .filter(Files::exists)
              .findFirst()
              .orElseThrow();
      Files.createSymbolicLink(tools.resolve(tool), found);
    }

    Result result = site.without("JAVA_HOME").with("PATH", tools.toString()).sh("version");

    assertEquals(4, result.exit(), result::toString);
    assertTrue(result.err().contains("there is no java on PATH"), result::toString);
    assertTrue(result.err().contains("17 or later"), result::toString);
  }

  @Test
  void endsWithFourWhenJavaIsTooOld() throws IOException {
    Path old = Files.createDirectories(site.path("old/bin"));
    Path java =
        Files.writeString(
            old.resolve("java"), "#!/bin/sh\necho 'openjdk version \"1.8.0_402\"' >&2\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));

    Result result = site.with("JAVA_HOME", site.path("old").toString()).sh("version");

    assertEquals(4, result.exit(), result::toString);
    assertTrue(
        result.err().contains("is Java 1.8.0_402, but 17 or later is needed"), result::toString);
  }

  @Test
  void runsOnEveryJavaOfThisMachineWithoutAWarning() throws IOException {
    for (Path java : javas()) {
      site.with("JAVA_HOME", java.toString());
      Result start = site.sh("start");
      assertEquals(0, start.exit(), start::toString);
      assertFalse(start.out().contains("WARNING"), start::toString);
      new FtpTalk(site.listener()).close();
      assertEquals(0, site.sh("stop").exit());
    }
  }

  /** Each once, whatever it is called, and old enough. */
  private static Set<Path> javas() throws IOException {
    Set<Path> javas = new TreeSet<>();
    javas.add(Path.of(System.getProperty("java.home")).toRealPath());
    Path usual = Path.of("/usr/lib/jvm");
    if (Files.isDirectory(usual)) {
      try (Stream<Path> installed = Files.list(usual)) {
        for (Path java : (Iterable<Path>) installed::iterator) {
          String release = Site.text(java.resolve("release"));
          Matcher version = Pattern.compile("JAVA_VERSION=\"(\\d+)").matcher(release);
          if (Files.isExecutable(java.resolve("bin/java"))
              && version.find()
              && Integer.parseInt(version.group(1)) >= 17) {
            javas.add(java.toRealPath());
          }
        }
      }
    }
    return javas;
  }
}
