package sluice.ftp.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import sluice.api.PoolRef;
import sluice.api.Side;
import sluice.api.protocol.ClientTls;
import sluice.api.protocol.DataLeg;
import sluice.api.protocol.Outcome;
import sluice.ftp.session.FtpTls.Mode;
import sluice.ftp.session.FtpTls.Policy;

/** TLS towards backends: as the client has it, from the first byte on, and another by pool. */
class BackendSecurityTest {

  private static FtpTls tls(
      Mode mode, boolean implicit, Policy policy, boolean backendImplicit, PoolTls... pools) {
    return new FtpTls(
        mode,
        implicit,
        policy,
        policy,
        SecurityTest.SERVER,
        backendImplicit,
        Optional.empty(),
        List.of(pools));
  }

  private static FtpOptions options(FtpTls tls) {
    return Scene.options("auto", tls);
  }

  private static final FtpOptions MATCH =
      options(tls(Mode.MATCH_CLIENT, false, Policy.OPTIONAL, false));

  private static final FtpOptions IMPLICIT_BACKENDS =
      options(tls(Mode.RE_ENCRYPT, false, Policy.OPTIONAL, true));

  /** A client and a backend under match-client, both with TLS. */
  private static Scene matched() {
    Scene scene = Scene.greeted(MATCH, false, false);
    scene.client("AUTH TLS");
    scene.backendGets("AUTH TLS");
    scene.clientGets();
    scene.backend("234 go");
    scene.link.tls.done();
    scene.clientGets("234 TLS it is; begin.");
    scene.session.clientTls.done();
    scene.settle();
    return scene;
  }

  private static void say(Scene scene, String command, String reply) {
    scene.client(command);
    scene.backendGets(command);
    scene.backend(reply);
    scene.clientGets(reply);
  }

  private static void protect(Scene scene) {
    scene.client("PBSZ 0");
    scene.clientGets("200 PBSZ=0");
    scene.client("PROT P");
    scene.backendGets("PBSZ 0");
    scene.backend("200 PBSZ=0");
    scene.backendGets("PROT P");
    scene.clientGets();
    scene.backend("200 done");
    scene.clientGets("200 Data connections are under TLS.");
  }

  private static DataLeg leg(FakeData data, Side side) {
    return data.plan.leg(side);
  }

  @Test
  void aClientInClearTextIsServedByABackendInClearText() {
    try (Scene scene = Scene.greeted(MATCH, false, false)) {
      scene.backendGets();
      say(scene, "USER a", "331 go on");
      say(scene, "PASS b", "230 in");
      FakeData data = scene.passive();
      assertTrue(leg(data, Side.CLIENT).tls().isEmpty());
      assertTrue(leg(data, Side.BACKEND).tls().isEmpty());
      assertFalse(scene.link.tls.begun());
    }
  }

  @Test
  void aClientThatAsksForTlsGetsItWhenTheBackendHasIt() {
    try (Scene scene = matched()) {
      say(scene, "USER a", "331 go on");
      FakeData plain = scene.passive();
      assertTrue(leg(plain, Side.CLIENT).tls().isEmpty());
      assertTrue(leg(plain, Side.BACKEND).tls().isEmpty());
      protect(scene);
      FakeData data = scene.passive();
      assertSame(scene.session.clientTls, leg(data, Side.CLIENT).tls().orElseThrow());
      assertSame(scene.link.tls, leg(data, Side.BACKEND).tls().orElseThrow());

      scene.client("PROT C");
      scene.backendGets("PROT C");
      scene.backend("200 done");
      scene.clientGets("200 Data connections are in clear text.");
      FakeData again = scene.passive();
      assertTrue(leg(again, Side.CLIENT).tls().isEmpty());
      assertTrue(leg(again, Side.BACKEND).tls().isEmpty());
    }
  }

  @Test
  void aClientIsRefusedTlsThatItsBackendHasNot() {
    try (Scene scene = Scene.greeted(MATCH, false, false)) {
      scene.client("AUTH TLS");
      scene.backendGets("AUTH TLS");
      scene.backend("502 what");
      scene.clientGets("534 The server offers no TLS, and the gateway does as it does.");
      assertFalse(scene.session.clientTls.begun());
      scene.client("PBSZ 0");
      scene.clientGets("503 PBSZ comes after AUTH TLS.");
      say(scene, "USER a", "331 go on");
    }
  }

