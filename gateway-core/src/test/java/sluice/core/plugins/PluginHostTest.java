package sluice.core.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sluice.api.balance.BalancerFactory;
import sluice.core.plugins.Extensions.Kind;

/** What the host loads, and what plugins see. The failures are in {@link PluginProblemsTest}. */
class PluginHostTest {

  @TempDir Path folder;

  @Test
  void aJarInTheFolderIsInstalledUnderItsName() {
    PluginJar.strategy("my-plugin", "my-strategy")
        .manifest("Plugin-Description", "Mine.")
        .manifest("Plugin-Provider", "Me")
        .manifest("Plugin-License", "Apache-2.0")
        .jar(folder.resolve("mine.jar"));
    try (PluginHost host = PluginHost.load(folder)) {
      assertEquals(List.of(), host.problems());
      Installed<?> found = host.extensions().find(Kind.STRATEGY, "my-strategy").orElseThrow();
      assertInstanceOf(BalancerFactory.class, found.factory());
      assertEquals("my-plugin", found.plugin());
      assertEquals("1.2.3", found.version());
      assertEquals("mine.jar", found.jar());
      assertEquals(
          List.of(
              new LoadedPlugin(
                  "my-plugin",
                  "1.2.3",
                  "mine.jar",
                  ">=1.0.0 & <2.0.0",
                  "Mine.",
                  "Me",
                  "Apache-2.0",
                  List.of(found))),
          host.plugins());
    }
  }

  @Test
  void anEmptyFolderIsNoProblem() {
    try (PluginHost host = PluginHost.load(folder)) {
      assertEquals(List.of(), host.problems());
      assertEquals(List.of(), host.plugins());
    }
  }

  @Test
  void filesThatAreNoPluginsAreLeftAlone() throws IOException {
    Files.writeString(folder.resolve("README.txt"), "read me");
    Files.writeString(folder.resolve(".hidden.jar"), "half a copy");
    Files.writeString(folder.resolve("switched-off.jar.off"), "");
    Files.createDirectory(folder.resolve("folder.jar"));
    try (PluginHost host = PluginHost.load(folder)) {
      assertEquals(List.of(), host.problems());
    }
  }

  @Test
  void pluginsDoNotSeeTheGateway() {
    PluginJar.strategy("a", "a").jar(folder.resolve("a.jar"));
    try (PluginHost host = PluginHost.load(folder)) {
      ClassLoader loader = loaderOf(host, "a");
      for (String hidden :
          List.of(
              "sluice.core.plugins.PluginHost",
              "com.fasterxml.jackson.databind.ObjectMapper",
              "org.apache.logging.log4j.core.Logger",
              "org.apache.logging.slf4j.Log4jLogger",
              "picocli.CommandLine",
              "org.snakeyaml.engine.v2.api.Load",
              "org.junit.jupiter.api.Test")) {
        assertThrows(ClassNotFoundException.class, () -> loader.loadClass(hidden), hidden);
        assertEquals(null, loader.getResource(hidden.replace('.', '/') + ".class"), hidden);
      }
    }
  }

  @Test
  void pluginsSeeWhatTheyAreMeantToSeeAndItIsTheGateways() throws Exception {
    PluginJar.strategy("a", "a").jar(folder.resolve("a.jar"));
    try (PluginHost host = PluginHost.load(folder)) {
      ClassLoader loader = loaderOf(host, "a");
      for (String shown :
          List.of(
              "sluice.api.balance.Balancer",
              "org.pf4j.Plugin",
              "io.netty.channel.Channel",
              "io.netty.handler.ssl.SslHandler",
              "org.apache.logging.log4j.LogManager",
              "org.slf4j.LoggerFactory",
              "java.sql.Connection")) {
        assertSame(Class.forName(shown), loader.loadClass(shown), shown);
      }
    }
  }

  @Test
  void pluginsDoNotSeeEachOther() {
    PluginJar.strategy("a", "a").jar(folder.resolve("a.jar"));
    PluginJar.of("b")
        .source(
            "other.Second",
            PluginJar.strategySource("Second", "b").replace("package strategies", "package other"))
        .jar(folder.resolve("b.jar"));
    try (PluginHost host = PluginHost.load(folder)) {
      assertEquals(List.of(), host.problems());
      assertThrows(
          ClassNotFoundException.class, () -> loaderOf(host, "b").loadClass("strategies.First"));
      assertThrows(
          ClassNotFoundException.class, () -> loaderOf(host, "a").loadClass("other.Second"));
    }
  }

