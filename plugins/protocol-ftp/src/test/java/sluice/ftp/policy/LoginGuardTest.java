package sluice.ftp.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Delays and bans after failed log-ins, by a clock in the test's hand. */
class LoginGuardTest {

  private static final FailedLogins OPTIONS = options(4, List.of());

  private long now = Long.MAX_VALUE - Duration.ofMinutes(1).toNanos();
  private final LoginGuard guard = new LoginGuard(OPTIONS, () -> now);

  private static FailedLogins options(int banAfter, List<String> except) {
    return new FailedLogins(
        banAfter,
        Duration.ofMinutes(10),
        Duration.ofMinutes(15),
        Duration.ofSeconds(1),
        Duration.ofSeconds(3),
        except);
  }

  private static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (java.net.UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private final InetAddress client = address("192.0.2.7");

  @Test
  void delaysGrowToTheLongestAndThenComesABan() {
    assertEquals(Duration.ofSeconds(1), guard.failed(client).delay());
    assertEquals(Duration.ofSeconds(2), guard.failed(client).delay());
    assertEquals(Duration.ofSeconds(3), guard.failed(client).delay());
    assertEquals(Optional.empty(), guard.banned(client));
    assertEquals(Optional.of(Duration.ofMinutes(15)), guard.failed(client).ban());
    assertEquals(Optional.of(Duration.ofMinutes(15)), guard.banned(client));
    assertEquals(Optional.empty(), guard.banned(address("192.0.2.8")));
  }

  @Test
  void banEndsByItself() {
    for (int i = 0; i < 4; i++) {
      guard.failed(client);
    }
    now += Duration.ofMinutes(15).toNanos() - 1;
    assertEquals(Optional.of(Duration.ofNanos(1)), guard.banned(client));
    now++;
    assertEquals(Optional.empty(), guard.banned(client));
    assertEquals(Duration.ofSeconds(1), guard.failed(client).delay(), "it counts from one again");
    assertEquals(1, guard.remembered());
  }

  @Test
  void failuresThatAreLongAgoDoNotCount() {
    for (int i = 0; i < 3; i++) {
      guard.failed(client);
    }
    now += Duration.ofMinutes(10).toNanos() + 1;
    assertEquals(Duration.ofSeconds(1), guard.failed(client).delay());
  }

  @Test
  void successForgetsFailures() {
    for (int i = 0; i < 3; i++) {
      guard.failed(client);
    }
    guard.succeeded(client);
    assertEquals(0, guard.remembered());
    assertEquals(Optional.empty(), guard.failed(client).ban());
  }

  @Test
  void exemptNetworksAreNeitherDelayedNorBanned() {
    LoginGuard lenient =
        new LoginGuard(options(1, List.of("192.0.2.0/24", "2001:db8::/32")), () -> now);
    assertEquals(
        new LoginGuard.Consequence(Duration.ZERO, Optional.empty()), lenient.failed(client));
    assertTrue(lenient.failed(address("2001:db8:9::1")).ban().isEmpty());
    assertTrue(lenient.failed(address("192.0.3.7")).ban().isPresent());
  }

  @Test
  void anIpv6NetworkIsOneClient() {
    for (int i = 0; i < 4; i++) {
      guard.failed(address("2001:db8:0:1::" + i));
    }
    assertTrue(guard.banned(address("2001:db8:0:1:ffff::1")).isPresent());
    assertTrue(guard.banned(address("2001:db8:0:2::1")).isEmpty());
  }

  @Test
  void tablesAreBounded() {
    LoginGuard small = new LoginGuard(options(2, List.of()), () -> now, 100);
    for (int i = 0; i < 1000; i++) {
      InetAddress each = address("10.0." + i / 250 + "." + i % 250);
      small.failed(each);
      small.failed(each);
      small.failed(address("10.1." + i / 250 + "." + i % 250));
    }
    assertEquals(200, small.remembered());
  }

  @Test
  void optionsThatCannotWorkAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> options(1, List.of("10.0.0.0/33")));
    assertThrows(IllegalArgumentException.class, () -> options(1, List.of("example.org")));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new FailedLogins(
                1, Duration.ZERO, Duration.ofMinutes(1), Duration.ZERO, Duration.ZERO, List.of()));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new FailedLogins(
                0,
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                Duration.ZERO,
                Duration.ZERO,
                List.of()));
  }
}
