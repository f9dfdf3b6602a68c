package sluice.ftp.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.api.ByteSize;
import sluice.api.Side;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.Refusal;

/** Greeting, commands and replies, and the end. */
class ControlTest {

  @Test
  void greetingPassesWhenItIsWholeAndTheClientIsNotReadBefore() {
    try (Scene scene = Scene.accepted()) {
      scene.attempt();
      assertFalse(scene.session.client.config().isAutoRead());
      scene.backendSends("120 one moment\r\n220-hel");
      assertFalse(scene.link.answered);
      scene.backendSends("lo\r\n220 ready\r\n");
      assertTrue(scene.link.answered);
      scene.clientGets("220-hello\r\n220 ready");
      assertTrue(scene.session.client.config().isAutoRead());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"421 busy", "530 not you", "SSH-2.0-x", "331 odd"})
  void backendThatDoesNotGreetIsRejectedAndTheNextIsTriedUnseen(String greeting) {
    try (Scene scene = Scene.accepted()) {
      scene.attempt();
      scene.backend(greeting);
      assertEquals("it greeted with \"" + greeting + "\" instead of 220", scene.link.rejected);
      scene.clientGets();
      assertNull(scene.session.outcome);
      scene.attempt();
      scene.backend("220 ready");
      scene.clientGets("220 ready");
    }
  }

  @Test
  void refusalIsOneLineAndTheEnd() {
    try (Scene scene = Scene.accepted()) {
      scene.session.connector.refused(
          new Refusal(Refusal.Reason.NO_BACKEND, "No server is available."));
      scene.clientGets("421 No server is available.");
      assertEquals(Outcome.Result.REFUSED, scene.session.outcome.result());
    }
  }

  @Test
  void unknownAndSiteCommandsPassByteForByteEachInOneWrite() {
    try (Scene scene = Scene.greeted()) {
      for (String line :
          new String[] {
            "site  CHMOD 644 a b ",
            "XCRC \"f\"",
            "opts utf8 on",
            "CLNT lftp/4.9",
            "MLST gr\u00c3\u00bc\u00c3\u009f",
            "MFMT 20200101000000 x",
            "MODE Z",
            "Allo 5",
            "REST 100",
            "x-anything at all",
          }) {
        scene.client(line);
        scene.backendGets(line);
        scene.backend("200 fine");
        scene.clientGets("200 fine");
      }
    }
  }

  @Test
  void commandsInPiecesAndWithLfOnlyReachTheBackendWhole() {
    try (Scene scene = Scene.greeted()) {
      scene.clientSends("NO");
      scene.clientSends("OP\r");
      scene.backendGets();
      scene.clientSends("\n");
      scene.backendGets("NOOP");
      scene.backend("200 ok");
      scene.clientSends("PWD\n");
      scene.backendGets("PWD");
    }
  }

  @Test
  void pipelinedCommandsAreAnsweredInOrderWithTheGatewaysOwnRepliesAmongThem() {
    try (Scene scene = Scene.greeted()) {
      scene.clientSends(
          "USER u\r\nPBSZ 0\r\n" + "x".repeat(9000) + "\r\nEPSV 9\r\nPASS p\r\n\r\nNOOP\r\n");
      scene.backendGets("USER u");
      scene.clientGets();
      scene.backend("331 password");
      scene.backendGets("PASS p");
      scene.backend("230 in");
      scene.backendGets("NOOP");
      scene.backend("200 ok");
      scene.clientGets(
          "331 password",
          "502 PBSZ is not available: this listener offers no TLS.",
          "500 Command line longer than 8192 bytes, ignored.",
          "522 Network protocol not supported, use (1).",
          "230 in",
          "500 Empty command line.",
          "200 ok");
    }
  }

  @Test
  void clientThatSendsWithoutEndIsNotReadOn() {
    try (Scene scene = Scene.greeted()) {
      scene.clientSends("NOOP\r\n".repeat(100));
      assertFalse(scene.session.client.config().isAutoRead());
      for (int i = 0; i < 60; i++) {
        scene.backend("200 ok");
      }
      assertTrue(scene.session.client.config().isAutoRead());
    }
  }

  @Test
  void repliesSplitOrJoinedFindTheirCommands() {
    try (Scene scene = Scene.greeted()) {
      scene.clientSends("SYST\r\nHELP\r\n");
      scene.backendSends("2");
      scene.backendSends("15 UN");
      scene.backendSends("IX\r\n");
      scene.backendSends("214-help\r\n NOOP\r\n214");
      scene.clientGets("215 UNIX");
      scene.backendSends(" end\r\n");
      scene.clientGets("214-help\r\n NOOP\r\n214 end");
    }
  }

  @Test
  void replyWithAMalformedEndIsTakenAfterASilence() {
    try (Scene scene = Scene.greeted()) {
      scene.client("SITE HELP");
      scene.backend("214-help\r\n214-that was all");
      scene.clientGets();
      scene.pass(Duration.ofSeconds(5));
      scene.clientGets("214-help\r\n214 that was all");
      scene.client("NOOP");
      scene.backend("200");
      scene.clientGets("200 ");
    }
  }

