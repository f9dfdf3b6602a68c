package sluice.core.descriptor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks and source addresses as the descriptor writes them. */
class SourceAddressesTest {

  private static InetAddress address(String literal) throws Exception {
    return InetAddress.getByName(literal);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.0.1, true",
    "10.0.0.0/8, 11.0.0.1, false",
    "10.1.2.0/23, 10.1.3.255, true",
    "10.1.2.0/23, 10.1.4.0, false",
    "0.0.0.0/0, 203.0.113.9, true",
    "0.0.0.0/0, ::1, false",
    "192.0.2.7, 192.0.2.7, true",
    "192.0.2.7, 192.0.2.8, false",
    "2001:db8::/33, 2001:db8:7fff::1, true",
    "2001:db8::/33, 2001:db8:8000::1, false"
  })
  void aNetworkContainsItsAddresses(String network, String candidate, boolean inside)
      throws Exception {
    assertEquals(inside, Subnet.parse(network).contains(address(candidate)));
  }

  @ParameterizedTest
  @CsvSource({
    "10.99.0.0/16, 192.0.113.77, 10.99.113.77",
    "10.99.64.0/18, 192.0.255.77, 10.99.127.77",
    "2001:db8:1::/96, 192.0.2.7, 2001:db8:1::c000:207",
    "2001:db8:1::/64, 2001:db8::a:b, 2001:db8:1::a:b"
  })
  void aClientsLastBitsStandAfterThePrefix(String network, String client, String mapped)
      throws Exception {
    assertEquals(address(mapped), Subnet.parse(network).map(address(client)));
  }

  @Test
  void anIpv6ClientHasAlwaysTheSameAddressInAnIpv4Network() throws Exception {
    Subnet network = Subnet.parse("10.99.0.0/16");
    InetAddress one = network.map(address("2001:db8::1"));
    assertTrue(network.contains(one));
    assertEquals(one, network.map(address("2001:db8::1")));
    assertNotEquals(one, network.map(address("2001:db8::2")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"client", "10.0.0.5", "10.0.0.5, 10.0.0.6", "10.99.0.0/16"})
  void theNotationIsWrittenAsItIsRead(String text) {
    assertEquals(text, SourceAddresses.parse(text).toString());
  }

  @Test
  void onlyANetworkIsMapped() {
    assertTrue(SourceAddresses.parse("10.99.0.0/16").mapped());
    assertFalse(SourceAddresses.parse("10.0.0.5,10.0.0.6").mapped());
    assertFalse(SourceAddresses.parse("client").mapped());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "eth0", "10.0.0.5,", "10.99.0.0/16, 10.0.0.5", "client, 10.0.0.5", "10.0/8"})
  void anythingElseIsRefusedWithWhatIsExpected(String text) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> SourceAddresses.parse(text))
            .getMessage();
    assertTrue(message.startsWith("expected an address of this machine"), message);
  }

  @Test
  void bitsAfterThePrefixAreRefusedWithTheRightNetwork() {
    assertEquals(
        "10.1.2.3/8 has bits set after its prefix; the network is written as 10.0.0.0/8",
        assertThrows(IllegalArgumentException.class, () -> Subnet.parse("10.1.2.3/8"))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> Subnet.parse("10.0.0.0/33"));
    assertThrows(IllegalArgumentException.class, () -> Subnet.parse("10.0.0.0/x"));
  }
}
