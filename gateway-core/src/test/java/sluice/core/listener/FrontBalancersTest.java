package sluice.core.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sluice.core.LogCapture;

/** Who is refused before a listener is logged, but nobody can fill the log or the memory so. */
class FrontBalancersTest {

  private final LogCapture log = new LogCapture(FrontBalancers.class);
  private long now = Long.MAX_VALUE - 1000; // A clock may pass its end.
  private final FrontBalancers front =
      new FrontBalancers(address -> false, Duration.ofSeconds(3), false, () -> now);

  @AfterEach
  void close() {
    log.close();
  }

  private void refused(String address) throws UnknownHostException {
    front.refused("ftp", InetAddress.getByName(address), "it is a stranger");
  }

  @Test
  void aSourceIsLoggedOnceInTenMinutes() throws Exception {
    refused("192.0.2.1");
    refused("192.0.2.2");
    now += FrontBalancers.QUIET.toNanos() - 1;
    refused("192.0.2.1");
    assertEquals(2, log.lines().size(), log.lines()::toString);
    now += 1;
    refused("192.0.2.1");
    refused("192.0.2.1");
    assertEquals(3, log.lines().size(), log.lines()::toString);
    assertEquals(1, front.remembered());
  }

  @Test
  void allOfAnIpv6NetworkIsOneSource() throws Exception {
    for (int i = 0; i < 2000; i++) {
      refused("2001:db8:0:7::" + Integer.toHexString(i));
    }
    refused("2001:db8:0:8::1");
    assertEquals(2, log.lines().size());
    assertEquals(2, front.remembered());
  }

  @Test
  void anAttackFromEverywhereIsNeitherLoggedNorRememberedWithoutABound() throws Exception {
    for (int i = 0; i < 3 * FrontBalancers.MOST_LOGGED; i++) {
      refused("10." + i / 65536 + "." + i / 256 % 256 + "." + i % 256);
    }
    assertEquals(FrontBalancers.MOST_LOGGED, log.lines().size());
    assertEquals(FrontBalancers.MOST_LOGGED, front.remembered());
    assertTrue(log.lines().get(FrontBalancers.MOST_LOGGED - 1).contains("from anywhere else"));

    now += FrontBalancers.QUIET.toNanos();
    refused("10.0.0.1");
    assertEquals(FrontBalancers.MOST_LOGGED + 1, log.lines().size());
    assertEquals(1, front.remembered());
  }
}
