package sluice.core.descriptor.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sluice.api.PortRanges;
import sluice.api.Secret;
import sluice.api.SessionInfo;
import sluice.api.balance.Balancer;
import sluice.api.balance.BalancerFactory;
import sluice.api.balance.Candidate;
import sluice.api.protocol.ProtocolFactory;
import sluice.core.descriptor.Descriptor;
import sluice.core.descriptor.HostPort;
import sluice.core.descriptor.Loaded;
import sluice.core.descriptor.PoolDescriptor;
import sluice.core.descriptor.Problem;
import sluice.core.plugins.Extensions;

class DescriptorLoaderTest {

  private final DescriptorLoader loader = new DescriptorLoader(FakeExtensions.all());

  @Test
  void aGoodDescriptorBecomesRecordsWithDefaultsFilledIn() {
    Descriptor descriptor =
        loader
            .load(
                "gateway.yaml",
                """
                listeners:
                  ftp: { protocol: ftp, bind: "127.0.0.1:2121,2130-2131", pool: files, options: { data-ports: 50000-50999 } }
                pools:
                  files:
                    health: { check: tcp, interval: 500ms, timeout: 300ms }
                    backends:
                      b: { address: "10.0.0.12:21", backup: true }
                      a: { address: "[2001:db8::11]:21", weight: 2 }
                """)
            .get();

    assertEquals(
        List.of(
            new InetSocketAddress("127.0.0.1", 2121),
            new InetSocketAddress("127.0.0.1", 2130),
            new InetSocketAddress("127.0.0.1", 2131)),
        descriptor.listeners().get("ftp").bind().addresses());
    assertEquals(
        new FakeExtensions.FtpOptions("auto", PortRanges.parse("50000-50999"), Map.of()),
        descriptor.listeners().get("ftp").options());
    PoolDescriptor pool = descriptor.pools().get("files");
    assertEquals("round-robin", pool.balance().strategy());
    assertEquals(List.of("b", "a"), List.copyOf(pool.backends().keySet()));
    assertEquals(new HostPort("2001:db8::11", 21), pool.backends().get("a").address());
    assertEquals(Duration.ofMillis(300), pool.health().orElseThrow().timeout());
    assertEquals(Optional.empty(), pool.health().orElseThrow().port());
    assertEquals(Duration.ofSeconds(30), descriptor.stopTimeout());
    assertEquals(Duration.ofMinutes(15), descriptor.listeners().get("ftp").idleTimeout());
  }

  private static final String LISTENER =
      "listeners: { l: { protocol: sftp, bind: \"127.0.0.1:2222\", pool: p } }\n";

  private List<String> warnings(String yaml) {
    Loaded loaded = loader.load("g.yaml", yaml);
    loaded.get();
    return loaded.warnings().stream().map(Problem::toString).toList();
  }

  @Test
  void aPoolThatNothingUsesIsAWarning() {
    assertEquals(
        List.of("g.yaml:4:3  pools.q  nothing uses this pool; name it in a listener or remove it"),
        warnings(
            LISTENER
                + """
                pools:
                  p: { backends: { a: { address: "h:1" } } }
                  q: { backends: { a: { address: "h:1" } } }
                """));
  }

  @Test
  void aBackendAddressThatStandsTwiceInAPoolIsAWarning() {
    assertEquals(
        List.of(
            "g.yaml:5:21  pools.p.backends.b.address  backend \"a\" has the address h:1 too; to"
                + " give one server more sessions, raise its weight"),
        warnings(
            LISTENER
                + """
                pools:
                  p: { backends: {
                      a: { address: "h:1" },
                      b: { address: "h:1" },
                      c: { address: "h:2" } } }
                """));
  }

  @Test
  void aProbeThatMayOutlastItsIntervalIsAWarning() {
    assertEquals(
        List.of(
            "g.yaml:3:27  pools.p.health.timeout  a probe may take 1500ms, longer than the interval"
                + " of 1s, so that probes of a silent backend come later than configured"),
        warnings(
            LISTENER
                + """
                pools:
                  p: { health: { timeout: 1500ms, check: tcp, interval: 1s }, backends: { a: { address: "h:1" } } }
                """));
  }

  @Test
  void testsMayListenOnPortZero() {
    String yaml =
        "listeners: { l: { protocol: sftp, bind: \"127.0.0.1:0\", pool: p },"
            + " m: { protocol: sftp, bind: \"127.0.0.1:0\", pool: p } }\n"
            + "pools: { p: { backends: { a: { address: \"h:1\" } } } }\n";

    assertFalse(loader.load("g.yaml", yaml).ok());
    assertTrue(DescriptorLoader.forTests(FakeExtensions.all()).load("g.yaml", yaml).ok());
  }

