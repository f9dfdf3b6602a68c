package sluice.core.descriptor.notation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentTest {

  private final Environment environment =
      new Environment(Map.of("HOST", "files1", "PORT", "21", "EMPTY", "", "MONEY", "$1\\")::get);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "${HOST}|files1",
        "${HOST}:${PORT}|files1:21",
        "a${EMPTY}b|ab",
        "${NONE:-x}|x",
        "${EMPTY:-x}|x",
        "${HOST:-x}|files1",
        "a${NONE:-}b|ab",
        "${NONE:-a:-b}|a:-b",
        "$${HOST}|${HOST}",
        "$${HOST} ${HOST}|${HOST} files1",
        "$HOST|$HOST",
        "cost $ 5|cost $ 5",
        "${MONEY}|$1\\"
      })
  void variablesAreFilledIn(String text, String expected) {
    assertEquals(expected, environment.substitute(text));
  }

  @Test
  void anUnsetVariableIsNamed() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> environment.substitute("a ${NONE} b"))
            .getMessage();

    assertTrue(message.startsWith("the environment variable NONE is not set"), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"${", "${HOST", "${}", "${a b}", "${1A}", "${HOST:x}", "${HOST-x}"})
  void whatIsNoVariableIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> environment.substitute(text));
  }

  @Test
  void anEscapedReferenceRefersToNothing() {
    assertTrue(Environment.refers("a ${X}"));
    assertFalse(Environment.refers("a $${X}"));
    assertFalse(Environment.refers("a $X"));
  }
}