  @Test
  void endlessReplyIsHandedOnAndNotKept() {
    try (Scene scene = Scene.greeted()) {
      scene.client("STAT -R /");
      scene.backendSends("213-all\r\n" + (" " + "f".repeat(99) + "\r\n").repeat(2000));
      assertTrue(scene.session.client.outboundMessages().size() >= 2);
      scene.session.client.releaseOutbound();
      scene.backend("213 end");
      scene.client("NOOP");
      scene.backendGets("STAT -R /", "NOOP");
    }
  }

  @Test
  void unaskedReplyIsNotTakenForTheNextCommands() {
    try (Scene scene = Scene.greeted()) {
      scene.backend("200 by the way");
      scene.backend("425 Rejected data connection from foreign address");
      scene.clientGets();
      scene.client("NOOP");
      scene.backend("200 noop");
      scene.clientGets("200 noop");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "NOOP"})
  void idleTimeoutOfTheBackendIsToldAtAnyMoment(String command) {
    try (Scene scene = Scene.greeted()) {
      if (!command.isEmpty()) {
        scene.client(command);
      }
      scene.backend("421 Timeout.");
      scene.clientGets("421 Timeout.");
      assertEquals(Side.BACKEND, scene.session.outcome.side());
    }
  }

  @Test
  void backendThatLeavesWithoutAWordIsSaid() {
    try (Scene scene = Scene.greeted()) {
      scene.client("NOOP");
      scene.link.channel.close();
      scene.clientGets("421 The server closed the connection.");
      assertEquals(Outcome.Result.ABORTED, scene.session.outcome.result());
    }
  }

  @Test
  void lastWordOfABackendThatLeavesInTheMiddleOfALineIsPassedOn() {
    try (Scene scene = Scene.greeted()) {
      scene.client("NOOP");
      scene.backendSends("421 No more today");
      scene.clientGets();
      scene.link.channel.close();
      scene.clientGets("421 No more today");
    }
  }

  @Test
  void quitEndsTheSessionAlsoWhenTheBackendOnlyHangsUp() {
    try (Scene polite = Scene.greeted();
        Scene rude = Scene.greeted()) {
      polite.client("QUIT");
      polite.backend("221 bye");
      polite.clientGets("221 bye");
      assertEquals(Outcome.Result.OK, polite.session.outcome.result());
      rude.client("QUIT");
      rude.link.channel.close();
      rude.clientGets("221 Goodbye.");
      assertEquals(Outcome.Result.OK, rude.session.outcome.result());
    }
  }

  @Test
  void userAndHostAreNotedAndPassed() {
    try (Scene scene = Scene.greeted()) {
      scene.client("HOST ftp.example.com");
      scene.backendGets("HOST ftp.example.com");
      scene.backend("220 that host");
      scene.clientGets("220 that host");
      scene.client("user J\u00c3\u00bcrgen");
      scene.backendGets("user J\u00c3\u00bcrgen");
      assertEquals("ftp.example.com", scene.session.facts.get("host"));
      assertEquals("J\u00fcrgen", scene.session.facts.get("user"));
    }
  }

  @Test
  void tlsIsRefusedWithTheReason() {
    try (Scene scene = Scene.greeted()) {
      scene.clientSends("AUTH TLS\r\nPBSZ 0\r\nPROT P\r\nCCC\r\n");
      scene.backendGets();
      scene.clientGets(
          "534 TLS is not offered by this listener; log in without it.",
          "502 PBSZ is not available: this listener offers no TLS.",
          "502 PROT is not available: this listener offers no TLS.",
          "502 CCC is not available: this listener offers no TLS.");
    }
  }

  @Test
  void featShowsWhatHoldsThroughTheGateway() {
    try (Scene scene = Scene.greeted()) {
      scene.client("FEAT");
      scene.backend("211-Features:\r\n AUTH TLS\r\n MODE Z\r\n HOST\r\n SIZE\r\n211 End");
      scene.clientGets("211-Features:\r\n MODE Z\r\n SIZE\r\n EPRT\r\n EPSV\r\n211 End");
    }
  }

  @Test
  void modesWithoutAnEndOfTheirOwnAreRefused() {
    try (Scene scene = Scene.greeted()) {
      scene.clientSends("MODE B\r\nmode c\r\n");
      scene.backendGets();
      scene.clientGets(
          "504 MODE B is not available; use MODE S.", "504 MODE c is not available; use MODE S.");
    }
  }

  @Test
  void stoppingGatewaySaysGoodByeToAnIdleSession() {
    try (Scene scene = Scene.greeted()) {
      scene.session.finishAction.run();
      scene.clientGets("421 Service closing control connection.");
      assertEquals(Outcome.Result.OK, scene.session.outcome.result());
    }
  }

  @Test
  void preliminaryRepliesToAnyCommandPass() {
    try (Scene scene = Scene.greeted()) {
      scene.client("SITE CHECKSUM f");
      scene.backendSends("150 computing\r\n213 abc\r\n");
      scene.clientGets("150 computing", "213 abc");
    }
  }

  @Test
  void optionsThatCannotWorkAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Scene.options("2001:db8::1"));
    assertThrows(IllegalArgumentException.class, () -> Scene.options(" "));
    assertThrows(
        IllegalArgumentException.class, () -> Options.with("dataConnectTimeout", Duration.ZERO));
    assertThrows(IllegalArgumentException.class, () -> Options.with("maxLine", new ByteSize(5)));
  }
}