  @Test
  void anUnknownListenersProtocolDoesNotHideItsOtherProblems() {
    String report =
        loader
            .load(
                "g.yaml",
                """
                listeners: { l: { protocol: nope, bind: x, pool: q } }
                pools: { p: { backends: { a: { address: "h:1" } } } }
                """)
            .report();

    assertEquals(3, report.lines().count(), report);
  }

  @Test
  void afileIsLoadedByItsPathAndAMissingOneIsAProblem(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("gateway.yaml");
    assertEquals(
        file + ":1:1  (document)  the file does not exist; name the descriptor to load",
        loader.load(file).report());
    assertEquals(
        folder + ":1:1  (document)  the file cannot be read: Is a directory",
        loader.load(folder).report());

    Files.writeString(file, LISTENER + "pools: { p: { backends: { a: { address: \"h:1\" } } } }");
    assertTrue(loader.load(file).ok());

    Files.write(file, new byte[] {'a', ':', (byte) 0xff});
    assertEquals(
        file + ":1:1  (document)  the file is not UTF-8 text; save it as UTF-8",
        loader.load(file).report());
  }

  @Test
  void aSecretIsTheFirstLineOfItsFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("password");
    Files.writeString(file, "hush\nnot this\n");
    String yaml =
        LISTENER
            + "pools: { p: { health: { check: ftp, options: { password: \"file:"
            + file
            + "\" } }, backends: { a: { address: \"h:1\" } } } }";

    Loaded loaded = loader.load("g.yaml", yaml);
    assertEquals(
        new FakeExtensions.FtpCheckOptions(Optional.empty(), Optional.of(Secret.of("hush"))),
        loaded.get().pools().get("p").health().orElseThrow().options());
    assertEquals(List.of(), loaded.warnings());

    Files.writeString(file, "\nhush\n");
    assertTrue(
        loader.load("g.yaml", yaml).report().contains("its first line is empty"),
        loader.load("g.yaml", yaml).report());
  }

  @Test
  void whatTheParserRefusesIsOneProblemWithItsPlace() {
    assertTrue(loader.load("g", "a: b: c").report().startsWith("g:1:5  (document)  this is not"));
    assertTrue(loader.load("g", "---\na: b\n---\nc: d\n").report().startsWith("g:3:1"));
    assertTrue(loader.load("g", "a: \u0000").report().contains("this is not YAML"));
    assertTrue(loader.load("g", "[".repeat(200_000)).report().contains("nested too deeply"));
    assertTrue(loader.load("g", "just text").report().contains("expected keys with values"));
  }

  /** Made for the trial only. */
  private static final class Refusing implements BalancerFactory<FakeExtensions.NoOptions> {
    private final RuntimeException refusal;
    private int closed;

    Refusing(RuntimeException refusal) {
      this.refusal = refusal;
    }

    @Override
    public String name() {
      return "refusing";
    }

    @Override
    public Class<FakeExtensions.NoOptions> optionsType() {
      return FakeExtensions.NoOptions.class;
    }

    private final class Closeable implements Balancer, AutoCloseable {
      @Override
      public Candidate pick(SessionInfo session, List<Candidate> candidates) {
        return candidates.get(0);
      }

      @Override
      public void close() {
        closed++;
      }
    }

    @Override
    public Balancer create(FakeExtensions.NoOptions options) {
      if (refusal != null) {
        throw refusal;
      }
      return new Closeable();
    }
  }

  private static Loaded checked(Refusing factory) {
    Extensions extensions =
        Extensions.of(
            factory,
            FakeExtensions.protocol(
                "sftp", ProtocolFactory.Transport.STREAM, FakeExtensions.NoOptions.class));
    return new DescriptorLoader(extensions)
        .check(
            "g.yaml",
            LISTENER
                + """
                pools:
                  p:
                    balance:
                      strategy: refusing
                      options: {}
                    backends: { a: { address: "h:1" } }
                """);
  }

  @Test
  void checkMakesEveryExtensionAndTellsWhatItRefusesAtItsOptions() {
    assertEquals(
        "g.yaml:6:7  pools.p.balance.options  no such file: x; create it",
        checked(new Refusing(new IllegalArgumentException("no such file: x;\ncreate it")))
            .report());
    assertEquals(
        "g.yaml:6:7  pools.p.balance.options  strategy refusing of plugin built-in failed:"
            + " java.lang.IllegalStateException: boom",
        checked(new Refusing(new IllegalStateException("boom"))).report());
  }

  @Test
  void checkClosesWhatItHasMade() {
    Refusing factory = new Refusing(null);

    assertTrue(checked(factory).ok());
    assertEquals(1, factory.closed);
  }
}
