package sluice.core.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static sluice.core.session.Bench.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import sluice.api.protocol.Outcome;

/** Limits for each client address. */
class PerClientTest {

  private final List<Socket> open = new ArrayList<>();

  private static TestServer served() throws Exception {
    return TestServer.greeting("served", socket -> socket.getInputStream().readAllBytes());
  }

  private String first(Bench bench, String from) throws IOException {
    Socket socket = new Socket();
    open.add(socket);
    socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
    socket.connect(bench.address(), 5000);
    socket.setSoTimeout(10_000);
    return new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
        .readLine();
  }

  private void closeAll() throws IOException {
    for (Socket socket : open) {
      socket.close();
    }
    open.clear();
  }

  @Test
  void oneAddressMayHaveSoManySessionsAndAnotherIsServedAllTheSame() throws Exception {
    try (TestServer server = served();
        Bench bench =
            Bench.start(
                Bench.passThrough(), "per-client: { max-sessions: 2 }", "", server.address())) {
      assertEquals("served", first(bench, "127.0.0.1"));
      assertEquals("served", first(bench, "127.0.0.1"));
      assertEquals("refused client-full", first(bench, "127.0.0.1"));
      assertEquals("served", first(bench, "127.0.0.2"));
      assertEquals(1, bench.listener().refused().get("client-full"));
      open.get(0).close();
      await("a session has ended", () -> bench.listener().sessions() == 2);
      assertEquals("served", first(bench, "127.0.0.1"));
      assertEquals("refused client-full", first(bench, "127.0.0.1"));
      closeAll();
    }
  }

  @Test
  void exemptNetworksHaveNoLimit() throws Exception {
    try (TestServer server = served();
        Bench bench =
            Bench.start(
                Bench.passThrough(),
                "per-client: { max-sessions: 1, except: [127.0.0.0/30] }",
                "",
                server.address())) {
      assertEquals("served", first(bench, "127.0.0.2"));
      assertEquals("served", first(bench, "127.0.0.2"));
      assertEquals("served", first(bench, "127.0.0.9"));
      assertEquals("refused client-full", first(bench, "127.0.0.9"));
      closeAll();
    }
  }

  @Test
  void ipv6AddressesOfOneNetworkAreOneClient() throws Exception {
    ClientLimit limit = new ClientLimit(1, 64, address -> false);
    Object key = limit.key(InetAddress.getByName("2001:db8:1:2::1"));
    assertEquals(key, limit.key(InetAddress.getByName("2001:db8:1:2:ffff:ffff:ffff:ffff")));
    assertNotEquals(key, limit.key(InetAddress.getByName("2001:db8:1:3::1")));
    Object ipv4 = limit.key(InetAddress.getByName("192.0.2.1"));
    assertEquals(ipv4, limit.key(InetAddress.getByName("192.0.2.1")));
    assertNotEquals(ipv4, limit.key(InetAddress.getByName("192.0.2.2")));
  }

  @Test
  void clientsThatHaveLeftAreForgotten() throws Exception {
    ListenerCounters counters = new ListenerCounters();
    for (int i = 0; i < 1000; i++) {
      InetAddress client = InetAddress.getByName("10.0." + i / 250 + "." + i % 250);
      counters.opened(client);
      counters.closed(client);
    }
    assertEquals(0, counters.clients());
  }

  @Test
  void refusalsOfAProtocolAreCountedAndOnlyTheFirstOfASessionAreRecorded() throws Exception {
    try (TestServer server = served();
        Bench bench =
            Bench.start(
                Bench.whenAnswered(
                    session -> {
                      for (int i = 0; i < 30; i++) {
                        session.noteRefusal("rules", "STOR", "f" + i, "rule \"no\"");
                      }
                      session.end(Outcome.ok());
                    }),
                "",
                "",
                server.address())) {
      assertEquals("served", first(bench, "127.0.0.1"));
      assertEquals(30, bench.onlyRecord("session").get("refusals"));
      var refusals =
          bench.records.stream().filter(record -> "refusal".equals(record.get("type"))).toList();
      assertEquals(20, refusals.size());
      assertEquals("STOR", refusals.get(0).get("command"));
      assertEquals("f0", refusals.get(0).get("file"));
      assertEquals("rules", refusals.get(0).get("reason"));
      assertEquals("rule \"no\"", refusals.get(0).get("cause"));
      assertEquals(30, bench.listener().refused().get("rules"));
      closeAll();
    }
  }
}
