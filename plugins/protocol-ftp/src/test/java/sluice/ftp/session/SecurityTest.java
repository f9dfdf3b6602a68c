package sluice.ftp.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.api.Side;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.ServerTls;
import sluice.ftp.session.FtpTls.Mode;
import sluice.ftp.session.FtpTls.Policy;

/** The commands and rules of RFC 4217, on either side; nothing is encrypted here. */
class SecurityTest {

  static final Optional<ServerTls> SERVER =
      Optional.of(
          new ServerTls(
              Path.of("cert.pem"),
              Path.of("key.pem"),
              Optional.empty(),
              List.of("TLSv1.3"),
              List.of(),
              ServerTls.ClientAuth.NONE,
              Optional.empty(),
              Map.of(),
              ServerTls.DataReuse.ALLOW,
              true));

  static FtpOptions options(Mode mode, boolean implicit, Policy control, Policy data) {
    return Scene.options(
        "auto",
        new FtpTls(mode, implicit, control, data, SERVER, false, Optional.empty(), List.of()));
  }

  private static final FtpOptions REQUIRED =
      options(Mode.TERMINATE, false, Policy.REQUIRED, Policy.REQUIRED);
  private static final FtpOptions OPTIONAL =
      options(Mode.TERMINATE, false, Policy.OPTIONAL, Policy.OPTIONAL);
  private static final FtpOptions RE_ENCRYPT =
      options(Mode.RE_ENCRYPT, false, Policy.REQUIRED, Policy.REQUIRED);

  private static Scene secured(FtpOptions options) {
    Scene scene = Scene.greeted(options, false, false);
    auth(scene);
    return scene;
  }

  private static void auth(Scene scene) {
    scene.client("AUTH TLS");
    scene.clientGets("234 TLS it is; begin.");
    scene.session.clientTls.done();
    scene.settle();
  }

  private static void ask(Scene scene, String command, String reply) {
    scene.client(command);
    scene.clientGets(reply);
    scene.backendGets();
  }

