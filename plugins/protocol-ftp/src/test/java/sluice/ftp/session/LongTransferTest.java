package sluice.ftp.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import sluice.api.protocol.Outcome;

/** What clients say while a transfer runs, and sessions that idle. */
class LongTransferTest {

  @Test
  void noopsDuringATransferDoNotReachTheBackendBeforeItsEndAndAreAnsweredInOrder() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.transfer("RETR x");
      scene.client("NOOP");
      scene.client("NOOP");
      scene.client("PWD");
      scene.client("NOOP");
      scene.backendGets();
      scene.clientGets();
      data.end(Outcome.ok());
      scene.backend("226 done");
      scene.clientGets("226 done");
      scene.backendGets("NOOP");
      scene.backend("200 yes");
      scene.clientGets("200 yes", "200 yes");
      scene.backendGets("PWD");
      scene.backend("257 \"/\"");
      scene.clientGets("257 \"/\"");
      scene.backendGets("NOOP");
      scene.backend("200 yes");
      scene.clientGets("200 yes");
    }
  }

  @Test
  void aboutTwoHundredNoopsLeaveRoomForAnAbor() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.transfer("RETR x");
      for (int i = 0; i < 200; i++) {
        scene.client("NOOP");
      }
      assertTrue(scene.session.client.config().isAutoRead());
      scene.client("ABOR");
      scene.backendGets("ABOR");
      assertTrue(data.closed);
      scene.backend("426 aborted");
      scene.clientGets("426 aborted");
      scene.backendGets("NOOP");
      scene.backend("226 abort ok");
      scene.backend("200 in step");
      scene.backendGets("NOOP");
      scene.backend("200 yes");
      String[] answers = new String[201];
      Arrays.fill(answers, "200 yes");
      answers[200] = "226 abort ok";
      scene.clientGets(answers);
    }
  }

  @Test
  void quitDuringATransferWaitsForItsEnd() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.transfer("RETR x");
      scene.client("QUIT");
      scene.backendGets();
      data.end(Outcome.ok());
      scene.backend("226 done");
      scene.clientGets("226 done");
      scene.backendGets("QUIT");
      scene.backend("221 bye");
      scene.clientGets("221 bye");
      assertEquals(Outcome.Result.OK, scene.session.outcome.result());
      assertEquals(Outcome.Result.OK, scene.moved().outcome.result());
    }
  }

  @Test
  void commandsBehindAnUploadWaitForItsConfirmation() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.passive();
      scene.clientSends("STOR a\r\nSIZE a\r\nRNFR a\r\nRNTO b\r\n");
      scene.backendGets("STOR a");
      data.join();
      scene.backend("150 go");
      data.end(Outcome.ok());
      scene.backendGets();
      scene.backend("226 stored");
      scene.backendGets("SIZE a");
      scene.backend("213 5");
      scene.backendGets("RNFR a");
      scene.backend("350 to?");
      scene.backendGets("RNTO b");
      scene.backend("250 renamed");
      scene.clientGets("150 go", "226 stored", "213 5", "350 to?", "250 renamed");
    }
  }

  @Test
  void reinWaitsForATransferAndForgetsTheUser() {
    try (Scene scene = Scene.greeted()) {
      scene.client("USER a");
      scene.backend("331 password");
      scene.clientGets("331 password");
      assertTrue(scene.session.finishAction != null);
      FakeData data = null;
      scene.backendGets("USER a");
      data = scene.transfer("RETR x");
      scene.client("REIN");
      scene.backendGets();
      data.end(Outcome.ok());
      scene.backend("226 done");
      scene.clientGets("226 done");
      scene.backendGets("REIN");
      scene.backend("220 again");
      scene.clientGets("220 again");
      assertNull(scene.session.outcome);
    }
  }

  @Test
  void idleSessionIsToldWhy() {
    try (Scene scene = Scene.greeted()) {
      scene.session.idleCause = "nothing moved for 900 s";
      scene.session.finishAction.run();
      scene.clientGets("421 Closing control connection: nothing moved for 900 s.");
      assertEquals(Outcome.Result.TIMED_OUT, scene.session.outcome.result());
      assertEquals("nothing moved for 900 s", scene.session.outcome.cause());
    }
  }
}
