package sluice.ftp.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import sluice.api.protocol.Outcome;
import sluice.ftp.policy.CommandRule;
import sluice.ftp.policy.FailedLogins;
import sluice.ftp.policy.FtpPolicy;

/** Rules for commands, their pace, and failed log-ins, in a session. */
class PolicyTest {

  private static final FtpPolicy READ_ONLY = new FtpPolicy(true, List.of(), 0, Optional.empty());

  private static final FtpPolicy NO_SECRETS =
      new FtpPolicy(
          false,
          List.of(
              new CommandRule(
                  Optional.of("secrets"),
                  List.of(),
                  List.of("any"),
                  List.of("/secret/**"),
                  Optional.empty())),
          0,
          Optional.empty());

  private static Scene greeted(FtpPolicy policy) {
    return Scene.greeted(Scene.options("auto", FtpTls.NONE, policy), false, false);
  }

  private static FtpPolicy logins(int banAfter, Duration delay) {
    return new FtpPolicy(
        false,
        List.of(),
        0,
        Optional.of(
            new FailedLogins(
                banAfter,
                Duration.ofMinutes(10),
                Duration.ofMinutes(15),
                delay,
                Duration.ofMinutes(1),
                List.of())));
  }

  @Test
  void refusedCommandNeverReachesTheBackendAndIsAnsweredInItsPlace() {
    try (Scene scene = greeted(READ_ONLY)) {
      scene.clientSends("NOOP\r\nDELE x\r\nSITE CHMOD 1 \u00e4\r\nPWD\r\n");
      scene.backendGets("NOOP");
      scene.clientGets();
      scene.backend("200 ok");
      scene.clientGets(
          "200 ok",
          "550 DELE refused: this listener is read-only.",
          "502 SITE CHMOD refused: this listener is read-only.");
      scene.backendGets("PWD");
      assertEquals(
          List.of("command-rules DELE x read-only", "command-rules SITE  read-only"),
          scene.session.refusals);
    }
  }

  @Test
  void refusedUploadGivesItsDataConnectionBackAndTheNextTransferWorks() {
    try (Scene scene = greeted(READ_ONLY)) {
      FakeData data = scene.passive();
      scene.client("STOR x");
      scene.backendGets();
      scene.clientGets("550 STOR refused: this listener is read-only.");
      assertTrue(data.closed);
      scene.transfer("RETR y").end(Outcome.ok());
    }
  }

  @Test
  void restartBeforeARefusedTransferIsTakenBack() {
    try (Scene scene = greeted(READ_ONLY)) {
      scene.client("REST 100");
      scene.backendGets("REST 100");
      scene.backend("350 from there");
      scene.clientGets("350 from there");
      scene.client("TYPE I");
      scene.backendGets("TYPE I");
      scene.backend("200 fine");
      scene.clientGets("200 fine");
      scene.client("STOR x");
      scene.backendGets("REST 0");
      scene.clientGets();
      scene.backend("350 from the start");
      scene.clientGets("550 STOR refused: this listener is read-only.");
    }
  }

  @Test
  void directoryIsAskedForWhenARuleNeedsItAndAgainAfterItChanged() {
    try (Scene scene = greeted(NO_SECRETS)) {
      scene.client("SIZE /pub/x");
      scene.backendGets("SIZE /pub/x");
      scene.backend("213 5");
      scene.clientGets("213 5");
      scene.client("SIZE x");
      scene.backendGets("PWD");
      scene.backend("257 \"/secret\" is where links have led");
      scene.backendGets();
      scene.clientGets("550 SIZE refused: rule \"secrets\" of this listener denies it.");
      scene.client("MDTM x");
      scene.backendGets();
      scene.clientGets("550 MDTM refused: rule \"secrets\" of this listener denies it.");
      scene.client("CWD /pub");
      scene.backendGets("CWD /pub");
      scene.backend("250 there");
      scene.clientGets("250 there");
      scene.client("SIZE x");
      scene.backendGets("PWD");
      scene.backend("257 \"/pub\"");
      scene.backendGets("SIZE x");
      scene.backend("213 5");
      scene.clientGets("213 5");
      scene.client("PWD");
      scene.backendGets("PWD");
      scene.backend("257 \"/pub\"");
      scene.clientGets("257 \"/pub\"");
      scene.client("SIZE y");
      scene.backendGets("SIZE y");
    }
  }

  @Test
  void unknownDirectoryDenies() {
    try (Scene scene = greeted(NO_SECRETS)) {
      for (String odd : List.of("550 no", "257 somewhere", "257 \"'HLQ.'\" is it")) {
        scene.client("RETR x");
        scene.backendGets("PWD");
        scene.backend(odd);
        scene.clientGets(
            "550 RETR refused: rule \"secrets\" of this listener denies it, as the path cannot be"
                + " told for certain.");
      }
    }
  }

