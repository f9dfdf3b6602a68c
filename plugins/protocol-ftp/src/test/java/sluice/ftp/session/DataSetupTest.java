package sluice.ftp.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.api.PortRanges;
import sluice.api.Side;
import sluice.api.protocol.DataLeg;
import sluice.api.protocol.Outcome;

/** PASV, EPSV, PORT and EPRT: what either side is told, and what is opened. */
class DataSetupTest {

  private static void assertExpects(FakeData data, Side side, String local, String peer) {
    DataLeg leg = data.plan.leg(side);
    assertTrue(leg.expected(), leg::toString);
    assertEquals(new InetSocketAddress(local, 0).getAddress(), leg.local());
    assertEquals(new InetSocketAddress(peer, 0).getAddress(), leg.peer().orElseThrow());
  }

  private static void assertDials(FakeData data, Side side, String host, int port, String from) {
    DataLeg leg = data.plan.leg(side);
    assertFalse(leg.expected(), leg::toString);
    assertEquals(new InetSocketAddress(host, port), leg.remote().orElseThrow());
    assertEquals(new InetSocketAddress(from, 0).getAddress(), leg.local());
  }

  @Test
  void pasvAnnouncesTheGatewayAndBelievesOnlyTheBackendsPort() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.passive();
      assertExpects(data, Side.CLIENT, "192.0.2.1", "192.0.2.7");
      assertDials(data, Side.BACKEND, "10.0.0.1", 1025, "10.0.0.99");
    }
  }

  @Test
  void epsvIsAskedOfTheBackendWithoutArgumentWhateverTheClientSaid() {
    try (Scene scene = Scene.greeted()) {
      for (String command : new String[] {"EPSV", "epsv 1"}) {
        scene.client(command);
        scene.backendGets("EPSV");
        scene.backend("229 ok (|||2000|)");
        int port = scene.data().ports.get(Side.CLIENT);
        scene.clientGets("229 Entering Extended Passive Mode (|||" + port + "|)");
        assertDials(scene.data(), Side.BACKEND, "10.0.0.1", 2000, "10.0.0.99");
      }
    }
  }

  @Test
  void v6ClientWithEpsv2AndV4BackendThatKnowsOnlyPasv() {
    try (Scene scene = Scene.greeted(true, false)) {
      scene.client("EPSV 2");
      scene.backendGets("EPSV");
      scene.backend("500 what?");
      scene.backendGets("PASV");
      scene.clientGets();
      scene.backend("227 Entering Passive Mode (10,0,0,1,8,0).");
      scene.clientGets("229 Entering Extended Passive Mode (|||40001|)");
      assertExpects(scene.data(), Side.CLIENT, "2001:db8::1", "2001:db8::7");
      assertDials(scene.data(), Side.BACKEND, "10.0.0.1", 2048, "10.0.0.99");
      // Remembered for the session.
      scene.client("EPSV");
      scene.backendGets("PASV");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"500", "501", "502", "504", "522", "550"})
  void backendThatDoesNotKnowEpsvIsAskedForPasv(String code) {
    try (Scene scene = Scene.greeted()) {
      scene.client("EPSV");
      scene.backendGets("EPSV");
      scene.backend(code + " no");
      scene.backendGets("PASV");
      scene.backend("227 (10,0,0,1,8,0)");
      scene.clientGets("229 Entering Extended Passive Mode (|||40001|)");
    }
  }

  @Test
  void v4ClientWithPasvAndV6Backend() {
    try (Scene scene = Scene.greeted(false, true)) {
      scene.client("PASV");
      scene.backendGets("EPSV");
      scene.backend("229 ok (|||2000|)");
      scene.clientGets("227 Entering Passive Mode (192,0,2,1,156,65).");
      assertDials(scene.data(), Side.BACKEND, "2001:db8:1::1", 2000, "2001:db8:1::99");
    }
  }

  @Test
  void v6BackendThatKnowsOnlyPasv() {
    try (Scene scene = Scene.greeted(false, true)) {
      scene.client("PASV");
      scene.backendGets("EPSV");
      scene.backend("502 no");
      scene.backendGets("PASV");
      scene.backend("227 Entering Passive Mode (0,0,0,0,8,0)");
      scene.clientGets("227 Entering Passive Mode (192,0,2,1,156,65).");
      assertDials(scene.data(), Side.BACKEND, "2001:db8:1::1", 2048, "2001:db8:1::99");
    }
  }

  @Test
  void backendThatKnowsNoPasvIsAskedForEpsv() {
    try (Scene scene = Scene.greeted()) {
      scene.client("PASV");
      scene.backendGets("PASV");
      scene.backend("502 no");
      scene.backendGets("EPSV");
      scene.backend("229 ok (|||2000|)");
      scene.clientGets("227 Entering Passive Mode (192,0,2,1,156,65).");
    }
  }

  @Test
  void refusalThatIsNoMatterOfWordsIsPassedOn() {
    try (Scene scene = Scene.greeted()) {
      scene.client("EPSV");
      scene.backendGets("EPSV");
      scene.backend("530 log in first");
      scene.clientGets("530 log in first");
      scene.client("PASV");
      scene.backendGets("PASV");
      scene.backend("425 no ports");
      scene.clientGets("425 no ports");
      assertTrue(scene.session.data.isEmpty());
    }
  }

  @Test
  void pasvOverIpv6IsRefusedWithTheWayOut() {
    try (Scene scene = Scene.greeted(true, false)) {
      scene.client("PASV");
      scene.backendGets();
      scene.clientGets("522 PASV cannot tell an IPv6 address; use EPSV (2).");
    }
  }

  @Test
  void epsvArgumentsThatDoNotFitAreRefused() {
    try (Scene v4 = Scene.greeted();
        Scene v6 = Scene.greeted(true, false)) {
      v4.client("EPSV 2");
      v4.clientGets("522 Network protocol not supported, use (1).");
      v4.client("EPSV 9");
      v4.clientGets("522 Network protocol not supported, use (1).");
      v4.client("EPSV xyz");
      v4.clientGets("501 EPSV takes a network protocol number or ALL.");
      v6.client("EPSV 1");
      v6.clientGets("522 Network protocol not supported, use (2).");
      v4.backendGets();
    }
  }

  @Test
  void epsvAllLeavesOnlyEpsvAndIsNotToldToTheBackend() {
    try (Scene scene = Scene.greeted()) {
      scene.client("EPSV all");
      scene.clientGets("200 EPSV ALL: only EPSV opens data connections from now on.");
      scene.client("PASV");
      scene.client("PORT 192,0,2,7,200,1");
      scene.client("EPRT |1|192.0.2.7|51201|");
      scene.clientGets(
          "503 PASV is refused after EPSV ALL.",
          "503 PORT is refused after EPSV ALL.",
          "503 EPRT is refused after EPSV ALL.");
      scene.backendGets();
      // The backend may still be asked for PASV: it was not told.
      scene.client("EPSV");
      scene.backendGets("EPSV");
      scene.backend("500 what?");
      scene.backendGets("PASV");
      scene.backend("227 (10,0,0,1,8,0)");
      scene.clientGets("229 Entering Extended Passive Mode (|||40001|)");
      scene.client("REIN");
      scene.backend("220 again");
      scene.clientGets("220 again");
      scene.client("PASV");
      scene.backendGets("REIN", "PASV");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "227 Entering Passive Mode (10,0,0,300,8,0)",
        "227 Entering Passive Mode (10,0,0,1,0,0)",
        "227 Entering Passive Mode (10,0,0,1,8)",
        "227 Entering Passive Mode",
        "229 ok (|||70000|)",
        "220 ok",
        "200 ok",
      })
  void announcementThatCannotBeUsedIsAnsweredAndTheSessionLives(String reply) {
    try (Scene scene = Scene.greeted()) {
      scene.client("PASV");
      scene.backendGets("PASV");
      scene.backend(reply);
      scene.clientGets("425 The server announced no data port that can be used.");
      scene.client("NOOP");
      scene.backendGets("NOOP");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '^',
      value = {
        "false^ false^ PORT 192,0,2,7,200,1^ active^ PORT 10,0,0,99,156,66",
        "false^ false^ EPRT |1|192.0.2.7|51201|^ extended-active^ PORT 10,0,0,99,156,66",
        "false^ true^ PORT 192,0,2,7,200,1^ active^ EPRT |2|2001:db8:1::99|40002|",
        "false^ true^ EPRT |1|192.0.2.7|51201|^ extended-active^ EPRT |2|2001:db8:1::99|40002|",
        "true^ false^ EPRT |2|2001:db8::7|51201|^ extended-active^ PORT 10,0,0,99,156,66",
        "true^ true^ EPRT |2|2001:db8::7|51201|^ extended-active^ EPRT |2|2001:db8:1::99|40002|",
      })
  void activeModeIsSpokenAsTheBackendsFamilyNeedsIt(
      boolean v6, boolean backendV6, String command, String mode, String told) {
    try (Scene scene = Scene.greeted(v6, backendV6)) {
      scene.client(command);
      scene.backendGets(told);
      FakeData data = scene.data();
      assertDials(
          data,
          Side.CLIENT,
          v6 ? "2001:db8::7" : "192.0.2.7",
          51201,
          v6 ? "2001:db8::1" : "192.0.2.1");
      assertExpects(
          data,
          Side.BACKEND,
          backendV6 ? "2001:db8:1::99" : "10.0.0.99",
          backendV6 ? "2001:db8:1::1" : "10.0.0.1");
      scene.clientGets();
      scene.backend("200 fine");
      scene.clientGets("200 " + command.substring(0, 4) + " command successful.");
      scene.client("RETR f");
      assertEquals(mode, scene.moved().spec.mode());
    }
  }

  @Test
  void backendThatRefusesActiveModeIsPassedOnAndNothingStaysOpen() {
    try (Scene scene = Scene.greeted()) {
      scene.client("PORT 192,0,2,7,200,1");
      scene.backendGets("PORT 10,0,0,99,156,66");
      scene.backend("500 no");
      scene.backendGets("EPRT |1|10.0.0.99|40002|");
      scene.backend("502 no active mode here");
      scene.clientGets("502 no active mode here");
      assertTrue(scene.data().closed);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '^',
      value = {
        "PORT 192,0,2,8,200,1^ 500 PORT refused: it has to tell your own address, 192.0.2.7.",
        "EPRT |1|192.0.2.8|51201|^ 500 EPRT refused: it has to tell your own address, 192.0.2.7.",
        "' port 10,0,0,1,0,22'^ 500 PORT refused: it has to tell your own address, 192.0.2.7.",
        "PORT 192,0,2,7,3,255^ 500 PORT refused: the port has to be 1024 to 65535.",
        "PORT 192,0,2,7,0,0^ 501 PORT needs an address and a port of 1024 to 65535.",
        "PORT 192,0,2,7,1^ 501 PORT needs an address and a port of 1024 to 65535.",
        "PORT^ 501 PORT needs an address and a port of 1024 to 65535.",
        "EPRT |2|2001:db8::7|51201|^ 522 Network protocol not supported, use (1).",
        "EPRT |3|x|51201|^ 522 Network protocol not supported, use (1).",
        "EPRT |1|x|51201|^ 501 EPRT needs an address and a port of 1024 to 65535.",
        "LPRT 4,4,1,2,3,4,2,5,5^ 502 LPRT is not available; use EPSV, PASV, EPRT or PORT.",
        "LPSV^ 502 LPSV is not available; use EPSV, PASV, EPRT or PORT.",
        "P@SW^ 502 P@SW is not available; use EPSV, PASV, EPRT or PORT.",
      })
  void addressesThatAreNotTheClientsOwnAndOldFormsAreRefused(String command, String reply) {
    try (Scene scene = Scene.greeted()) {
      scene.client(command);
      scene.backendGets();
      scene.clientGets(reply);
      assertTrue(scene.session.data.isEmpty());
    }
  }

  @Test
  void newSetUpClosesTheOneBefore() {
    try (Scene scene = Scene.greeted()) {
      FakeData first = scene.passive();
      FakeData second = scene.passive();
      assertTrue(first.closed);
      assertFalse(second.closed);
    }
  }

  @Test
  void noFreePortIsAnswered() {
    try (Scene scene = Scene.greeted()) {
      scene.client("PASV");
      scene.backendGets("PASV");
      scene.session.failListening = true;
      scene.backend("227 (10,0,0,1,8,0)");
      scene.clientGets("425 No data connection can be prepared, please try again.");
      scene.client("NOOP");
      scene.backendGets("NOOP");
    }
  }

  @Test
  void optionsSayPortsAndPublicAddress() {
    FtpOptions options =
        Options.with(
            "publicAddress", "203.0.113.9",
            "dataPorts", PortRanges.parse("50000-50999"),
            "backendDataPorts", PortRanges.parse("51000-51999"));
    try (Scene scene = Scene.greeted(options, false, false)) {
      scene.client("PASV");
      scene.backendGets("PASV");
      scene.backend("227 (10,0,0,1,8,0)");
      scene.clientGets("227 Entering Passive Mode (203,0,113,9,156,65).");
      assertEquals(
          PortRanges.parse("50000-50999"),
          scene.data().plan.leg(Side.CLIENT).ports().orElseThrow());
      // What is listened on stays the dialled address.
      assertExpects(scene.data(), Side.CLIENT, "192.0.2.1", "192.0.2.7");
      scene.client("PORT 192,0,2,7,200,1");
      assertEquals(
          PortRanges.parse("51000-51999"),
          scene.data().plan.leg(Side.BACKEND).ports().orElseThrow());
    }
  }

  @Test
  void backendsOwnAddressIsNeverShownForACommandWeDoNotKnow() {
    try (Scene scene = Scene.greeted()) {
      scene.client("XPSV");
      scene.backend("227 Entering Passive Mode (10,0,0,1,8,0)");
      scene.clientGets("502 XPSV does not work through this gateway; use EPSV.");
    }
  }

  @Test
  void dataConnectionThatFailsWhileTheBackendIsAskedIsForTheTransferToTell() {
    try (Scene scene = Scene.greeted()) {
      scene.client("PORT 192,0,2,7,200,1");
      scene.data().end(Outcome.failed(Side.CLIENT, "refused"));
      scene.backend("200 ok");
      scene.clientGets("200 PORT command successful.");
      scene.client("RETR f");
      scene.clientGets("425 Cannot open a data connection to you.");
    }
  }
}
