package sluice.core.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sluice.api.ByteSize;
import sluice.api.Default;
import sluice.api.Doc;
import sluice.api.PoolRef;
import sluice.api.PortRanges;
import sluice.api.Range;
import sluice.api.Secret;
import sluice.api.health.Health;
import sluice.api.health.HealthCheck;
import sluice.api.health.HealthCheckFactory;

class ExtensionDescriptionTest {

  enum Colour {
    DARK_RED,
    BLUE
  }

  record Login(@Doc("Who.") String user, Secret password, Optional<Login> next) {}

  record Rule(@Doc("A pattern.") String match, PoolRef pool) {}

  record Options(
      @Doc("How many.") @Default("3") @Range(min = 1, max = 9) int count,
      @Range(min = 0) long least,
      @Range(max = 5) Optional<Integer> most,
      @Default("false") boolean loud,
      @Default("") String prefix,
      @Default("64KiB") ByteSize size,
      @Default("2s") Duration time,
      Optional<Path> file,
      Optional<InetAddress> from,
      @Default("50000-50999") PortRanges dataPorts,
      @Default("dark-red") Colour colour,
      double ratio,
      @Doc("How to log in.") Optional<Login> login,
      List<String> words,
      List<Rule> rules,
      Map<String, Rule> named) {}

  record Check() implements HealthCheckFactory<Options> {
    @Override
    public String name() {
      return "everything";
    }

    @Override
    public Class<Options> optionsType() {
      return Options.class;
    }

    @Override
    public HealthCheck create(Options options) {
      return (backend, timeout) -> Health.up("");
    }
  }

  @Test
  void everyOptionIsShownWithTypeLimitsDefaultAndDoc() {
    Installed<?> installed =
        new Installed<>("everything", new Check(), Options.class, "all", "1.2", "all-1.2.jar");
    assertEquals(
        """
        check everything  (all 1.2, all-1.2.jar)
            count: whole number from 1 to 9, default 3
                How many.
            least: whole number from 0, required
            most: whole number up to 5, optional
            loud: true or false, default false
            prefix: text, default ""
            size: size, default 64KiB
            time: duration, default 2s
            file: path, optional
            from: address, optional
            data-ports: ports, default 50000-50999
            colour: one of dark-red, blue, default dark-red
            ratio: number, required
            login: keys, optional
                How to log in.
            login.user: text, required
                Who.
            login.password: secret, required
            login.next: keys, optional
            words: list of text, optional
            rules: list of keys, optional
            rules[].match: text, required
                A pattern.
            rules[].pool: pool, required
            named: map from names to keys, optional
            named.NAME.match: text, required
                A pattern.
            named.NAME.pool: pool, required
        """,
        ExtensionDescription.of(installed).text());
  }

  @Test
  void aHostDescribesAllItsExtensions(@TempDir Path folder) {
    PluginJar.strategy("two", "b").jar(folder.resolve("2.jar"));
    PluginJar.strategy("one", "c").jar(folder.resolve("1.jar"));
    PluginJar.of("three")
        .source(
            "strategies.First",
            PluginJar.strategySource("First", "a")
                .replace(
                    "Options()",
                    "Options(@sluice.api.Doc(\"The limit.\") @sluice.api.Default(\"7\") int max)"))
        .jar(folder.resolve("3.jar"));
    try (PluginHost host = PluginHost.load(folder)) {
      assertEquals(
          """
          strategy a  (three 1.2.3, 3.jar)
              max: whole number, default 7
                  The limit.
          strategy b  (two 1.2.3, 2.jar)
              no options
          strategy c  (one 1.2.3, 1.jar)
              no options
          """,
          host.describe());
    }
  }
}
