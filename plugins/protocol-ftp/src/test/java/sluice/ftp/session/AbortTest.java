package sluice.ftp.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.api.protocol.Outcome;

/** ABOR, STAT and QUIT during a transfer. */
class AbortTest {

  /** Both sides are in step: a command gets its own reply. */
  private static void assertInStep(Scene scene) {
    scene.client("PWD");
    scene.backendGets("PWD");
    scene.backend("257 \"/\"");
    scene.clientGets("257 \"/\"");
  }

  @Test
  void aborIsToldAtOnceAndCutsTheDataConnection() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.transfer("RETR f");
      scene.clientSends("\u00ff\u00f4\u00ff\u00f2ABOR\r\n");
      scene.backendGets("ABOR");
      assertTrue(data.closed);
      scene.backend("426 transfer aborted");
      scene.clientGets("426 transfer aborted");
      scene.backendGets("NOOP");
      scene.backend("226 abort successful");
      scene.clientGets("226 abort successful");
      scene.backend("200 noop");
      scene.clientGets();
      assertEquals(Outcome.Result.ABORTED, scene.moved().outcome.result());
      assertInStep(scene);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"225 no transfer", "226 aborted", "500 what?", "426 again"})
  void anyReplyToAborIsPassedOn(String reply) {
    try (Scene scene = Scene.greeted()) {
      scene.transfer("RETR f");
      scene.client("ABOR");
      scene.backend("426 transfer aborted");
      scene.backend(reply);
      scene.clientGets("426 transfer aborted", reply);
      scene.backend("200 noop");
      scene.backendGets("ABOR", "NOOP");
      assertInStep(scene);
    }
  }

  /** Its 200 is not the one to the NOOP by which the gateway sees that both are in step. */
  @Test
  void aborThatIsAnsweredWith200IsNotTakenForTheNoop() {
    try (Scene scene = Scene.greeted()) {
      scene.transfer("RETR f");
      scene.client("ABOR");
      scene.backend("426 transfer aborted");
      scene.backend("200 ABOR command successful");
      scene.clientGets("426 transfer aborted", "200 ABOR command successful");
      scene.client("PWD");
      scene.backendGets("ABOR", "NOOP");
      scene.backend("200 noop");
      scene.backendGets("PWD");
      scene.backend("257 \"/\"");
      scene.clientGets("257 \"/\"");
    }
  }

  @Test
  void successOfTheBackendIsNoSuccessWhenAborCutTheData() {
    try (Scene scene = Scene.greeted()) {
      scene.transfer("RETR f");
      scene.client("ABOR");
      scene.backendSends("226 complete\r\n225 nothing to abort\r\n");
      scene.clientGets("426 Transfer aborted.", "225 nothing to abort");
      scene.backend("200 noop");
      scene.backendGets("ABOR", "NOOP");
      assertInStep(scene);
    }
  }

  @Test
  void backendThatRepliesOnceIsCompleted() {
    try (Scene scene = Scene.greeted()) {
      scene.transfer("RETR f");
      scene.client("ABOR");
      scene.backend("226 aborted");
      scene.backendGets("ABOR", "NOOP");
      scene.backend("200 noop");
      scene.clientGets("426 Transfer aborted.", "226 Abort successful.");
      assertInStep(scene);
    }
  }

  @Test
  void backendThatRepliesThriceDoesNotGetTheClientOutOfStep() {
    try (Scene scene = Scene.greeted()) {
      scene.transfer("RETR f");
      scene.client("ABOR");
      scene.backendSends("426 one\r\n226 two\r\n226 three\r\n200 noop\r\n");
      scene.clientGets("426 one", "226 two");
      scene.backendGets("ABOR", "NOOP");
      assertInStep(scene);
    }
  }

  @Test
  void backendWithoutNoopComesBackInStep() {
    try (Scene scene = Scene.greeted()) {
      scene.transfer("RETR f");
      scene.client("ABOR");
      scene.backendSends("426 one\r\n226 two\r\n502 no noop\r\n");
      scene.clientGets("426 one", "226 two");
      scene.backendGets("ABOR", "NOOP");
      assertInStep(scene);
    }
  }

  @Test
  void silentBackendIsAnsweredForAfterAbor() {
    try (Scene scene = Scene.greeted()) {
      scene.transfer("RETR f");
      scene.client("ABOR");
      scene.pass(Duration.ofSeconds(10));
      scene.clientGets("426 Transfer aborted.", "226 Abort successful.");
      scene.client("PWD");
      scene.backendGets("ABOR");
      scene.backendSends("426 late\r\n226 later\r\n200 noop\r\n");
      scene.backendGets("NOOP", "PWD");
      scene.backend("257 \"/\"");
      scene.clientGets("257 \"/\"");
    }
  }

  @Test
  void aborAfterTheBackendsHeldReplyAborts() {
    try (Scene scene = Scene.greeted()) {
      scene.transfer("RETR f");
      scene.backend("226 sent");
      scene.client("ABOR");
      scene.clientGets("426 Transfer aborted.");
      scene.backendGets("ABOR", "NOOP");
      scene.backendSends("226 nothing to abort\r\n200 noop\r\n");
      scene.clientGets("226 nothing to abort");
      assertInStep(scene);
    }
  }

  @Test
  void commandsBeforeAborAreAnsweredBeforeIt() {
    try (Scene scene = Scene.greeted()) {
      scene.transfer("RETR f");
      scene.clientSends("TYPE I\r\nABOR\r\nPWD\r\n");
      scene.backendGets("ABOR");
      scene.backendSends("426 aborted\r\n226 abort ok\r\n200 noop\r\n");
      scene.backendGets("NOOP", "TYPE I");
      scene.backend("200 type");
      scene.backendGets("PWD");
      scene.backend("257 \"/\"");
      scene.clientGets("426 aborted", "200 type", "226 abort ok", "257 \"/\"");
    }
  }

  @Test
  void aborWithoutATransferIsAnOrdinaryCommand() {
    try (Scene scene = Scene.greeted()) {
      scene.client("ABOR");
      scene.backendGets("ABOR");
      scene.backend("225 nothing");
      scene.clientGets("225 nothing");
      assertInStep(scene);
    }
  }

  @Test
  void statIsAnsweredDuringTheTransfer() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.transfer("RETR f");
      scene.client("STAT");
      scene.backendGets("STAT");
      scene.backend("213-status\r\n50 %\r\n213 end");
      scene.clientGets("213-status\r\n50 %\r\n213 end");
      data.end(Outcome.ok());
      scene.backend("226 sent");
      scene.clientGets("226 sent");
      assertInStep(scene);
    }
  }

  @Test
  void statDoesNotOvertakeACommandThatWaits() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.transfer("RETR f");
      scene.client("PWD");
      scene.client("STAT");
      scene.backendGets();
      data.end(Outcome.ok());
      scene.backend("226 sent");
      scene.backendGets("PWD");
      scene.backend("257 \"/\"");
      scene.backendGets("STAT");
      scene.backend("211 status");
      scene.clientGets("226 sent", "257 \"/\"", "211 status");
    }
  }

  @Test
  void statAnsweredAfterTheTransferKeepsTheOrder() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.transfer("RETR f");
      scene.client("STAT");
      scene.backendSends("226 sent\r\n211 status\r\n");
      scene.clientGets();
      data.end(Outcome.ok());
      scene.clientGets("226 sent", "211 status");
      scene.backendGets("STAT");
      assertInStep(scene);
    }
  }

  @Test
  void statAfterTheTransferIsWaitedFor() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.transfer("RETR f");
      scene.client("STAT");
      data.end(Outcome.ok());
      scene.backend("226 sent");
      scene.client("PWD");
      scene.backendGets("STAT");
      scene.backend("211 status");
      scene.backendGets("PWD");
      scene.backend("257 \"/\"");
      scene.clientGets("226 sent", "211 status", "257 \"/\"");
    }
  }

  @Test
  void statRefusedDuringTheTransferIsNotTheTransfersEnd() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.transfer("RETR f");
      scene.client("STAT");
      scene.backendGets("STAT");
      scene.backend("500 ?");
      scene.clientGets("500 ?");
      assertFalse(data.closed);
      data.end(Outcome.ok());
      scene.backend("226 sent");
      scene.clientGets("226 sent");
      assertInStep(scene);
    }
  }

  @Test
  void statThatIsNeverAnsweredDoesNotHoldTheSession() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.transfer("RETR f");
      scene.client("STAT");
      scene.backendGets("STAT");
      data.end(Outcome.ok());
      scene.backend("226 sent");
      scene.pass(Duration.ofSeconds(10));
      scene.clientGets("226 sent", "450 The server did not answer STAT during the transfer.");
      assertInStep(scene);
    }
  }

  @Test
  void quitDuringATransferLetsItCompleteFirst() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.transfer("RETR f");
      scene.client("QUIT");
      scene.backendGets();
      data.end(Outcome.ok());
      scene.backend("226 sent");
      scene.backendGets("QUIT");
      scene.backend("221 bye");
      scene.clientGets("226 sent", "221 bye");
      assertEquals(Outcome.Result.OK, scene.moved().outcome.result());
      assertEquals(Outcome.Result.OK, scene.session.outcome.result());
    }
  }
}
