package sluice.ftp.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.api.Side;
import sluice.api.protocol.DataLeg;
import sluice.api.protocol.DataPeers;
import sluice.api.protocol.Outcome;

/** What happens on the two sides of a data connection is chosen for each on its own. */
class DataModesTest {

  private static Scene scene(Object... changes) {
    return Scene.greeted(Options.with(changes), false, false);
  }

  private static String remote(DataLeg leg) {
    InetSocketAddress remote = leg.remote().orElseThrow();
    return remote.getAddress().getHostAddress() + ":" + remote.getPort();
  }

  @Test
  void activeClientIsServedByABackendThatIsOnlyDialled() {
    try (Scene scene = scene("dataMode", DataMode.PASSIVE)) {
      scene.client("PORT 192,0,2,7,200,1");
      scene.backendGets("EPSV");
      scene.clientGets();
      scene.backend("229 ok (|||2000|)");
      scene.clientGets("200 PORT command successful.");
      FakeData data = scene.data();
      assertEquals("192.0.2.7:51201", remote(data.plan.leg(Side.CLIENT)));
      assertEquals("10.0.0.1:2000", remote(data.plan.leg(Side.BACKEND)));
      assertTrue(data.plan.leg(Side.CLIENT).waits());
      assertTrue(data.plan.leg(Side.BACKEND).waits());
      assertEquals(List.of(), data.dialled);
      scene.client("RETR f");
      scene.backendGets("RETR f");
      // The server wants a connection before it says anything, the client only a transfer.
      assertEquals(List.of(Side.BACKEND), data.dialled);
      scene.backend("150 here");
      scene.clientGets("150 here");
      assertEquals(List.of(Side.BACKEND, Side.CLIENT), data.dialled);
      data.join();
      data.end(Outcome.ok());
      scene.backend("226 done");
      scene.clientGets("226 done");
      assertEquals("active", scene.moved().spec.mode());
    }
  }

  @Test
  void clientIsNotDialledForATransferThatTheBackendRefuses() {
    try (Scene scene = scene("dataMode", DataMode.PASSIVE)) {
      scene.client("EPRT |1|192.0.2.7|51201|");
      scene.backendGets("EPSV");
      scene.backend("229 ok (|||2000|)");
      scene.clientGets("200 EPRT command successful.");
      scene.client("RETR missing");
      scene.backendGets("RETR missing");
      scene.backend("550 no such file");
      scene.clientGets("550 no such file");
      assertEquals(List.of(Side.BACKEND), scene.data().dialled);
      assertTrue(scene.data().closed);
    }
  }

  @Test
  void passiveClientIsServedByABackendThatIsOnlyExpected() {
    try (Scene scene = scene("dataMode", DataMode.ACTIVE)) {
      scene.client("PASV");
      scene.backendGets("PORT 10,0,0,99,156,66");
      scene.clientGets();
      scene.backend("200 fine");
      scene.clientGets("227 Entering Passive Mode (192,0,2,1,156,65).");
      FakeData data = scene.data();
      assertTrue(data.plan.leg(Side.CLIENT).expected());
      assertTrue(data.plan.leg(Side.BACKEND).expected());
      scene.client("STOR f");
      scene.backendGets("STOR f");
      scene.backend("150 go");
      scene.clientGets("150 go");
      data.join();
      data.end(Outcome.ok());
      scene.backend("226 done");
      scene.clientGets("226 done");
      assertEquals("passive", scene.moved().spec.mode());
    }
  }

  @Test
  void v6ClientWithEpsvAndActiveV4Backend() {
    try (Scene scene = Scene.greeted(Options.with("dataMode", DataMode.ACTIVE), true, false)) {
      scene.client("EPSV");
      scene.backendGets("PORT 10,0,0,99,156,66");
      scene.backend("200 fine");
      scene.clientGets("229 Entering Extended Passive Mode (|||40001|)");
    }
  }

  @Test
  void refusalOfWhatTheClientHasNotAskedForIsToldInOtherWords() {
    try (Scene scene = scene("dataMode", DataMode.ACTIVE)) {
      scene.client("PASV");
      scene.backendGets("PORT 10,0,0,99,156,66");
      scene.backend("500 Illegal PORT command.");
      scene.backendGets("EPRT |1|10.0.0.99|40002|");
      scene.backend("500 Illegal EPRT command.");
      scene.clientGets("425 The server prepares no data connection.");
      assertTrue(scene.data().closed);
    }
  }

  @Test
  void everyTransferCommandGoesThroughAPassiveBackend() {
    try (Scene scene = scene("dataMode", DataMode.PASSIVE)) {
      for (String command :
          new String[] {"LIST", "NLST", "MLSD", "STOU", "APPE f", "STOR f", "RETR f"}) {
        scene.client("PORT 192,0,2,7,200,1");
        scene.backendGets("EPSV");
        scene.backend("229 ok (|||2000|)");
        scene.clientGets("200 PORT command successful.");
        scene.client("REST 5");
        scene.backendGets("REST 5");
        scene.backend("350 go on");
        scene.clientGets("350 go on");
        scene.client(command);
        scene.backendGets(command);
        scene.backend("150 here");
        scene.data().join();
        scene.data().end(Outcome.ok());
        scene.backend("226 done");
        scene.clientGets("150 here", "226 done");
      }
    }
  }

