package sluice.api.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import sluice.api.PortRanges;
import sluice.api.Side;

class ProtocolValuesTest {

  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

  @Test
  void outcomesSayResultSideAndCause() {
    Outcome timedOut = Outcome.timedOut(Side.BACKEND, "no answer in 10 s");
    assertEquals(Outcome.Result.TIMED_OUT, timedOut.result());
    assertEquals(Side.BACKEND, timedOut.side());
    assertEquals("no answer in 10 s", timedOut.cause());
    assertEquals(Outcome.Result.ABORTED, Outcome.aborted(Side.CLIENT, "x").result());
    assertEquals(Outcome.Result.FAILED, Outcome.failed(Side.CLIENT, "x").result());
  }

  @Test
  void anOrderlyEndHasNoSideAndNoCause() {
    assertEquals(Outcome.Result.OK, Outcome.ok().result());
    assertNull(Outcome.ok().side());
    assertEquals("", Outcome.ok().cause());
  }

  @Test
  void aRefusalBecomesAnOutcomeWithItsReason() {
    Outcome outcome = Outcome.refused(new Refusal(Refusal.Reason.NO_BACKEND, "try later"));
    assertEquals(Outcome.Result.REFUSED, outcome.result());
    assertEquals("no-backend: try later", outcome.cause());
    assertEquals("bad port", Outcome.refused("bad port").cause());
  }

  @Test
  void wordsOfRecordsAreKebabCase() {
    assertEquals("timed-out", Outcome.Result.TIMED_OUT.toString());
    assertEquals("listener-full", Refusal.Reason.LISTENER_FULL.toString());
    assertEquals("upload", TransferSpec.Direction.UPLOAD.toString());
  }

  @Test
  void anExpectedLegListensAndADialledOneConnects() {
    DataLeg expected = DataLeg.expect(HERE, PortRanges.ANY, HERE);
    assertTrue(expected.expected());
    assertEquals(Optional.of(PortRanges.ANY), expected.ports());
    assertEquals(Optional.of(HERE), expected.peer());
    assertEquals(Optional.empty(), expected.remote());
    InetSocketAddress remote = new InetSocketAddress(HERE, 2121);
    DataLeg dialled = DataLeg.dial(remote, HERE);
    assertFalse(dialled.expected());
    assertEquals(Optional.of(remote), dialled.remote());
    assertEquals(Optional.empty(), dialled.ports());
    assertEquals(Optional.empty(), dialled.peer());
    assertEquals(HERE, dialled.local());
  }

  @Test
  void aPlanKeepsTheLegsOnTheirSides() {
    DataLeg client = DataLeg.expect(HERE, PortRanges.ANY, HERE);
    DataLeg backend = DataLeg.dial(new InetSocketAddress(HERE, 1), HERE);
    DataPlan plan = DataPlan.of(client, backend);
    assertSame(client, plan.leg(Side.CLIENT));
    assertSame(backend, plan.leg(Side.BACKEND));
    assertEquals(Duration.ZERO, plan.idleTimeout());
    DataPlan limited = plan.withIdleTimeout(Duration.ofSeconds(5));
    assertEquals(Duration.ofSeconds(5), limited.idleTimeout());
    assertSame(client, limited.leg(Side.CLIENT));
    assertEquals(Duration.ZERO, plan.idleTimeout());
  }

  @Test
  void aTransferNeedsAllItsWords() {
    assertThrows(
        NullPointerException.class,
        () -> new TransferSpec("RETR", "passive", TransferSpec.Direction.DOWNLOAD, null));
  }
}
