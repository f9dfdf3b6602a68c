package sluice.core.descriptor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {

  @Test
  void namesAndAddressesOfBothKindsAreRead() {
    assertEquals(new HostPort("files1.example", 21), HostPort.parse("files1.example:21"));
    assertEquals(new HostPort("10.0.0.11", 65535), HostPort.parse("10.0.0.11:65535"));
    assertEquals(new HostPort("2001:db8::11", 21), HostPort.parse("[2001:db8::11]:21"));
  }

  @Test
  void thePortMayBeLeftToWhatTheClientDialled() {
    assertEquals(new HostPort("files1.example", 0), HostPort.parse("files1.example"));
    assertEquals(new HostPort("10.0.0.11", 0), HostPort.parse("10.0.0.11"));
    assertEquals(new HostPort("2001:db8::11", 0), HostPort.parse("[2001:db8::11]"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "files1.example:21",
        "10.0.0.11:65535",
        "[2001:db8::11]:21",
        "10.0.0.11",
        "[2001:db8::11]"
      })
  void theTextIsTheNotation(String text) {
    assertEquals(text, HostPort.parse(text).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":21",
        "host:",
        "host:0",
        "host:65536",
        "host:99999999999",
        "host:ftp",
        "2001:db8::11:21",
        "[2001:db8::zz]:21",
        "[2001:db8::zz]",
        "2001:db8::11",
        "10.0.0",
        "[]:21",
        "[host]:21x",
        "10.0.0.256:21",
        "10.0.0:21",
        "ho st:21",
        "host::21",
        "-host:21"
      })
  void whatIsNotAHostAndAPortIsRefused(String text) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> HostPort.parse(text)).getMessage();
    assertTrue(message.contains("host") || message.contains("port"), message);
  }

  @Test
  void addressesAreLiteralsAndNeverLookedUp() throws Exception {
    assertEquals("127.0.0.1", HostPort.address("localhost").orElseThrow().getHostAddress());
    assertEquals("10.1.2.3", HostPort.address("10.1.2.3").orElseThrow().getHostAddress());
    assertTrue(HostPort.address("::1").isPresent());
    assertTrue(HostPort.address("example.org").isEmpty());
    assertTrue(HostPort.address("1.2.3").isEmpty());
    assertTrue(HostPort.address("").isEmpty());
  }
}