  @Test
  void aPluginUsesItsOwnCopyOfALibraryThatTheGatewayHasToo() {
    PluginJar.of("own-jackson")
        .source(
            "com.fasterxml.jackson.databind.ObjectMapper",
            """
            package com.fasterxml.jackson.databind;
            public final class ObjectMapper {
              public static String whose() { return "the-plugins-own"; }
            }
            """)
        .source(
            "strategies.First",
            PluginJar.strategySource("First", "x")
                .replace("\"x\"", "com.fasterxml.jackson.databind.ObjectMapper.whose()"))
        .jar(folder.resolve("own.jar"));
    try (PluginHost host = PluginHost.load(folder)) {
      assertEquals(List.of(), host.problems());
      assertEquals(List.of("the-plugins-own"), host.extensions().names(Kind.STRATEGY));
    }
  }

  @Test
  void aJarThatBundlesTheApiStillMeetsTheGateways() {
    PluginJar.strategy("fat", "fat")
        .bundling(sluice.api.ApiVersion.class, "sluice/api")
        .bundling(org.pf4j.Plugin.class, "org/pf4j")
        .bundling(org.slf4j.Logger.class, "org/slf4j")
        .jar(folder.resolve("fat.jar"));
    try (PluginHost host = PluginHost.load(folder)) {
      assertEquals(List.of(), host.problems());
      assertEquals(List.of("fat"), host.extensions().names(Kind.STRATEGY));
    }
  }

  @Test
  void aZipBringsItsLibrariesAndLeavesNothingBehind(@TempDir Path elsewhere) throws Exception {
    Path library =
        PluginJar.of("library")
            .source(
                "words.Words",
                "package words; public class Words { public static String x() { return \"zip\"; }}")
            .jar(elsewhere.resolve("words.jar"));
    PluginJar.of("zipped")
        .against(library)
        .source(
            "strategies.First",
            PluginJar.strategySource("First", "x").replace("\"x\"", "words.Words.x()"))
        .zip(folder.resolve("zipped.zip"), library);
    Set<String> before = temporary();
    try (PluginHost host = PluginHost.load(folder)) {
      assertEquals(List.of(), host.problems());
      assertEquals("zipped.zip", host.extensions().find(Kind.STRATEGY, "zip").orElseThrow().jar());
      try (Stream<Path> files = Files.list(folder)) {
        assertEquals(List.of(folder.resolve("zipped.zip")), files.toList());
      }
      assertFalse(temporary().equals(before), "it is expanded while the host is open");
    }
    assertEquals(before, temporary());
  }

  @Test
  void aJarCanBeReplacedOnceTheHostIsClosed() {
    PluginJar.strategy("a", "old").jar(folder.resolve("a.jar"));
    try (PluginHost host = PluginHost.load(folder)) {
      assertEquals(List.of("old"), host.extensions().names(Kind.STRATEGY));
    }
    PluginJar.strategy("a", "new").jar(folder.resolve("a.jar"));
    try (PluginHost host = PluginHost.load(folder)) {
      assertEquals(List.of("new"), host.extensions().names(Kind.STRATEGY));
    }
  }

  @Test
  void thePluginClassIsStartedAndStopped() {
    PluginJar.strategy("a", "a")
        .manifest("Plugin-Class", "strategies.Life")
        .source(
            "strategies.Life",
            """
            package strategies;
            public final class Life extends org.pf4j.Plugin {
              @Override public void start() { System.setProperty("sluice.test.life", "started"); }
              @Override public void stop() { System.setProperty("sluice.test.life", "stopped"); }
            }
            """)
        .jar(folder.resolve("a.jar"));
    try {
      try (PluginHost host = PluginHost.load(folder)) {
        assertEquals(List.of(), host.problems());
        assertEquals("started", System.getProperty("sluice.test.life"));
      }
      assertEquals("stopped", System.getProperty("sluice.test.life"));
    } finally {
      System.clearProperty("sluice.test.life");
    }
  }

  private static ClassLoader loaderOf(PluginHost host, String strategy) {
    return host.extensions()
        .find(Kind.STRATEGY, strategy)
        .orElseThrow()
        .factory()
        .getClass()
        .getClassLoader();
  }

  private static Set<String> temporary() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .map(path -> path.getFileName().toString())
          .filter(name -> name.startsWith("sluice-plugin-"))
          .collect(Collectors.toSet());
    }
  }
}
