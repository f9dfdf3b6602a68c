package sluice.core.descriptor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BindAddressesTest {

  private static List<String> texts(String notation) {
    return BindAddresses.parse(notation, false).stream().map(BindAddresses::text).toList();
  }

  @Test
  void portsListsAndRangesAreExpandedInTheOrderWritten() {
    assertEquals(List.of("0.0.0.0:2121"), texts("0.0.0.0:2121"));
    assertEquals(
        List.of("127.0.0.1:2121", "127.0.0.1:2130", "127.0.0.1:2131", "127.0.0.1:2132"),
        texts("127.0.0.1:2121,2130-2132"));
    assertEquals(List.of("[::]:2121"), texts("[::]:2121"));
    assertEquals(List.of("127.0.0.1:21"), texts("localhost:21"));
  }

  @Test
  void theStarIsEveryAddress() {
    assertTrue(BindAddresses.parse("*:21", false).get(0).getAddress().isAnyLocalAddress());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2121",
        ":2121",
        "0.0.0.0",
        "0.0.0.0:",
        "0.0.0.0:x",
        "0.0.0.0:70000",
        "0.0.0.0:9-8",
        "::2121",
        "ftp.example:21",
        "[ftp.example]:21",
        "0.0.0.0:0"
      })
  void whatIsNotAnAddressWithPortsIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> BindAddresses.parse(text, false));
  }

  @Test
  void portZeroIsForTestsOnly() {
    assertEquals(0, BindAddresses.parse("127.0.0.1:0", true).get(0).getPort());
    assertTrue(
        assertThrows(
                IllegalArgumentException.class, () -> BindAddresses.parse("127.0.0.1:0", false))
            .getMessage()
            .startsWith("port 0 would be a different port"));
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:1, 127.0.0.1:1, true",
    "127.0.0.1:1, 127.0.0.1:2, false",
    "127.0.0.1:1, 127.0.0.2:1, false",
    "0.0.0.0:1, 127.0.0.2:1, true",
    "0.0.0.0:1, [::1]:1, false",
    "[::]:1, [::1]:1, true",
    "[::]:1, 127.0.0.1:1, true",
    "[::]:1, 0.0.0.0:1, true"
  })
  void addressesOverlapWhenBothCannotBeBound(String one, String other, boolean expected) {
    InetSocketAddress first = BindAddresses.parse(one, false).get(0);
    InetSocketAddress second = BindAddresses.parse(other, false).get(0);

    assertEquals(expected, BindAddresses.overlap(first, second));
    assertEquals(expected, BindAddresses.overlap(second, first));
  }

  @Test
  void anyTwoPortsTheSystemGivesAreDifferent() {
    InetSocketAddress any = BindAddresses.parse("127.0.0.1:0", true).get(0);

    assertFalse(BindAddresses.overlap(any, any));
    assertEquals(2, new BindAddresses(List.of(any, any)).addresses().size());
  }

  @Test
  void noAddressMayStandTwice() {
    InetSocketAddress address = new InetSocketAddress("127.0.0.1", 21);

    assertThrows(
        IllegalArgumentException.class, () -> new BindAddresses(List.of(address, address)));
    assertThrows(IllegalArgumentException.class, () -> new BindAddresses(List.of()));
  }
}
