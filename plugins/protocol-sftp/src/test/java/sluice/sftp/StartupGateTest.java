package sluice.sftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import sluice.api.Side;
import sluice.api.protocol.Outcome;
import sluice.testkit.TestSessionInfo;

/** Limits of sessions that have not logged in yet. */
final class StartupGateTest {

  private int percent;
  private long nanos = 1_000_000;
  private final List<FakeSession> in = new ArrayList<>();

  private StartupGate gate(int start, int rate, int full, int perClient) {
    return new StartupGate(
        Limits.startups(start, rate, full, perClient), () -> percent, () -> nanos);
  }

  private Optional<String> enter(StartupGate gate, String client) {
    FakeSession session = new FakeSession();
    session.info = TestSessionInfo.from(client);
    Optional<String> refusal = gate.enter(session);
    if (refusal.isEmpty()) {
      in.add(session);
    }
    return refusal;
  }

  @Test
  void withoutLimitsNothingIsCounted() {
    StartupGate gate = gate(0, 30, 0, 0);
    for (int i = 0; i < 100; i++) {
      assertTrue(enter(gate, "192.0.2.1").isEmpty());
    }
    assertEquals(0, gate.counted());
  }

  @Test
  void fromFullOnEveryoneIsRefused() {
    StartupGate gate = gate(0, 30, 3, 0);
    percent = 99;
    for (int i = 1; i <= 3; i++) {
      assertTrue(enter(gate, "192.0.2." + i).isEmpty());
    }
    assertEquals(
        Optional.of("3 sessions are logging in, and startups are 3:30:3"),
        enter(gate, "192.0.2.4"));
  }

  @Test
  void fromStartOnTheShareOfTheRefusedRisesFromRateToAll() {
    StartupGate gate = gate(2, 30, 12, 0);
    enter(gate, "192.0.2.1");
    enter(gate, "192.0.2.1");
    percent = 29;
    assertFalse(enter(gate, "192.0.2.1").isEmpty());
    percent = 30;
    assertTrue(enter(gate, "192.0.2.1").isEmpty());
    for (int i = 3; i < 7; i++) {
      percent = 99;
      assertTrue(enter(gate, "192.0.2.1").isEmpty());
    }
    percent = 64; // 7 of them: 30 + 70 * 5 / 10
    assertFalse(enter(gate, "192.0.2.1").isEmpty());
    percent = 65;
    assertTrue(enter(gate, "192.0.2.1").isEmpty());
  }

  @Test
  void oneClientDoesNotKeepOthersOut() {
    StartupGate gate = gate(0, 30, 0, 2);
    enter(gate, "192.0.2.1");
    enter(gate, "192.0.2.1");
    assertEquals(
        Optional.of(
            "2 sessions of this client's network are logging in, and startups.per-client is 2"),
        enter(gate, "192.0.2.1"));
    assertTrue(enter(gate, "192.0.2.2").isEmpty());
  }

  @Test
  void clientsOfOneIpv6NetworkAreOne() {
    StartupGate gate = gate(0, 30, 0, 1);
    enter(gate, "2001:db8:0:1::1");
    assertFalse(enter(gate, "2001:db8:0:1:ffff::2").isEmpty());
    assertTrue(enter(gate, "2001:db8:0:2::1").isEmpty());
  }

  @Test
  void whoHasEndedIsNotCounted() {
    StartupGate gate = gate(0, 30, 1, 1);
    enter(gate, "192.0.2.1");
    in.get(0).end(Outcome.ok());
    assertEquals(0, gate.counted());
    assertTrue(enter(gate, "192.0.2.1").isEmpty());
  }

  @Test
  void whoHasGotMoreThanServersSendBeforeALoginHasLoggedIn() {
    StartupGate gate = gate(0, 30, 1, 1);
    enter(gate, "192.0.2.1");
    in.get(0).carried(Side.BACKEND, 999);
    assertFalse(enter(gate, "192.0.2.1").isEmpty());
    in.get(0).carried(Side.BACKEND, 1);
    assertTrue(enter(gate, "192.0.2.1").isEmpty());
  }

  @Test
  void whatTheClientSendsProvesNothing() {
    StartupGate gate = gate(0, 30, 1, 1);
    enter(gate, "192.0.2.1");
    in.get(0).carried(Side.CLIENT, 1_000_000);
    assertFalse(enter(gate, "192.0.2.1").isEmpty());
  }

  @Test
  void whoIsStillThereAfterTheServersGraceTimeHasLoggedIn() {
    StartupGate gate = gate(0, 30, 1, 1);
    enter(gate, "192.0.2.1");
    nanos += TimeUnit.SECONDS.toNanos(119);
    assertFalse(enter(gate, "192.0.2.1").isEmpty());
    nanos += TimeUnit.SECONDS.toNanos(1);
    assertTrue(enter(gate, "192.0.2.1").isEmpty());
  }

  @Test
  void limitsThatCannotWorkAreRefused() {
    Exception lost =
        assertThrows(IllegalArgumentException.class, () -> Limits.startups(10, 30, 0, 0));
    assertTrue(lost.getMessage().contains("full is not set"), lost.getMessage());
    Exception turned =
        assertThrows(IllegalArgumentException.class, () -> Limits.startups(10, 30, 5, 0));
    assertTrue(turned.getMessage().contains("more than full"), turned.getMessage());
  }
}
