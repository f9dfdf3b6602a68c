package sluice.api.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class HealthTest {

  @Test
  void aPlainResultSaysItsStateAndNothingElse() {
    Health up = Health.up("220 ready");
    assertEquals(Health.State.UP, up.state());
    assertEquals("220 ready", up.detail());
    assertFalse(up.warning());
    assertEquals(OptionalInt.empty(), up.weight());
    assertEquals(Optional.empty(), up.latency());
    assertEquals("UP (220 ready)", up.toString());
    assertEquals(Health.State.DOWN, Health.down("x").state());
    assertEquals(Health.State.DRAIN, Health.drain("x").state());
  }

  @Test
  void whatIsAddedKeepsWhatWasThere() {
    Health health =
        Health.up("fine")
            .withWeight(50)
            .withLatency(Duration.ofMillis(7))
            .withWarning("disk 91 % full");
    assertEquals(Health.State.UP, health.state());
    assertEquals("disk 91 % full", health.detail());
    assertTrue(health.warning());
    assertEquals(OptionalInt.of(50), health.weight());
    assertEquals(Optional.of(Duration.ofMillis(7)), health.latency());
  }

  @Test
  void aResultIsNotChangedByWhatIsMadeFromIt() {
    Health up = Health.up("fine");
    up.withWarning("x").withWeight(1);
    assertEquals("fine", up.detail());
    assertFalse(up.warning());
    assertTrue(up.weight().isEmpty());
  }

  @Test
  void aWeightOfZeroIsAWeight() {
    assertEquals(OptionalInt.of(0), Health.up("").withWeight(0).weight());
  }

  @Test
  void weightsOutOfRangeAreRefused() {
    for (int percent : new int[] {-1, 25601}) {
      assertEquals(
          "weight is 0 to 25600 percent, but is " + percent,
          assertThrows(IllegalArgumentException.class, () -> Health.up("").withWeight(percent))
              .getMessage());
    }
    assertThrows(NullPointerException.class, () -> Health.up(null));
    assertThrows(NullPointerException.class, () -> Health.up("").withLatency(null));
  }
}
