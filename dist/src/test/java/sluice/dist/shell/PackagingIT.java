package sluice.dist.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sluice.dist.shell.Site.Result;

/** What a user unpacks. */
class PackagingIT {

  private final Site site = new Site();

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void hasEverythingInItsPlace() {
    for (String file :
        List.of(
            "gateway.sh",
            "conf/gateway.yaml",
            "conf/log4j2.xml",
            "plugins/balancers-1.0.0.jar",
            "plugins/health-checks-1.0.0.jar",
            "plugins/protocol-ftp-1.0.0.jar",
            "plugins/protocol-tftp-1.0.0.jar",
            "plugins/protocol-sftp-1.0.0.jar",
            "lib/gateway-core-1.0.0.jar",
            "lib/plugin-api-1.0.0.jar",
            "lib/demo/testkit-1.0.0.jar",
            "samples/demo.yaml",
            "docs/descriptor.md",
            "docs/cli.md",
            "systemd/sluice.service",
            "sdk/example-fill-first/pom.xml",
            "LICENSE",
            "THIRD-PARTY.md",
            "CHANGELOG.md")) {
      assertTrue(Files.isRegularFile(Site.HOME.resolve(file)), file);
    }
  }

  @Test
  void keepsTheDemosServersAndTheTestkitOutOfTheGateway() throws IOException {
    assertEquals(
        Set.of("balancers", "health-checks", "protocol-ftp", "protocol-tftp", "protocol-sftp"),
        jars("plugins"));
    Set<String> lib = jars("lib");
    for (String stranger : List.of("testkit", "sshd-core", "ftpserver-core", "junit-jupiter")) {
      assertFalse(lib.contains(stranger), () -> stranger + " in " + lib);
    }
    Set<String> twice = jars("lib/demo");
    twice.retainAll(lib);
    assertEquals(Set.of(), twice, "in lib/ and in lib/demo/");
    assertFalse(jars("lib/demo").stream().anyMatch(jar -> jar.startsWith("junit")));
  }

  @Test
  void archiveUnpacksToWhatWasBuiltWithTheModesItNeeds() throws IOException {
    Path archive = Path.of(System.getProperty("sluice.archive"));
    Result tar = site.run(List.of("tar", "-xzf", archive.toString()));
    assertEquals(0, tar.exit(), tar::toString);

    Path unpacked = site.path("sluice-1.0.0");
    assertEquals(files(Site.HOME), files(unpacked));
    assertEquals("rwxr-xr-x", mode(unpacked.resolve("gateway.sh")));
    assertEquals("rw-r--r--", mode(unpacked.resolve("conf/gateway.yaml")));
    assertEquals("rwxr-xr-x", mode(unpacked.resolve("lib")));
    Result version = site.script(unpacked.resolve("gateway.sh")).sh("version");
    assertEquals(0, version.exit(), version::toString);
  }

  @Test
  void namesEveryLibraryAndItsLicense() throws IOException {
    String page = Site.text(Site.HOME.resolve("THIRD-PARTY.md"));
    Set<String> own = Set.of("gateway-core", "plugin-api", "testkit");
    Set<String> libraries = jars("lib");
    libraries.addAll(jars("lib/demo"));
    libraries.removeAll(own);
    for (String library : libraries) {
      String family = library.replaceAll("-.*", "-*");
      assertTrue(
          page.contains("`" + library + "`") || page.contains("`" + family + "`"),
          () -> library + " is not in THIRD-PARTY.md");
    }
  }

  @Test
  void systemdFindsNothingWrongWithTheUnit() throws IOException {
    assumeTrue(Files.exists(Path.of("/usr/bin/systemd-analyze")), "systemd is not installed");
    String unit =
        Site.text(Site.HOME.resolve("systemd/sluice.service"))
            .replace("/opt/sluice", Site.HOME.toString());
    Path file = site.write("sluice.service", unit);

    Result result = site.run(List.of("systemd-analyze", "verify", file.toString()));

    assertEquals(0, result.exit(), result::toString);
    assertEquals("", result.out() + result.err());
    assertTrue(unit.contains("\nCapabilityBoundingSet=CAP_NET_BIND_SERVICE\n"));
    assertTrue(unit.contains("\nAmbientCapabilities=CAP_NET_BIND_SERVICE\n"));
  }

  /** The artifacts of a folder's jars. */
  private static Set<String> jars(String folder) throws IOException {
    try (Stream<Path> files = Files.list(Site.HOME.resolve(folder))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".jar"))
          .map(name -> name.replaceAll("-[0-9].*", ""))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** Without what running it has left in the folder. */
  private static Set<String> files(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString())
          .filter(name -> !name.startsWith("logs/") && !name.startsWith("run/"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