  @Test
  void statDuringATransferIsHeldAgainstTheRulesToo() {
    try (Scene scene = greeted(NO_SECRETS)) {
      FakeData data = scene.transfer("RETR /x");
      scene.client("STAT /secret/y");
      scene.backendGets();
      data.end(Outcome.ok());
      scene.backend("226 done");
      scene.clientGets(
          "226 done", "550 STAT refused: rule \"secrets\" of this listener denies it.");
    }
  }

  @Test
  void commandsFasterThanAllowedWaitAndAreAllAnsweredInTime() {
    FtpPolicy slow = new FtpPolicy(false, List.of(), 2, Optional.empty());
    try (Scene scene = greeted(slow)) {
      scene.clientSends("\r\n".repeat(25));
      String[] twenty = new String[20];
      java.util.Arrays.fill(twenty, "500 Empty command line.");
      scene.clientGets(twenty);
      scene.pass(Duration.ofMillis(499));
      scene.clientGets();
      scene.pass(Duration.ofMillis(1));
      scene.clientGets("500 Empty command line.");
      scene.pass(Duration.ofSeconds(1));
      scene.clientGets("500 Empty command line.", "500 Empty command line.");
      scene.pass(Duration.ofMinutes(1));
      scene.clientGets("500 Empty command line.", "500 Empty command line.");
    }
  }

  @Test
  void readThatBringsThousandsOfLinesIsCutUpAsTheyAreAnswered() {
    try (Scene scene = Scene.greeted()) {
      scene.client("NOOP");
      scene.backendGets("NOOP");
      scene.clientSends("\r\n".repeat(3000) + "PWD\r\n");
      assertFalse(scene.session.client.config().isAutoRead());
      scene.clientGets();
      scene.backend("200 ok");
      String[] answers = new String[3001];
      java.util.Arrays.fill(answers, "500 Empty command line.");
      answers[0] = "200 ok";
      scene.clientGets(answers);
      scene.backendGets("PWD");
      assertTrue(scene.session.client.config().isAutoRead());
    }
  }

  @Test
  void linesThatAreHeldAreAnsweredBeforeAClientThatHasEndedIsLetGo() {
    try (Scene scene = Scene.greeted()) {
      scene.client("NOOP");
      scene.clientSends("\r\n".repeat(100));
      scene
          .session
          .client
          .pipeline()
          .fireUserEventTriggered(io.netty.channel.socket.ChannelInputShutdownEvent.INSTANCE);
      scene.backendGets("NOOP");
      scene.backend("200 ok");
      String[] answers = new String[101];
      java.util.Arrays.fill(answers, "500 Empty command line.");
      answers[0] = "200 ok";
      scene.clientGets(answers);
      assertEquals(Outcome.Result.OK, scene.session.outcome.result());
    }
  }

  @Test
  void failedLogInsAreHeldBackLongerEachTimeAndOneTooManyIsABan() {
    try (Scene scene = greeted(logins(3, Duration.ofSeconds(2)))) {
      for (int i = 1; i <= 2; i++) {
        scene.client("PASS guess");
        scene.backendGets("PASS guess");
        scene.backend("530 Login incorrect.");
        scene.pass(Duration.ofSeconds(2 * i - 1));
        scene.clientGets();
        scene.pass(Duration.ofSeconds(1));
        scene.clientGets("530 Login incorrect.");
      }
      scene.client("PASS guess");
      scene.backendGets("PASS guess");
      scene.backend("530 Login incorrect.");
      scene.clientGets("421 Too many failed log-ins from your address; try again in 15 min.");
      assertEquals(Outcome.Result.REFUSED, scene.session.outcome.result());
      assertEquals(
          "banned: too many failed log-ins from this address", scene.session.outcome.cause());
      assertEquals(
          "failed-login PASS  it was answered with 530 Login incorrect.",
          scene.session.refusals.get(0));
      assertEquals(
          "banned   too many failed log-ins from this address", scene.session.refusals.get(3));
    }
  }

  @Test
  void fullServerIsNoFailedLogInAndASuccessForgetsThem() {
    try (Scene scene = greeted(logins(2, Duration.ZERO))) {
      scene.client("PASS a");
      scene.backend("530 Sorry, the maximum number of clients (3) are already connected.");
      scene.clientGets("530 Sorry, the maximum number of clients (3) are already connected.");
      scene.client("PASS a");
      scene.backend("530 no");
      scene.client("PASS a");
      scene.backend("230 yes");
      scene.client("PASS a");
      scene.backend("530 no");
      scene.clientGets("530 no", "230 yes", "530 no");
    }
  }

  @Test
  void passedThroughNoneOfItWorksAndCheckSaysSo() {
    IllegalArgumentException problem =
        assertThrows(
            IllegalArgumentException.class,
            () -> Options.with("control", ControlMode.PASSTHROUGH, "policy", READ_ONLY));
    assertEquals(
        "control is passthrough, which reads no commands, but policy has read-only; remove policy,"
            + " or set control to rewrite",
        problem.getMessage());
  }
}
