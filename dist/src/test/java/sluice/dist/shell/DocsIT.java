package sluice.dist.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sluice.dist.peers.Await;
import sluice.dist.peers.Programs;

/** What the README and the pages say is so. */
class DocsIT {

  private static final Path CHECKOUT = Path.of(System.getProperty("sluice.checkout"));
  private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)\\)");

  private final Site site = new Site();

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void pluginOfTheReadmeIsTheExampleAndShort() throws IOException {
    String readme = Site.text(CHECKOUT.resolve("README.md"));
    String example =
        Site.text(
            CHECKOUT.resolve(
                "plugins/example-fill-first/src/main/java/com/example/FillFirst.java"));

    assertEquals(example, block(readme, "java"));
    assertTrue(example.lines().count() <= 25, example);
  }

  @Test
  void descriptorOfTheReadmeHasNoProblems() {
    site.write("readme.yaml", block(Site.text(CHECKOUT.resolve("README.md")), "yaml"));

    Site.Result result = site.sh("check", "readme.yaml");

    assertEquals(0, result.exit(), result::toString);
  }

  /** Read by nft in a namespace of its own, where they would change nothing. */
  @Test
  void firewallRulesOfTheFtpPageCanBeLoadedAsTheyStand() throws Exception {
    Programs.require(Programs.NFT, Programs.UNSHARE);
    Matcher rules =
        Pattern.compile("```nft\n(.*?)```", Pattern.DOTALL)
            .matcher(Site.text(Site.HOME.resolve("docs/ftp.md")));
    int found = 0;
    while (rules.find()) {
      Path file = site.write("rules-" + found++ + ".nft", rules.group(1));
      Process nft =
          new ProcessBuilder(
                  Programs.UNSHARE.path(), "-Urn", Programs.NFT.path(), "-c", "-f", file.toString())
              .redirectErrorStream(true)
              .start();
      String said = new String(nft.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, nft.waitFor(), said + rules.group(1));
    }
    assertEquals(4, found);
  }

  @Test
  void linksLeadSomewhere() throws IOException {
    try (Stream<Path> docs = Files.list(Site.HOME.resolve("docs"))) {
      for (Path page : Stream.concat(Stream.of(CHECKOUT.resolve("README.md")), docs).toList()) {
        Matcher link = LINK.matcher(Site.text(page));
        while (link.find()) {
          String target = link.group(1);
          assertTrue(Files.exists(page.resolveSibling(target)), () -> target + " in " + page);
        }
      }
    }
  }

  @Test
  void pageOfTheCommandLineHasEveryVerb() {
    String page = Site.text(Site.HOME.resolve("docs/cli.md"));
    Matcher verb = Pattern.compile("(?m)^  ([a-z]+) {2,}").matcher(site.sh("help").out());
    int verbs = 0;
    while (verb.find()) {
      verbs++;
      String name = verb.group(1);
      assertTrue(
          Pattern.compile("(?m)^\\| `" + name + "[` ]").matcher(page).find(),
          () -> name + " is not in docs/cli.md");
    }
    assertEquals(12, verbs);
  }

  @Test
  void pageOfTheAccessLogHasEveryFieldThatIsWritten() throws Exception {
    Files.writeString(site.files().resolve("report.txt"), "content");
    site.sh("start");
    try (FtpTalk talk = new FtpTalk(site.listener());
        Socket data = talk.data()) {
      talk.say("RETR report.txt", "150");
      data.getInputStream().readAllBytes();
      talk.reply("226");
      talk.say("QUIT", "221");
    }
    Path log = site.logs().resolve("access.log");
    Await.until(Site.LIMIT, () -> Site.text(log), () -> Files.readAllLines(log).size() >= 2);

    String page = Site.text(Site.HOME.resolve("docs/access-log.md"));
    Set<String> types = new TreeSet<>();
    for (String line : Files.readAllLines(log)) {
      JsonNode entry = new ObjectMapper().readTree(line);
      types.add(entry.get("type").asText());
      assertEquals("ok", entry.get("outcome").asText(), line);
      assertEquals("files/a", entry.get("backend").asText(), line);
      List<String> fields = new java.util.ArrayList<>();
      entry.fieldNames().forEachRemaining(fields::add);
      for (String field : fields) {
        assertTrue(page.contains("`" + field + "`"), () -> field + " is not in docs/access-log.md");
      }
    }
    assertEquals(Set.of("session", "transfer"), types);
  }

  /** The first block of a language. */
  private static String block(String page, String language) {
    int start = page.indexOf("```" + language + "\n") + language.length() + 4;
    return page.substring(start, page.indexOf("```", start));
  }
}
