package sluice.core.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.UnknownHostException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import sluice.core.descriptor.HostPort;

class PoolBackendTest {

  private static PoolBackend backend(String host) {
    return new PoolBackend("files", "a", new HostPort(host, 21), Optional.empty());
  }

  @Test
  void aLiteralIsResolvedOnce() throws Exception {
    PoolBackend v4 = backend("127.0.0.7");
    assertSame(v4.address(), v4.address());
    assertEquals("127.0.0.7", v4.address().getAddress().getHostAddress());
    assertEquals(21, v4.address().getPort());
    assertEquals("0:0:0:0:0:0:0:1", backend("::1").address().getAddress().getHostAddress());
  }

  @Test
  void aNameIsResolvedAtEachCall() throws Exception {
    PoolBackend named = backend("localhost");
    assertTrue(named.address().getAddress().isLoopbackAddress());
    assertThrows(UnknownHostException.class, () -> backend("no-such-host.invalid").address());
  }

  @Test
  void twoOfEqualConfigurationAreTwo() {
    assertNotEquals(backend("127.0.0.1"), backend("127.0.0.1"));
    assertEquals("files/a", backend("127.0.0.1").toString());
  }
}
