package sluice.dist.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sluice.dist.shell.Site.Result;
import sluice.testkit.FtpPeer;

/** {@code gateway.sh sessions}. */
class SessionsIT {

  private final Site site = new Site();

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void showsAnOpenSessionWithItsUserAndBackend() throws IOException {
    site.sh("start");
    try (FtpTalk talk = new FtpTalk(site.listener())) {
      talk.say("NOOP", "200");
      Result result = site.sh("sessions");

      assertEquals(0, result.exit(), result::toString);
      assertTrue(
          result.out().matches("(?s).*ftp-1 +ftp +127\\..* files/a .*user=" + FtpPeer.USER + ".*"),
          result::toString);
      JsonNode sessions = new ObjectMapper().readTree(site.sh("sessions", "--json").out());
      assertEquals(1, sessions.size());
      assertEquals("files/a", sessions.get(0).get("backend").asText());
      assertFalse(sessions.toString().contains(FtpPeer.PASSWORD));
    }
  }

  @Test
  void sayThatNoneIsOpen() {
    site.sh("start");

    assertEquals("no session is open\n", site.sh("sessions").out());
  }

  @Test
  void endsWithThreeWhenNoGatewayRuns() {
    assertEquals(3, site.sh("sessions").exit());
  }
}