  private static void protect(Scene scene) {
    ask(scene, "PBSZ 0", "200 PBSZ=0");
    ask(scene, "PROT P", "200 Data connections are under TLS.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"AUTH TLS", "auth tls-c", "AUTH SSL"})
  void authIsAnsweredByTheGatewayAndTheNextCommandWaitsForTheHandshake(String auth) {
    try (Scene scene = Scene.greeted(REQUIRED, false, false)) {
      ask(scene, auth, "234 TLS it is; begin.");
      assertTrue(scene.session.clientTls.begun());
      scene.client("USER a");
      scene.backendGets();
      scene.session.clientTls.done();
      scene.backendGets("USER a");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"AUTH TLS\r\nUSER thief\r\n", "AUTH TLS\r\nUSE", "AUTH TLS\r\n\r\n"})
  void clearTextBehindAuthEndsTheSessionAndIsNeverSaid(String injected) {
    try (Scene scene = Scene.greeted(REQUIRED, false, false)) {
      scene.clientSends(injected);
      scene.clientGets("421 Nothing may follow AUTH before its reply; closing control connection.");
      scene.backendGets();
      assertEquals(Outcome.Result.REFUSED, scene.session.outcome.result());
      assertFalse(scene.session.clientTls.begun());
    }
  }

  @Test
  void aHandshakeThatFailsEndsTheSessionWithItsReason() {
    try (Scene scene = Scene.greeted(REQUIRED, false, false)) {
      ask(scene, "AUTH TLS", "234 TLS it is; begin.");
      scene.session.clientTls.fail("no version in common");
      assertEquals("TLS failed: no version in common", scene.session.outcome.cause());
      assertEquals(Side.CLIENT, scene.session.outcome.side());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"USER a", "PASS b", "PASV", "RETR f", "SITE x", "REIN", "ACCT x"})
  void beforeTlsThatIsRequiredNothingReachesTheBackend(String command) {
    try (Scene scene = Scene.greeted(REQUIRED, false, false)) {
      ask(
          scene,
          command,
          "530 TLS is required here; send AUTH TLS before " + command.split(" ")[0] + ".");
      scene.client("NOOP");
      scene.backendGets("NOOP");
    }
  }

  @Test
  void featShowsTheGatewaysTlsAndNotTheBackends() {
    try (Scene scene = Scene.greeted(REQUIRED, false, false)) {
      scene.client("FEAT");
      scene.backendGets("FEAT");
      scene.backendSends("211-x\r\n AUTH SSL\r\n PBSZ\r\n SIZE\r\n211 end\r\n");
      scene.clientGets(
          "211-x\r\n SIZE\r\n AUTH TLS\r\n EPRT\r\n EPSV\r\n PBSZ\r\n PROT\r\n211 end");
    }
  }

  @Test
  void pbszAndProtAreTheGatewaysOwnAndComeInOrder() {
    try (Scene scene = Scene.greeted(OPTIONAL, false, false)) {
      ask(scene, "PBSZ 0", "503 PBSZ comes after AUTH TLS.");
      ask(scene, "AUTH KERBEROS_V4", "504 Only TLS is known here; use AUTH TLS.");
      auth(scene);
      ask(scene, "AUTH TLS", "503 TLS was begun on this connection already.");
      ask(scene, "PROT P", "503 PROT comes after PBSZ 0, and that after AUTH TLS.");
      ask(scene, "PBSZ x", "501 PBSZ takes a number; use PBSZ 0.");
      ask(scene, "PBSZ 100", "200 PBSZ=0");
      ask(scene, "PROT S", "536 TLS has no such level; use PROT P.");
      ask(scene, "PROT Q", "504 PROT takes C or P.");
      ask(scene, "PROT C", "200 Data connections are in clear text.");
      ask(scene, "PROT P", "200 Data connections are under TLS.");
      ask(scene, "ADAT x", "502 ADAT is not available; use AUTH TLS.");
      ask(scene, "REIN", "502 REIN is not available under TLS; please connect again.");
    }
  }

  @Test
  void authAfterUserIsRefused() {
    try (Scene scene = Scene.greeted(OPTIONAL, false, false)) {
      scene.client("USER a");
      scene.backend("331 go on");
      scene.backendGets("USER a");
      scene.clientGets("331 go on");
      ask(scene, "AUTH TLS", "503 AUTH comes before USER; please connect again.");
    }
  }

  @Test
  void cccIsRefusedWhereTlsIsRequiredAndEndsItElsewhere() {
    try (Scene scene = secured(REQUIRED)) {
      ask(scene, "CCC", "534 The control connection must stay under TLS here.");
    }
    try (Scene scene = secured(OPTIONAL)) {
      ask(scene, "CCC", "200 The control connection is in clear text from here on.");
      assertTrue(scene.session.clientTls.ending());
      scene.client("NOOP");
      scene.backendGets();
      scene.session.clientTls.ended();
      scene.backendGets("NOOP");
      scene.backend("200 ok");
      scene.clientGets("200 ok");
      ask(scene, "CCC", "533 The control connection is in clear text.");
    }
  }

  @Test
  void transfersInClearTextAreRefusedWhereDataMustBeSecured() {
    try (Scene scene = secured(REQUIRED)) {
      ask(
          scene,
          "RETR f",
          "522 Data connections must be under TLS here; send PBSZ 0 and PROT P before RETR.");
      ask(
          scene,
          "EPSV",
          "521 Data connections must be under TLS here; send PBSZ 0 and PROT P before EPSV.");
      ask(scene, "PBSZ 0", "200 PBSZ=0");
      ask(scene, "PROT C", "534 Data connections must be under TLS here; use PROT P.");
    }
  }

  @Test
  void theClientsLegIsUnderTlsAfterProtPAndTheBackendsIsPlain() {
    try (Scene scene = secured(OPTIONAL)) {
      assertTrue(scene.passive().plan.leg(Side.CLIENT).tls().isEmpty());
      protect(scene);
      FakeData data = scene.passive();
      assertSame(scene.session.clientTls, data.plan.leg(Side.CLIENT).tls().orElseThrow());
      assertTrue(data.plan.leg(Side.BACKEND).tls().isEmpty());
    }
  }

  @Test
  void dataThatWasSetUpBeforeProtHasToBeSetUpAgain() {
    try (Scene scene = secured(OPTIONAL)) {
      FakeData data = scene.passive();
      protect(scene);
      assertTrue(data.closed);
      ask(scene, "RETR f", "425 PROT came after PASV or PORT; please set up the data again.");
      assertNotNull(scene.passive());
    }
  }

  @Test
  void protWithoutADataConnectionLeavesTheNextTransferToTheBackend() {
    try (Scene scene = secured(OPTIONAL)) {
      protect(scene);
      scene.client("RETR f");
      scene.backendGets("RETR f");
      scene.backend("425 Use PORT or PASV first");
      scene.clientGets("425 Use PORT or PASV first");
    }
  }

  @Test
  void aDataConnectionThatDidNotResumeIsAnsweredWith522AndWhy() {
    try (Scene scene = secured(REQUIRED)) {
      protect(scene);
      FakeData data = scene.passive();
      scene.client("RETR f");
      scene.backendGets("RETR f");
      scene.backend("150 here");
      scene.clientGets("150 here");
      data.end(Outcome.refused("it made a new one"));
      scene.backend("426 gone");
      scene.clientGets("522 TLS was refused: it made a new one.");
      assertEquals(Outcome.Result.REFUSED, scene.moved().outcome.result());
    }
  }

  @Test
  void implicitTlsComesBeforeABackendIsLookedForAndProtectsData() {
    FtpOptions options = options(Mode.TERMINATE, true, Policy.REQUIRED, Policy.REQUIRED);
    try (Scene scene = Scene.accepted(options, false, false)) {
      assertTrue(scene.session.clientTls.begun());
      assertNull(scene.session.connector);
      scene.session.clientTls.done();
      scene.attempt();
      scene.backend("220 ready");
      scene.clientGets("220 ready");
      ask(scene, "AUTH TLS", "503 TLS was begun on this connection already.");
      assertTrue(scene.passive().plan.leg(Side.CLIENT).tls().isPresent());
    }
  }

  @Test
  void underReEncryptTheClientIsGreetedWhenTheBackendIsSecured() {
    try (Scene scene = Scene.accepted(RE_ENCRYPT, false, false)) {
      scene.attempt();
      scene.backend("220 ready");
      scene.backendGets("AUTH TLS");
      scene.backend("234 go");
      assertTrue(scene.link.tls.begun());
      scene.link.tls.done();
      scene.backendGets("PBSZ 0");
      scene.backend("200 PBSZ=0");
      scene.backendGets("PROT P");
      assertFalse(scene.link.answered);
      scene.clientGets();
      scene.backend("200 fine");
      assertTrue(scene.link.answered);
      scene.clientGets("220 ready");

      auth(scene);
      protect(scene);
      FakeData data = scene.passive();
      assertSame(scene.link.tls, data.plan.leg(Side.BACKEND).tls().orElseThrow());
      scene.client("RETR f");
      scene.backendGets("RETR f");
      assertFalse(data.tlsBegun, "not before its 150");
      scene.backend("150 here");
      assertTrue(data.tlsBegun);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "502 what,'it answered AUTH TLS with \"502 what\" instead of 234, but the mode is re-encrypt'",
    "234 go|220 sneaked,it sent more in clear text behind its reply to AUTH TLS",
    "234 go|22,it sent more in clear text behind its reply to AUTH TLS",
  })
  void aBackendThatDoesNotSecureItselfIsPassedOver(String said, String reason) {
    try (Scene scene = Scene.accepted(RE_ENCRYPT, false, false)) {
      scene.attempt();
      scene.backend("220 ready");
      scene.backendSends(said.replace("|", "\r\n") + (said.endsWith("|22") ? "" : "\r\n"));
      assertEquals(reason, scene.link.rejected);
      scene.clientGets();
      assertNull(scene.session.outcome);
    }
  }

  @Test
  void aBackendThatCannotBeBelievedOrProtectsNoDataIsPassedOver() {
    try (Scene scene = Scene.accepted(RE_ENCRYPT, false, false)) {
      scene.attempt();
      scene.backend("220 ready");
      scene.backend("234 go");
      scene.link.tls.fail("it showed the certificate of CN=x");
      assertEquals("TLS failed: it showed the certificate of CN=x", scene.link.rejected);
      scene.attempt();
      scene.backend("220 ready");
      scene.backend("234 go");
      scene.link.tls.done();
      scene.backend("200 PBSZ=0");
      scene.backend("536 no");
      assertEquals("it answered PROT P with \"536 no\" instead of 200", scene.link.rejected);
      scene.clientGets();
    }
  }

  @Test
  void optionsThatDoNotGoTogetherAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new FtpTls(
                Mode.TERMINATE,
                false,
                Policy.REQUIRED,
                Policy.REQUIRED,
                Optional.empty(),
                false,
                Optional.empty(),
                List.of()));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new FtpTls(
                Mode.NONE,
                false,
                Policy.REQUIRED,
                Policy.REQUIRED,
                SERVER,
                false,
                Optional.empty(),
                List.of()));
  }
}