  @Test
  void aBackendWhoseTlsFailsIsTheEndOfTheSessionAndNeverOfTheTls() {
    try (Scene scene = Scene.greeted(MATCH, false, false)) {
      scene.client("AUTH TLS");
      scene.backend("234 go");
      scene.link.tls.fail("it showed the certificate of CN=x");
      scene.clientGets("421 No TLS with the server; closing control connection.");
      assertEquals("TLS failed: it showed the certificate of CN=x", scene.session.outcome.cause());
      assertEquals(Side.BACKEND, scene.session.outcome.side());
    }
  }

  @Test
  void clearTextBehindABackends234IsNeverSaid() {
    try (Scene scene = Scene.greeted(MATCH, false, false)) {
      scene.client("AUTH TLS");
      scene.backendSends("234 go\r\n230 sneaked\r\n");
      scene.clientGets("421 No TLS with the server; closing control connection.");
      assertFalse(scene.link.tls.begun());
    }
  }

  @Test
  void clearTextThatComesWhileTheBackendIsAskedForTlsEndsTheSession() {
    try (Scene scene = Scene.greeted(MATCH, false, false)) {
      scene.client("AUTH TLS");
      scene.client("USER thief");
      scene.backendGets("AUTH TLS");
      scene.backend("234 go");
      scene.link.tls.done();
      scene.clientGets("421 Nothing may follow AUTH before its reply; closing control connection.");
      scene.backendGets();
      assertEquals(Outcome.Result.REFUSED, scene.session.outcome.result());
      assertFalse(scene.session.clientTls.begun());
    }
  }

  @Test
  void protThatTheBackendRefusesIsRefused() {
    try (Scene scene = matched()) {
      scene.client("PBSZ 0");
      scene.clientGets("200 PBSZ=0");
      scene.client("PROT P");
      scene.backendGets("PBSZ 0");
      scene.backend("200 PBSZ=0");
      scene.backendGets("PROT P");
      scene.backend("536 never");
      scene.clientGets("536 The server refuses it, and the gateway does as it does: never");
      assertTrue(leg(scene.passive(), Side.CLIENT).tls().isEmpty());
    }
  }

  @Test
  void cccEndsTheTlsOfBothSidesAndTheirDataKeepsIt() {
    try (Scene scene = matched()) {
      protect(scene);
      scene.client("CCC");
      scene.backendGets("CCC");
      scene.clientGets();
      scene.backend("200 bye");
      assertTrue(scene.link.tls.ending());
      assertFalse(scene.session.clientTls.ending());
      scene.link.tls.ended();
      scene.clientGets("200 The control connection is in clear text from here on.");
      assertTrue(scene.session.clientTls.ending());
      scene.session.clientTls.ended();
      FakeData data = scene.passive();
      assertSame(scene.link.tls, leg(data, Side.BACKEND).tls().orElseThrow());
      assertSame(scene.session.clientTls, leg(data, Side.CLIENT).tls().orElseThrow());
    }
  }

  @Test
  void cccThatTheBackendRefusesIsRefused() {
    try (Scene scene = matched()) {
      scene.client("CCC");
      scene.backendGets("CCC");
      scene.backend("500 no");
      scene.clientGets("534 The server keeps its TLS, and so does the gateway.");
      assertFalse(scene.session.clientTls.ending());
      say(scene, "NOOP", "200 ok");
    }
  }

  @Test
  void aClientUnderImplicitTlsIsMatchedBeforeItIsGreeted() {
    FtpOptions options = options(tls(Mode.MATCH_CLIENT, true, Policy.REQUIRED, false));
    try (Scene scene = Scene.accepted(options, false, false)) {
      scene.session.clientTls.done();
      scene.attempt();
      scene.backend("220 ready");
      scene.backendGets("AUTH TLS");
      scene.backend("234 go");
      scene.link.tls.done();
      scene.backendGets("PBSZ 0");
      scene.backend("200 PBSZ=0");
      scene.backendGets("PROT P");
      scene.clientGets();
      scene.backend("200 fine");
      scene.clientGets("220 ready");
    }
  }

