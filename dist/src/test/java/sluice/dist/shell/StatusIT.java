package sluice.dist.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sluice.dist.peers.Loopback;
import sluice.dist.peers.Programs;
import sluice.dist.shell.Site.Result;

/** {@code gateway.sh status}. */
class StatusIT {

  private final Site site = new Site();

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void showsListenersAndBackendsInATable() {
    site.sh("start");

    Result result = site.sh("status");

    assertEquals(0, result.exit(), result::toString);
    assertTrue(result.out().startsWith("Sluice 1.0.0 running since "), result::toString);
    assertTrue(
        result.out().matches("(?s).*ftp +ftp +" + Loopback.hostPort(site.listener()) + " +files.*"),
        result::toString);
    assertTrue(result.out().matches("(?s).*files/a .* up .*"), result::toString);
  }

  @Test
  void printsJsonThatParsesAndCountsSessions() throws IOException {
    site.sh("start");
    try (FtpTalk talk = new FtpTalk(site.listener())) {
      talk.say("NOOP", "200");
      JsonNode status = new ObjectMapper().readTree(site.sh("status", "--json").out());

      assertEquals("1.0.0", status.get("version").asText());
      assertEquals("running", status.get("state").asText());
      JsonNode listener = status.get("listeners").get(0);
      assertEquals("ftp", listener.get("name").asText());
      assertEquals(1, listener.get("sessions").asInt());
      JsonNode backend = status.get("pools").get(0).get("backends").get(0);
      assertEquals("up", backend.get("state").asText());
      assertEquals(1, backend.get("sessions").asInt());
      assertEquals(1, backend.get("total_sessions").asInt());
    }
  }

  @Test
  void endsWithThreeWhenNoGatewayRuns() {
    Result result = site.sh("status");

    assertEquals(3, result.exit(), result::toString);
    assertEquals("", result.out());
    assertTrue(
        result.err().contains("no gateway runs here: nothing listens on " + site.socket()),
        result::toString);
  }

  @Test
  void isAnsweredToCurlToo() {
    site.sh("start");

    Result result =
        site.run(
            List.of(
                Programs.CURL.path(),
                "-sS",
                "--unix-socket",
                site.socket().toString(),
                "http://gateway/status"));

    assertEquals(0, result.exit(), result::toString);
    assertTrue(result.out().contains("\"state\" : \"running\""), result::toString);
  }

  @Test
  void answersNobodyButTheOwner() {
    assumeTrue(
        System.getProperty("user.name").equals("root") && site.has("setpriv"),
        "only root can ask as another user");
    site.sh("start");

    Result result =
        site.run(
            List.of(
                "setpriv",
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                Programs.CURL.path(),
                "-sS",
                "--unix-socket",
                site.socket().toString(),
                "http://gateway/status"));

    assertNotEquals(0, result.exit(), result::toString);
    assertEquals("", result.out());
  }

  @Test
  void isForTheOwnerOnly() throws IOException {
    site.sh("start");

    assertEquals(
        "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(site.socket())));
  }
}
