package sluice.ftp.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import sluice.api.Side;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.TransferSpec;

/** From the transfer command to its final reply. */
class TransferTest {

  private static final Outcome RESET = Outcome.aborted(Side.CLIENT, "reset");

  @Test
  void downloadIsReportedWholeWhenTheLastByteWasDelivered() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.transfer("RETR f.bin");
      data.end(Outcome.ok());
      scene.clientGets();
      scene.backend("226 done");
      scene.clientGets("226 done");
      assertEquals(
          new TransferSpec("RETR", "passive", TransferSpec.Direction.DOWNLOAD, "f.bin"),
          scene.moved().spec);
      assertEquals(Outcome.Result.OK, scene.moved().outcome.result());
      assertEquals(data, scene.moved().data);
    }
  }

  @Test
  void replyBeforeTheLastByteIsHeldUntilItWasDelivered() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.transfer("RETR f.bin");
      scene.backend("226 done");
      scene.clientGets();
      data.end(Outcome.ok());
      scene.clientGets("226 done");
    }
  }

  @Test
  void truncatedDownloadIsNotReportedWholeThoughTheBackendSaysSo() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.transfer("RETR f.bin");
      scene.backend("226 done");
      data.end(Outcome.aborted(Side.BACKEND, "reset"));
      scene.clientGets("426 Data connection broken; the transfer is incomplete.");
      assertEquals(Outcome.Result.ABORTED, scene.moved().outcome.result());
    }
  }

  @Test
  void resetUploadIsNotReportedWholeThoughTheBackendSaysSo() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.transfer("STOR f.bin");
      data.end(RESET);
      scene.backend("226 stored");
      scene.clientGets("426 Data connection broken; the transfer is incomplete.");
      scene.client("NOOP");
      scene.backendGets("NOOP");
    }
  }

  @Test
  void backendsOwnRefusalAfterABrokenDataConnectionIsPassedOn() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.transfer("STOR f.bin");
      scene.backend("552 disk full");
      scene.clientGets("552 disk full");
      assertTrue(data.closed);
      assertEquals(Outcome.Result.FAILED, scene.moved().outcome.result());
    }
  }

  @Test
  void preliminaryReplyMayComeBeforeTheDataConnection() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.passive();
      scene.client("LIST");
      scene.backendGets("LIST");
      scene.backend("150 listing");
      scene.clientGets("150 listing");
      data.join();
      data.end(Outcome.ok());
      scene.backend("226 listed");
      scene.clientGets("226 listed");
    }
  }

  @Test
  void preliminaryReplyMayComeAfterTheDataConnectionEnded() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.passive();
      data.join();
      scene.client("NLST");
      data.end(Outcome.ok());
      scene.backendSends("125 open already\r\n226 listed\r\n");
      scene.clientGets("125 open already", "226 listed");
    }
  }

  @Test
  void refusalAfterPasvClosesTheDataConnectionAndTheNextPasvWorks() {
    try (Scene scene = Scene.greeted()) {
      FakeData first = scene.passive();
      first.join();
      scene.client("RETR missing");
      scene.backendGets("RETR missing");
      scene.backend("550 no such file");
      scene.clientGets("550 no such file");
      assertTrue(first.closed);
      FakeData second = scene.transfer("RETR there");
      assertFalse(second.closed);
      second.end(Outcome.ok());
      scene.backend("226 done");
      scene.clientGets("226 done");
      assertEquals(2, scene.session.transfers.size());
    }
  }

  @Test
  void commandsPipelinedDuringATransferAreAnsweredInOrderAfterIt() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.transfer("RETR f.bin");
      scene.clientSends("NOOP\r\nPWD\r\nAUTH TLS\r\nTYPE I\r\n");
      scene.backendGets();
      scene.backend("226 done");
      data.end(Outcome.ok());
      scene.clientGets("226 done");
      scene.backendGets("NOOP");
      scene.backend("200 noop");
      scene.backendGets("PWD");
      scene.backend("257 \"/\"");
      scene.backendGets("TYPE I");
      scene.backend("200 type");
      scene.clientGets(
          "200 noop",
          "257 \"/\"",
          "534 TLS is not offered by this listener; log in without it.",
          "200 type");
    }
  }

  @Test
  void silentBackendAfterTheClientLeftTheDataConnectionIsAnsweredFor() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.transfer("RETR f.bin");
      data.end(RESET);
      scene.pass(Duration.ofSeconds(9));
      scene.clientGets();
      scene.pass(Duration.ofSeconds(1));
      scene.clientGets("426 Data connection broken; the transfer is incomplete.");
      scene.backendGets("ABOR");

      scene.client("PWD");
      scene.pass(Duration.ofSeconds(35));
      scene.backendGets();
      scene.backendSends("426 late\r\n226 aborted\r\n");
      scene.backendGets("NOOP");
      scene.clientGets();
      scene.backend("200 noop");
      scene.backendGets("PWD");
      scene.backend("257 \"/\"");
      scene.clientGets("257 \"/\"");
    }
  }

  @Test
  void backendThatNeverComesBackInStepEndsTheSession() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.transfer("RETR f.bin");
      data.end(RESET);
      scene.pass(Duration.ofSeconds(10));
      scene.clientGets("426 Data connection broken; the transfer is incomplete.");
      scene.pass(Duration.ofSeconds(40));
      scene.clientGets("421 The server does not answer; closing control connection.");
      assertEquals(Outcome.Result.TIMED_OUT, scene.session.outcome.result());
    }
  }

  @Test
  void clientThatNeverOpensItsDataConnectionGetsItsAnswer() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.passive();
      scene.client("RETR f.bin");
      assertEquals(Duration.ofSeconds(30), data.joinLimit);
      scene.backend("150 wait");
      data.end(Outcome.timedOut(Side.CLIENT, "it did not come"));
      scene.clientGets("150 wait", "425 Your data connection was not opened in time.");
      assertEquals(Outcome.Result.TIMED_OUT, scene.moved().outcome.result());
    }
  }

  @Test
  void dataConnectionThatFailedBeforeTheCommandIsAnsweredWithoutTheBackend() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.passive();
      data.end(Outcome.failed(Side.BACKEND, "cannot connect to 10.0.0.1:1025"));
      scene.client("RETR f.bin");
      scene.backendGets();
      scene.clientGets("425 The server's data connection could not be opened.");
      scene.client("NOOP");
      scene.backendGets("NOOP");
    }
  }

  @Test
  void dataIdleForTooLongIsAnsweredAtOnce() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.transfer("RETR f.bin");
      assertEquals(Duration.ofMinutes(5), data.plan.idleTimeout());
      data.end(Outcome.timedOut(Side.BACKEND, "idle"));
      scene.clientGets("426 No data moved for too long; the transfer is incomplete.");
    }
  }

  @Test
  void strangersKnockingAtTheBackendDoNotEndTheTransfer() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.passive();
      scene.backend("425 Rejected data connection from foreign address");
      scene.clientGets();
      scene.client("RETR f.bin");
      data.join();
      scene.backendSends("150 go\r\n425 Rejected data connection from foreign address\r\n");
      scene.pass(Duration.ofSeconds(5));
      scene.clientGets("150 go");
      data.end(Outcome.ok());
      scene.backend("226 done");
      scene.clientGets("226 done");
    }
  }

  @Test
  void failureToOpenADataConnectionThatIsGoneIsNotDoubted() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.transfer("RETR f");
      data.end(Outcome.aborted(Side.BACKEND, "it closed the connection"));
      scene.backend("425 cannot open");
      scene.clientGets("425 cannot open");
    }
  }

  @Test
  void trueFailureToOpenTheDataConnectionIsPassedOn() {
    try (Scene scene = Scene.greeted()) {
      scene.passive();
      scene.client("RETR f.bin");
      scene.backend("425 Failed to establish connection.");
      scene.clientGets();
      scene.pass(Duration.ofSeconds(2));
      scene.clientGets("425 Failed to establish connection.");
      assertTrue(scene.data().closed);
    }
  }

  @Test
  void failureToOpenTheDataConnectionOfAnUnknownCommandIsPassedOnToo() {
    try (Scene scene = Scene.greeted()) {
      scene.passive();
      scene.client("XGET f.bin");
      scene.backend("425 Failed to establish connection.");
      scene.clientGets();
      scene.pass(Duration.ofSeconds(2));
      scene.clientGets("425 Failed to establish connection.");
      scene.client("NOOP");
      scene.backend("200 noop");
      scene.clientGets("200 noop");
    }
  }

  @Test
  void strangersKnockingDoNotAnswerAnUnknownCommand() {
    try (Scene scene = Scene.greeted()) {
      scene.passive();
      scene.client("XWHO");
      scene.backend("425 Rejected data connection from foreign address");
      scene.backend("200 you");
      scene.pass(Duration.ofSeconds(5));
      scene.clientGets("200 you");
    }
  }

  @Test
  void transferWithoutADataConnectionIsTheBackendsToRefuse() {
    try (Scene scene = Scene.greeted()) {
      scene.client("LIST");
      scene.backendGets("LIST");
      scene.backend("425 Use PORT or PASV first.");
      scene.clientGets("425 Use PORT or PASV first.");
      assertTrue(scene.session.transfers.isEmpty());
    }
  }

  @Test
  void unknownCommandThatMovesDataIsHeldLikeTheOthers() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.passive();
      scene.client("XDIR /");
      scene.backendSends("150 opening\r\n226 done\r\n");
      scene.clientGets("150 opening");
      data.join();
      data.end(Outcome.ok());
      scene.clientGets("226 done");
      assertEquals("XDIR", scene.moved().spec.command());
    }
  }

  @Test
  void backendLostInATransferEndsTheSessionAndIsNoSuccess() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.transfer("STOR f.bin");
      data.end(Outcome.ok());
      scene.link.channel.close();
      scene.clientGets("421 The server closed the connection.");
      assertEquals(Outcome.Result.ABORTED, scene.session.outcome.result());
      assertNotNull(scene.moved().outcome);
      assertFalse(scene.moved().outcome.result() == Outcome.Result.OK);
    }
  }

  @Test
  void backendThatLeavesAfterItsFinalReplyStillGetsItsDataDelivered() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.transfer("RETR f.bin");
      scene.backend("226 done");
      scene.link.channel.close();
      scene.clientGets();
      assertNull(scene.session.outcome);
      data.end(Outcome.ok());
      scene.clientGets("226 done", "421 The server closed the connection.");
      assertEquals(Outcome.Result.OK, scene.moved().outcome.result());
    }
  }

  @Test
  void clientThatClosesControlInATransferEndsTheSession() {
    try (Scene scene = Scene.greeted()) {
      scene.transfer("RETR f.bin");
      scene.session.client.close();
      assertEquals(Outcome.Result.ABORTED, scene.session.outcome.result());
      assertEquals(Side.CLIENT, scene.session.outcome.side());
    }
  }

  @Test
  void stoppingGatewayLetsTheTransferFinish() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.transfer("RETR f.bin");
      scene.session.finishAction.run();
      scene.clientGets();
      data.end(Outcome.ok());
      scene.backend("226 done");
      scene.clientGets("226 done", "421 Service closing control connection.");
      assertEquals(Outcome.Result.OK, scene.session.outcome.result());
    }
  }
}