  @Test
  void aBackendUnderImplicitTlsIsSpokenToUnderTlsFromTheStart() {
    try (Scene scene = Scene.accepted(IMPLICIT_BACKENDS, false, false)) {
      scene.attempt();
      assertTrue(scene.link.tls.begun());
      scene.backendGets();
      scene.link.tls.done();
      scene.backend("220 ready");
      scene.backendGets("PBSZ 0");
      scene.backend("200 PBSZ=0");
      scene.backendGets("PROT P");
      assertFalse(scene.link.answered);
      scene.backend("200 fine");
      scene.clientGets("220 ready");
      FakeData data = scene.passive();
      assertTrue(leg(data, Side.CLIENT).tls().isEmpty());
      assertSame(scene.link.tls, leg(data, Side.BACKEND).tls().orElseThrow());
    }
  }

  @Test
  void aBackendWhoseImplicitTlsFailsIsPassedOver() {
    try (Scene scene = Scene.accepted(IMPLICIT_BACKENDS, false, false)) {
      scene.attempt();
      scene.link.tls.fail("what it sent is not TLS");
      assertEquals("TLS failed: what it sent is not TLS", scene.link.rejected);
      scene.clientGets();
      assertNull(scene.session.outcome);
      scene.attempt();
      assertTrue(scene.link.tls.begun());
    }
  }

  @Test
  void cccOfAClientLeavesTheBackendAloneUnderReEncrypt() {
    try (Scene scene = Scene.accepted(IMPLICIT_BACKENDS, false, false)) {
      scene.attempt();
      scene.link.tls.done();
      scene.backend("220 ready");
      scene.backend("200 PBSZ=0");
      scene.backend("200 fine");
      scene.backendGets("PBSZ 0", "PROT P");
      scene.clientGets("220 ready");
      scene.client("AUTH TLS");
      scene.clientGets("234 TLS it is; begin.");
      scene.session.clientTls.done();
      scene.client("CCC");
      scene.clientGets("200 The control connection is in clear text from here on.");
      scene.backendGets();
      assertFalse(scene.link.tls.ending());
    }
  }

  private static PoolTls pool(String name, Mode mode, boolean implicit, ClientTls spec) {
    return new PoolTls(new PoolRef(name), mode, implicit, Optional.ofNullable(spec));
  }

  @Test
  void aPoolHasItsOwnWayWithItsBackends() {
    FtpTls tls =
        tls(
            Mode.TERMINATE,
            false,
            Policy.OPTIONAL,
            false,
            pool("other", Mode.TERMINATE, false, null),
            pool("files", Mode.RE_ENCRYPT, true, null));
    assertEquals(Mode.TERMINATE, tls.towards("unnamed").mode());
    // The scene's backend is of the pool files.
    try (Scene scene = Scene.accepted(options(tls), false, false)) {
      scene.attempt();
      assertTrue(scene.link.tls.begun());
    }
  }

  @Test
  void optionsThatDoNotGoTogetherAreRefused() {
    refused("stands in pools twice", Mode.TERMINATE, false, twice());
    refused(
        "mode is match-client, but backend-implicit expects TLS from the start",
        Mode.MATCH_CLIENT,
        true);
    refused(
        "mode is match-client for the pool files, but backend-implicit",
        Mode.TERMINATE,
        false,
        pool("files", Mode.MATCH_CLIENT, true, null));
    refused("but there is backend-implicit; remove it", Mode.TERMINATE, true);
    assertEquals(
        "mode is none, but the clients of this listener have TLS; set it to terminate for backends"
            + " that are spoken to in clear text",
        assertThrows(IllegalArgumentException.class, () -> pool("files", Mode.NONE, false, null))
            .getMessage());
    // The same under implicit TLS of the clients goes together.
    tls(Mode.MATCH_CLIENT, true, Policy.REQUIRED, true);
  }

  private static PoolTls[] twice() {
    PoolTls one = pool("files", Mode.TERMINATE, false, null);
    return new PoolTls[] {one, one};
  }

  private static void refused(String why, Mode mode, boolean backendImplicit, PoolTls... pools) {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> tls(mode, false, Policy.OPTIONAL, backendImplicit, pools))
            .getMessage();
    assertTrue(message.contains(why), message);
  }
}
