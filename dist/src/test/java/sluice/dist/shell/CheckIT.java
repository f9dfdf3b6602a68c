package sluice.dist.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import sluice.dist.shell.Site.Result;
import sluice.testkit.SelfSigned;

/** {@code gateway.sh check}. */
class CheckIT {

  private final Site site = new Site();

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void sayWhatADescriptorWithoutProblemsHas() {
    Result result = site.sh("check");

    assertEquals(0, result.exit(), result::toString);
    assertEquals(
        site.descriptor() + ": no problems; 1 listener, 1 pool, 1 backend\n", result.out());
    assertEquals("", result.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          protocol: ftp       | protcol: ftp        | 2:10 | protocol
          pool: files         | pool: fles          | 2:      | files
          check: tcp          | check: ftcp         | 5:      | tcp
          interval: 1s        | interval: 1 parsec  | 5:      | 2s
          max-sessions: 10    | max-sessions: many  | 2:      | number
          """)
  void namesPlaceAndRemedyOfAProblem(String right, String wrong, String place, String remedy)
      throws IOException {
    site.write("gateway.yaml", Site.text(site.descriptor()).replace(right, wrong));

    Result result = site.sh("check", "gateway.yaml");

    assertEquals(1, result.exit(), result::toString);
    assertTrue(result.err().contains("gateway.yaml:" + place), result::toString);
    assertTrue(result.err().contains(remedy), result::toString);
  }

  @Test
  void namesAllProblemsAtOnce() {
    site.write(
        "gateway.yaml",
        Site.text(site.descriptor())
            .replace("pool: files", "pool: fles")
            .replace("interval: 1s", "interval: soon"));

    Result result = site.sh("check");

    assertEquals(1, result.exit(), result::toString);
    assertTrue(result.err().contains("gateway.yaml: 2 problems"), result::toString);
    assertTrue(result.err().contains("gateway.yaml:2:"), result::toString);
    assertTrue(result.err().contains("gateway.yaml:5:"), result::toString);
  }

  @Test
  void findsWhatAPluginSaysWhenItIsMade() {
    site.write(
        "gateway.yaml",
        Site.text(site.descriptor())
            .replace(
                "check: tcp", "check: ssh, options: { user: anna, private-key: no-such-key }"));

    Result result = site.sh("check", "gateway.yaml");

    assertEquals(1, result.exit(), result::toString);
    assertTrue(result.err().contains("gateway.yaml:5:"), result::toString);
    assertTrue(result.err().contains("no-such-key"), result::toString);
  }

  @Test
  void endsWithOneWhenThereIsNoSuchFile() {
    Result result = site.sh("check", "missing.yaml");

    assertEquals(1, result.exit(), result::toString);
    assertTrue(result.err().contains("missing.yaml:1:1"), result::toString);
  }

  @Test
  void printsTheDescriptorAsItWasUnderstood() {
    Result result = site.sh("check", "--print");

    assertEquals(0, result.exit(), result::toString);
    assertTrue(result.out().contains("strategy: round-robin"), result::toString);
    site.write("printed.yaml", result.out());
    assertEquals(0, site.sh("check", "printed.yaml").exit(), "it is a descriptor again");
  }

  static Stream<Path> shipped() throws IOException {
    List<Path> files = new ArrayList<>(List.of(Site.HOME.resolve("conf/gateway.yaml")));
    try (Stream<Path> samples = Files.list(Site.HOME.resolve("samples"))) {
      samples.filter(file -> file.toString().endsWith(".yaml")).sorted().forEach(files::add);
    }
    return files.stream();
  }

  @ParameterizedTest
  @MethodSource("shipped")
  void findsNothingWrongWithWhatIsShipped(Path file, @TempDir Path certificates)
      throws IOException {
    if (file.endsWith("ftps.yaml")) {
      SelfSigned made = SelfSigned.make(certificates, "gateway");
      site.with("FTPS_CERTIFICATE", made.certificate().toString())
          .with("FTPS_KEY", made.key().toString())
          .with("FTPS_BACKEND_CA", made.certificate().toString());
    }
    Result result = site.sh("check", file.toString());

    assertEquals(0, result.exit(), result::toString);
    assertEquals("", result.err());
  }
}
