package sluice.core.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sluice.api.health.Health;
import sluice.core.descriptor.ControlDescriptor;
import sluice.core.descriptor.Descriptor;
import sluice.core.descriptor.HealthDescriptor;
import sluice.core.descriptor.KeepaliveDescriptor;
import sluice.core.descriptor.NetDescriptor;
import sluice.core.descriptor.PoolDescriptor;
import sluice.core.descriptor.TlsDescriptor;
import sluice.core.plugins.Extensions;
import sluice.core.pool.PoolFixtures;
import sluice.core.tls.Choice;

@Timeout(30)
class ProbeOnceTest {

  private final ScriptedCheck check = new ScriptedCheck();

  private NagiosResult probe(String backend, Duration timeout) throws InterruptedException {
    HealthDescriptor health =
        new HealthDescriptor(
            "scripted",
            Duration.ofSeconds(2),
            timeout,
            2,
            3,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            ScriptedCheck.OPTIONS);
    Map<String, PoolDescriptor> pools = new LinkedHashMap<>();
    pools.put("files", PoolFixtures.pool(Optional.of(health), PoolFixtures.backend(1)));
    pools.put("bare", PoolFixtures.pool(Optional.empty(), PoolFixtures.backend(1)));
    Descriptor descriptor =
        new Descriptor(
            Map.of(),
            pools,
            Duration.ofSeconds(30),
            new ControlDescriptor(Path.of("gateway.sock")),
            new NetDescriptor(
                NetDescriptor.Transport.AUTO,
                0,
                new KeepaliveDescriptor(Duration.ofMinutes(2), Duration.ofSeconds(30), 4)),
            new TlsDescriptor(Choice.AUTO));
    return new ProbeOnce(descriptor, Extensions.of(check)).run(backend);
  }

  private NagiosResult probe(Health found) throws InterruptedException {
    check.finding = () -> found.withLatency(Duration.ofMillis(12));
    return probe("files/a", Duration.ofSeconds(2));
  }

  @Test
  void upIsOk() throws Exception {
    NagiosResult result = probe(Health.up("220 ready"));
    assertEquals(0, result.exitCode());
    assertEquals(
        "SCRIPTED OK - 0.012 second response time on 127.9.0.1 port 21 [220 ready]"
            + "|time=0.012000s;;;0.000000;2.000000",
        result.line());
    assertEquals(1, check.closed);
  }

  @Test
  void aWarningAndADrainAreWarnings() throws Exception {
    NagiosResult warning = probe(Health.up("").withWarning("9 days left"));
    assertEquals(1, warning.exitCode());
    assertTrue(warning.line().startsWith("SCRIPTED WARNING - "), warning.line());
    assertTrue(warning.line().contains("[9 days left]|time="), warning.line());
    NagiosResult drain = probe(Health.drain("canary gone"));
    assertEquals(1, drain.exitCode());
    assertTrue(drain.line().contains("no new sessions"), drain.line());
  }

  @Test
  void downIsCritical() throws Exception {
    NagiosResult result = probe(Health.down("got \"a|b\nc\""));
    assertEquals(2, result.exitCode());
    assertEquals(
        "SCRIPTED CRITICAL - 127.9.0.1 port 21: got \"a/b c\""
            + "|time=0.012000s;;;0.000000;2.000000",
        result.line());
  }

  @Test
  void aCheckThatHangsIsCriticalAfterTheTimeout() throws Exception {
    check.finding =
        () -> {
          try {
            Thread.sleep(60_000);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return Health.up("");
        };
    NagiosResult result = probe("files/a", Duration.ofMillis(100));
    assertEquals(2, result.exitCode());
    assertEquals(
        "SCRIPTED CRITICAL - 127.9.0.1 port 21: no answer within 100ms"
            + "|time=0.100000s;;;0.000000;0.100000",
        result.line());
  }

  @Test
  void whatCannotBeProbedIsUnknown() throws Exception {
    assertUnknown("files", "POOL/NAME");
    assertUnknown("none/a", "there is no pool none; there are [files, bare]");
    assertUnknown("files/z", "pool files has no backend z; it has [a]");
    assertUnknown("bare/a", "has no check");
  }

  private void assertUnknown(String backend, String text) throws InterruptedException {
    NagiosResult result = probe(backend, Duration.ofSeconds(2));
    assertEquals(3, result.exitCode());
    assertTrue(result.line().contains("UNKNOWN - "), result.line());
    assertTrue(result.line().contains(text), result.line());
  }
}