  @Test
  void aborGoesThroughAPassiveBackend() {
    try (Scene scene = scene("dataMode", DataMode.PASSIVE)) {
      scene.client("PORT 192,0,2,7,200,1");
      scene.backendGets("EPSV");
      scene.backend("229 ok (|||2000|)");
      scene.clientGets("200 PORT command successful.");
      scene.client("RETR f");
      scene.backendGets("RETR f");
      scene.backend("150 here");
      scene.clientGets("150 here");
      scene.data().join();
      scene.client("ABOR");
      scene.backendGets("ABOR");
      scene.backend("426 aborted");
      scene.backend("226 fine");
      scene.clientGets("426 aborted", "226 fine");
      scene.backendGets("NOOP");
      scene.backend("200 ok");
      scene.client("PWD");
      scene.backendGets("PWD");
    }
  }

  @Test
  void passiveBackendIsDialledAtTheTransferThoughTheClientHasNotCome() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.passive();
      assertEquals(List.of(), data.dialled);
      scene.client("RETR f");
      assertEquals(List.of(Side.BACKEND), data.dialled);
    }
  }

  @Test
  void activeClientOfAnActiveBackendIsDialledWhenTheBackendHasCome() {
    try (Scene scene = Scene.greeted()) {
      scene.client("PORT 192,0,2,7,200,1");
      scene.backendGets("PORT 10,0,0,99,156,66");
      scene.backend("200 fine");
      scene.client("RETR f");
      scene.backend("150 here");
      // By the gateway itself, after that.
      assertEquals(List.of(), scene.data().dialled);
    }
  }

  @Test
  void refusedWordsAreNotAskedAgainInOtherSessionsNorForever() {
    long[] now = {0};
    RefusedWords words = new RefusedWords(() -> now[0]);
    try (Scene scene = Scene.greeted()) {
      words.add(scene.link, "EPSV");
      assertTrue(words.has(scene.link, "EPSV"));
      assertFalse(words.has(scene.link, "PASV"));
      now[0] = Duration.ofMinutes(11).toNanos();
      assertFalse(words.has(scene.link, "EPSV"));
    }
  }

  @Test
  void wordThatWasRefusedBeforeIsAskedAgainWhenTheOtherIs() {
    try (Scene scene = Scene.greeted()) {
      scene.client("EPSV");
      scene.backendGets("EPSV");
      scene.backend("500 what?");
      scene.backendGets("PASV");
      scene.backend("227 (10,0,0,1,8,0)");
      scene.client("EPSV");
      scene.backendGets("PASV");
      scene.backend("500 not any more");
      scene.backendGets("EPSV");
      scene.backend("229 ok (|||2000|)");
      scene.client("EPSV");
      scene.backendGets("EPSV");
    }
  }

  @Test
  void dataConnectionThatIsNeverUsedIsGivenUpInTime() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.passive();
      scene.pass(Duration.ofSeconds(29));
      assertFalse(data.closed);
      scene.pass(Duration.ofSeconds(2));
      assertTrue(data.closed);
      scene.client("RETR f");
      scene.backendGets();
      scene.clientGets("425 Your data connection was not opened in time; please set it up again.");
      FakeData next = scene.passive();
      scene.client("RETR f");
      scene.backendGets("RETR f");
      next.join();
      scene.backend("150 here");
      scene.clientGets("150 here");
    }
  }

  @Test
  void clientThatHasComeMayTakeItsTime() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.passive();
      data.clientCame = true;
      scene.pass(Duration.ofSeconds(60));
      assertFalse(data.closed);
      scene.client("RETR f");
      scene.backendGets("RETR f");
    }
  }

  @Test
  void transferThatHasBegunIsNotGivenUpByTheSetUpsTime() {
    try (Scene scene = Scene.greeted()) {
      FakeData data = scene.passive();
      scene.pass(Duration.ofSeconds(20));
      scene.client("RETR f");
      scene.pass(Duration.ofSeconds(15));
      assertFalse(data.closed);
      assertEquals(Duration.ofSeconds(30), data.joinLimit);
    }
  }

  @Test
  void announcedAddressIsDialledWhereTheDescriptorTrustsIt() {
    try (Scene scene = scene("trustAnnounced", List.of("10.0.1.0/24"))) {
      scene.client("PASV");
      scene.backendGets("PASV");
      scene.backend("227 Entering Passive Mode (10,0,1,5,8,0)");
      assertEquals("10.0.1.5:2048", remote(scene.data().plan.leg(Side.BACKEND)));
      for (String other : new String[] {"10,0,2,5", "0,0,0,0", "127,0,0,1", "224,0,0,1"}) {
        scene.client("PASV");
        scene.backend("227 Entering Passive Mode (" + other + ",8,0)");
        assertEquals("10.0.0.1:2048", remote(scene.data().plan.leg(Side.BACKEND)));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0,0,0,0", "239,1,1,1"})
  void addressesThatAreNobodysAreNeverDialled(String announced) {
    try (Scene scene = scene("trustAnnounced", List.of("0.0.0.0/0"))) {
      scene.client("PASV");
      scene.backend("227 Entering Passive Mode (" + announced + ",8,0)");
      assertEquals("10.0.0.1:2048", remote(scene.data().plan.leg(Side.BACKEND)));
    }
  }

  @Test
  void clientsOfSomeNetworksAreToldAnotherAddress() {
    Map<String, String> table =
        Map.of("192.0.0.0/16", "10.5.5.5", "192.0.2.0/24", "10.6.6.6", "192.0.2.8/32", "10.7.7.7");
    try (Scene scene = scene("publicAddress", "203.0.113.1", "publicAddressFor", table)) {
      scene.client("PASV");
      scene.backend("227 (10,0,0,1,8,0)");
      scene.clientGets("227 Entering Passive Mode (10,6,6,6,156,65).");
    }
    try (Scene scene =
        scene("publicAddress", "203.0.113.1", "publicAddressFor", Map.of("192.0.2.6/31", "auto"))) {
      scene.client("PASV");
      scene.backend("227 (10,0,0,1,8,0)");
      scene.clientGets("227 Entering Passive Mode (192,0,2,1,156,65).");
    }
    try (Scene scene =
        scene("publicAddress", "203.0.113.1", "publicAddressFor", Map.of("10.0.0.0/8", "auto"))) {
      scene.client("PASV");
      scene.backend("227 (10,0,0,1,8,0)");
      scene.clientGets("227 Entering Passive Mode (203,0,113,1,156,65).");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.0/33",
        "10.0.0.1/8",
        "10.0.0/8",
        "2001:db8::/32",
        "office",
        "10.0.0.0/",
        "/8",
        ""
      })
  void networksThatAreNoneAreRefused(String network) {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> Options.with("publicAddressFor", Map.of(network, "10.0.0.5")));
    assertTrue(refused.getMessage().contains("public-address-for"), refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "2001:db8::1", "203.0.113.999", "a b"})
  void addressesThatCannotBeAnnouncedAreRefused(String address) {
    assertThrows(
        IllegalArgumentException.class,
        () -> Options.with("publicAddressFor", Map.of("10.0.0.0/8", address)));
    assertThrows(IllegalArgumentException.class, () -> Options.with("publicAddress", address));
  }

  @Test
  void activeDataLeavesFromThePortBelowTheListenersOrAFixedOne() {
    try (Scene scene = scene("activeSourcePort", "control-minus-one")) {
      scene.client("PORT 192,0,2,7,200,1");
      assertEquals(2120, scene.data().plan.leg(Side.CLIENT).localPort());
    }
    try (Scene scene = scene("activeSourcePort", "20")) {
      scene.client("PORT 192,0,2,7,200,1");
      assertEquals(20, scene.data().plan.leg(Side.CLIENT).localPort());
    }
    try (Scene scene = Scene.greeted()) {
      scene.client("PORT 192,0,2,7,200,1");
      assertEquals(0, scene.data().plan.leg(Side.CLIENT).localPort());
    }
    assertEquals(OptionalInt.of(20), Options.with("activeSourcePort", "20").sourcePort(21));
    for (String wrong : new String[] {"", "0", "65536", "l-1", "-1", "021"}) {
      assertThrows(IllegalArgumentException.class, () -> Options.with("activeSourcePort", wrong));
    }
  }

  @Test
  void optionsThatNeedTheControlConnectionToBeReadAreRefusedWhereItIsNot() {
    Object[][] options = {
      {"dataMode", DataMode.PASSIVE},
      {"publicAddressFor", Map.of("10.0.0.0/8", "auto")},
      {"activeSourcePort", "20"},
      {"trustAnnounced", List.of("10.0.0.0/8")},
    };
    for (Object[] option : options) {
      IllegalArgumentException refused =
          assertThrows(
              IllegalArgumentException.class,
              () -> Options.with("control", ControlMode.PASSTHROUGH, option[0], option[1]));
      assertTrue(refused.getMessage().contains("set control to rewrite"), refused.getMessage());
    }
  }

  @Test
  void dataPeersAreThoseOfTheDescriptor() {
    try (Scene scene = scene("dataPeer", DataPeers.SUBNET)) {
      scene.passive();
      assertEquals(DataPeers.SUBNET, scene.data().plan.leg(Side.CLIENT).peers());
      scene.client("PORT 192,0,2,8,200,1");
      scene.clientGets("500 PORT refused: it has to tell your own address, 192.0.2.7.");
      scene.client("PORT 192,0,2,7,200,1");
      assertEquals(DataPeers.STRICT, scene.data().plan.leg(Side.BACKEND).peers());
    }
    try (Scene scene = Scene.greeted()) {
      assertEquals(DataPeers.STRICT, scene.passive().plan.leg(Side.CLIENT).peers());
    }
  }
}
