package sluice.dist.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sluice.dist.peers.Await;

/** The logs of the packaged gateway. */
class LogsIT {

  private static final Path CONFIGURATION = Site.HOME.resolve("conf/log4j2.xml");

  private final Site site = new Site();

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void holdNoPasswordAndCarryTheSessionsId() throws Exception {
    site.with(
        "SLUICE_LOG_CONFIG",
        site.write(
                "log4j2.xml",
                Site.text(CONFIGURATION)
                    .replace("name=\"sluice\" level=\"info\"", "name=\"sluice\" level=\"trace\""))
            .toString());
    site.running();
    try (FtpTalk talk = new FtpTalk(site.listener())) {
      talk.say("USER bob", "");
      talk.say("PASS correct-horse", "");
    }
    awaitRecords(1);

    String everything = site.log() + Site.text(site.logs().resolve("access.log"));
    assertTrue(site.log().contains("ftp-1 "), site::log);
    assertTrue(everything.contains("PASS ***"), everything);
    assertEquals(-1, everything.indexOf("correct-horse"), everything);
  }

  @Test
  void beginNewFilesBySizeAndKeepABoundedNumberOfOldOnes() throws Exception {
    site.with(
        "SLUICE_LOG_CONFIG",
        site.write(
                "log4j2.xml",
                Site.text(CONFIGURATION)
                    .replace("100 MB", "2 KB")
                    .replace("exceeds=\"30\"", "exceeds=\"3\""))
            .toString());
    Site.Running gateway = site.running();

    for (int i = 0; i < 40; i++) {
      session("report.txt");
    }

    Await.until(
        Duration.ofSeconds(20),
        () -> "old files come and go; there are " + old(),
        () -> old().size() >= 2 && old().size() <= 4);
    gateway.signal("TERM");
    assertEquals(0, gateway.exit());
    for (String line : Site.text(site.logs().resolve("access.log")).lines().toList()) {
      assertTrue(new ObjectMapper().readTree(line).has("outcome"), line);
    }
  }

  @Test
  void thatCannotBeWrittenAsTheDiskIsFullDoNotStopTheGateway() throws Exception {
    assumeTrue(
        site.has("unshare") && site.run(List.of("unshare", "-m", "true")).exit() == 0,
        "only root can mount a small disk");
    Files.createDirectories(site.logs());
    String script =
        "mount -t tmpfs -o size=64k none '%s' && head -c 1M /dev/zero >'%s/fill' 2>/dev/null;"
            .formatted(site.logs(), site.logs());
    Site.Running gateway =
        site.backgroundCommand(
            List.of(
                "unshare",
                "-m",
                "sh",
                "-c",
                script + " exec " + Site.HOME.resolve("gateway.sh") + " run"));
    gateway.awaitOut("records: ");

    for (int i = 0; i < 50; i++) {
      session("report.txt");
    }

    assertTrue(gateway.alive());
    assertEquals(0, site.sh("status").exit());
    gateway.signal("TERM");
    assertEquals(0, gateway.exit());
  }

  private void session(String file) throws IOException {
    Files.writeString(site.files().resolve(file), "content");
    try (FtpTalk talk = new FtpTalk(site.listener());
        Socket data = talk.data()) {
      talk.say("RETR " + file, "150");
      assertEquals("content", new String(data.getInputStream().readAllBytes()));
      talk.reply("226");
      talk.say("QUIT", "221");
    }
  }

  private void awaitRecords(int count) {
    Path log = site.logs().resolve("access.log");
    Await.until(Site.LIMIT, () -> Site.text(log), () -> Files.readAllLines(log).size() >= count);
  }

  private List<Path> old() {
    try (Stream<Path> files = Files.list(site.logs())) {
      return files.filter(file -> file.toString().matches(".*/access-.*\\.log\\.gz")).toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
