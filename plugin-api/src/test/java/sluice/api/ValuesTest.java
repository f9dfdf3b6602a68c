package sluice.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValuesTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0B",
    "1, 1B",
    "1000, 1000B",
    "1023, 1023B",
    "1024, 1KiB",
    "65536, 64KiB",
    "1048576, 1MiB",
    "1049600, 1025KiB",
    "3221225472, 3GiB"
  })
  void aSizePrintsInItsShortestExactNotation(long bytes, String text) {
    assertEquals(text, new ByteSize(bytes).toString());
  }

  @Test
  void aSizeIsNotNegative() {
    assertEquals(
        "a size must not be negative, but is -1",
        assertThrows(IllegalArgumentException.class, () -> new ByteSize(-1)).getMessage());
  }

  @Test
  void aSecretIsNeverPrinted() {
    Secret secret = Secret.of("letmein");
    assertEquals("***", secret.toString());
    assertEquals("*** and ***", "%s and ".formatted(secret) + secret);
    assertEquals("letmein", secret.reveal());
    assertThrows(NullPointerException.class, () -> Secret.of(null));
  }

  @Test
  void secretsAreEqualByTheirValue() {
    assertEquals(Secret.of("a"), Secret.of("a"));
    assertEquals(Secret.of("a").hashCode(), Secret.of("a").hashCode());
    assertNotEquals(Secret.of("a"), Secret.of("b"));
  }

  @Test
  void aRecordThatHoldsASecretDoesNotPrintItEither() {
    record Login(String user, Secret password) {}
    assertEquals("Login[user=me, password=***]", new Login("me", Secret.of("letmein")).toString());
  }

  @Test
  void aPoolReferencePrintsAsItsName() {
    assertEquals("files", new PoolRef("files").toString());
    assertThrows(NullPointerException.class, () -> new PoolRef(null));
  }

  @Test
  void keysAreEqualByNameAndType() {
    assertEquals(SessionKey.USER, new SessionKey<>("user", String.class));
    assertNotEquals(SessionKey.USER, new SessionKey<>("user", Integer.class));
    assertThrows(NullPointerException.class, () -> new SessionKey<>("user", null));
  }

  @Test
  void theTwoSidesFaceEachOther() {
    assertEquals(Side.BACKEND, Side.CLIENT.other());
    assertEquals(Side.CLIENT, Side.BACKEND.other());
    assertEquals("client, backend", Side.values()[0] + ", " + Side.values()[1]);
  }
}
