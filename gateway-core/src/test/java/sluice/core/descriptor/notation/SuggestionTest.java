package sluice.core.descriptor.notation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {

  private static final List<String> KEYS =
      List.of("max-sessions", "idle-timeout", "bind", "pool", "protocol");

  @ParameterizedTest
  @CsvSource({
    "maxSessions, max-sessions",
    "max_sessions, max-sessions",
    "max-session, max-sessions",
    "MAX-SESSIONS, max-sessions",
    "idle-tiemout, idle-timeout",
    "bnid, bind",
    "pol, pool",
    "protocoll, protocol"
  })
  void aSlipOfThePenFindsItsWord(String seen, String meant) {
    assertEquals(Optional.of(meant), Suggestion.nearest(seen, KEYS));
  }

  @Test
  void whatIsFarFromEverythingFindsNothing() {
    assertEquals(Optional.empty(), Suggestion.nearest("colour", KEYS));
    assertEquals("; the keys are a, b", Suggestion.of("colour", List.of("a", "b"), "keys"));
    assertEquals("; there are no pools", Suggestion.of("colour", List.of(), "pools"));
  }

  @Test
  void aSwapOfNeighboursIsOneEdit() {
    assertEquals(1, Suggestion.distance("stfp", "sftp"));
    assertEquals(0, Suggestion.distance("sftp", "sftp"));
    assertEquals(4, Suggestion.distance("", "sftp"));
  }
}
