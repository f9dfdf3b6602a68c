package sluice.core.descriptor.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sluice.core.descriptor.Descriptor;

class DescriptorPrinterTest {

  private static final DescriptorLoader LOADER =
      new DescriptorLoader(FakeExtensions.all())
          .withEnvironment(Map.of("SLUICE_TEST_NUMBER", "7")::get);

  @Test
  void everyDefaultIsFilledIn() {
    Descriptor descriptor =
        LOADER
            .load(
                "g.yaml",
                """
                listeners: { l: { protocol: ftp, bind: [ "127.0.0.1:2121,2130-2139" ], pool: p } }
                pools:
                  p:
                    health: { check: ftp, options: { user: "$${x}", password: "${NONE:-hush}" } }
                    backends: { a: { address: "[2001:db8::1]:21" } }
                """)
            .get();

    assertEquals(
        """
        listeners:
          l:
            protocol: ftp
            bind:
            - 127.0.0.1:2121
            - 127.0.0.1:2130-2139
            pool: p
            max-sessions: 10000
            idle-timeout: 15m
            options:
              public-address: auto
              data-ports: '0'
              routes: {}
        pools:
          p:
            balance:
              strategy: round-robin
              options: {}
            health:
              check: ftp
              interval: 2s
              timeout: 2s
              rise: 2
              fall: 3
              options:
                user: $${x}
                password: '***'
            connect-timeout: 3s
            answer-timeout: 10s
            retries: 2
            backends:
              a:
                address: '[2001:db8::1]:21'
                weight: 1
                backup: false
                max-sessions: 0
        stop-timeout: 30s
        control:
          socket: run/gateway.sock
        net:
          transport: auto
          event-loops: 0
          keepalive:
            idle: 2m
            interval: 30s
            probes: 4
        tls:
          provider: auto
        """,
        DescriptorPrinter.print(descriptor));
  }

  @Test
  void whatIsPrintedLoadsAgainToTheSameButForTheSecrets() throws IOException {
    String text = Files.readString(Path.of("src/test/resources/descriptors/good/whole.yaml"));
    Descriptor first = LOADER.load("g.yaml", text).get();
    String printed = DescriptorPrinter.print(first);
    Descriptor second = LOADER.load("printed.yaml", printed).get();

    assertFalse(printed.contains("hush"), printed);
    assertTrue(printed.contains("***"), printed);
    assertEquals(printed, DescriptorPrinter.print(second));
    assertEquals(first.pools().keySet(), second.pools().keySet());
    assertEquals(first.listeners().get("tftp"), second.listeners().get("tftp"));
    assertEquals(first.pools().get("files").backends(), second.pools().get("files").backends());
  }
}
