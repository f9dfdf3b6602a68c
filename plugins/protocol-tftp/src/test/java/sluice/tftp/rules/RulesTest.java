package sluice.tftp.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.api.PoolRef;
import sluice.testkit.tftp.TftpPacket;
import sluice.tftp.packet.TftpRequest;
import sluice.tftp.rules.AccessRule.Access;

class RulesTest {

  private static TftpRequest read(String file) {
    return request(TftpPacket.rrq(file));
  }

  private static TftpRequest write(String file) {
    return request(TftpPacket.wrq(file));
  }

  private static TftpRequest request(TftpPacket packet) {
    try {
      return TftpRequest.read(Unpooled.wrappedBuffer(packet.bytes()));
    } catch (TftpRequest.MalformedException e) {
      throw new AssertionError(e);
    }
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static String refusal(Rules rules, TftpRequest request, String client) {
    return rules.refusal(request, address(client)).orElse("");
  }

  @Test
  void theFirstRuleThatFitsDecides() {
    Rules rules =
        new Rules(
            false,
            List.of(
                new AccessRule(
                    Optional.of("admins"), List.of(), List.of("10.9.0.0/16"), Access.ALLOW),
                new AccessRule(Optional.empty(), List.of("private/**"), List.of(), Access.DENY),
                new AccessRule(
                    Optional.of("guests"),
                    List.of(),
                    List.of("10.0.0.0/8", "2001:db8::/32"),
                    Access.READ_ONLY),
                new AccessRule(Optional.of("rest"), List.of(), List.of(), Access.DENY)),
            List.of());
    assertEquals("", refusal(rules, write("private/key"), "10.9.1.1"));
    assertEquals(
        "denied by rule 2 (files private/**)", refusal(rules, read("private/key"), "10.8.1.1"));
    assertEquals(
        "denied by rule 2 (files private/**)",
        refusal(rules, read("\\x\\..\\private\\key"), "10.8.1.1"));
    assertEquals("", refusal(rules, read("kernel"), "10.8.1.1"));
    assertEquals("read-only by rule \"guests\"", refusal(rules, write("kernel"), "10.8.1.1"));
    assertEquals("read-only by rule \"guests\"", refusal(rules, write("x"), "2001:db8:1::7"));
    assertEquals("denied by rule \"rest\"", refusal(rules, read("kernel"), "11.0.0.1"));
    assertEquals("denied by rule \"rest\"", refusal(rules, read("kernel"), "2001:db9::1"));
  }

  @Test
  void readOnlyIsAboutUploads() {
    Rules rules = new Rules(true, List.of(), List.of());
    assertEquals("", refusal(rules, read("x"), "10.0.0.1"));
    assertEquals("this listener is read-only", refusal(rules, write("x"), "10.0.0.1"));
  }

  @Test
  void theFirstRouteThatFitsGivesThePool() {
    Rules rules =
        new Rules(
            false,
            List.of(),
            List.of(
                new PoolRoute(List.of("pxelinux.cfg/*"), List.of(), new PoolRef("config")),
                new PoolRoute(List.of("*.img"), List.of("10.1.0.0/16"), new PoolRef("near")),
                new PoolRoute(List.of("*.img", "*.iso"), List.of(), new PoolRef("images"))));
    InetAddress near = address("10.1.0.9");
    InetAddress far = address("10.2.0.9");
    assertEquals("config", rules.pool(read("/pxelinux.cfg/default"), far).orElseThrow().name());
    assertEquals("near", rules.pool(read("a/disk.img"), near).orElseThrow().name());
    assertEquals("images", rules.pool(read("a/disk.img"), far).orElseThrow().name());
    assertEquals("images", rules.pool(write("cd.iso"), near).orElseThrow().name());
    assertTrue(rules.pool(read("kernel"), near).isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.1.2, true",
    "10.0.0.0/8, 11.0.0.0, false",
    "10.128.0.0/9, 10.127.0.1, false",
    "10.128.0.0/9, 10.200.0.1, true",
    "10.0.0.7, 10.0.0.7, true",
    "10.0.0.7, 10.0.0.6, false",
    "0.0.0.0/0, 1.2.3.4, true",
    "0.0.0.0/0, ::1, false",
    "2001:db8::/33, 2001:db8:7fff::1, true",
    "2001:db8::/33, 2001:db8:8000::1, false"
  })
  void networksHoldAddresses(String network, String client, boolean expected) {
    assertEquals(expected, Network.parse(network).contains(address(client)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10.0.0", "10.0.0.0/33", "10.0.0.1/8", "::/129", "host", "10.0.0.0/"})
  void whatIsNoNetworkIsAProblem(String text) {
    assertThrows(
        IllegalArgumentException.class,
        () -> new AccessRule(Optional.empty(), List.of(), List.of(text), Access.DENY));
  }
}
