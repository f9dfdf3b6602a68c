package sluice.core.descriptor.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import sluice.api.PortRanges;
import sluice.core.descriptor.Descriptor;
import sluice.core.descriptor.HostPort;
import sluice.core.descriptor.PoolDescriptor;

class DescriptorLoaderTest {

  private final DescriptorLoader loader = new DescriptorLoader(FakeExtensions.all());

  @Test
  void aGoodDescriptorBecomesRecordsWithDefaultsFilledIn() {
    Descriptor descriptor =
        loader
            .load(
                "gateway.yaml",
                """
                listeners:
                  ftp: { protocol: ftp, bind: "127.0.0.1:2121,2130-2131", pool: files, options: { data-ports: 50000-50999 } }
                pools:
                  files:
                    health: { check: tcp, interval: 500ms, timeout: 300ms }
                    backends:
                      b: { address: "10.0.0.12:21", backup: true }
                      a: { address: "[2001:db8::11]:21", weight: 2 }
                """)
            .get();

    assertEquals(
        List.of(
            new InetSocketAddress("127.0.0.1", 2121),
            new InetSocketAddress("127.0.0.1", 2130),
            new InetSocketAddress("127.0.0.1", 2131)),
        descriptor.listeners().get("ftp").bind().addresses());
    assertEquals(
        new FakeExtensions.FtpOptions("auto", PortRanges.parse("50000-50999"), java.util.Map.of()),
        descriptor.listeners().get("ftp").options());
    PoolDescriptor pool = descriptor.pools().get("files");
    assertEquals("round-robin", pool.balance().strategy());
    assertEquals(List.of("b", "a"), List.copyOf(pool.backends().keySet()));
    assertEquals(new HostPort("2001:db8::11", 21), pool.backends().get("a").address());
    assertEquals(Duration.ofMillis(300), pool.health().orElseThrow().timeout());
    assertEquals(Optional.empty(), pool.health().orElseThrow().port());
    assertEquals(Duration.ofSeconds(30), descriptor.stopTimeout());
    assertEquals(Duration.ofMinutes(15), descriptor.listeners().get("ftp").idleTimeout());
  }
}
