package sluice.core.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Probes on silent connections, as the system shows them. */
@EnabledOnOs(OS.LINUX)
class KeepAliveTest {

  private static final String KEEPALIVE_TIMER = "02";

  /**
   * The timer of a connection in {@code /proc/net/tcp}: its kind and the seconds it has to go.
   *
   * @param local its own port
   * @param remote the other end's port
   */
  private static String[] timer(int local, int remote) throws IOException {
    String ports = String.format(Locale.ROOT, ":%04X .*:%04X 01 ", local, remote);
    for (String table : new String[] {"/proc/net/tcp", "/proc/net/tcp6"}) {
      for (String line : Files.readAllLines(Path.of(table))) {
        if (line.matches("(?s).*" + ports + ".*")) {
          String[] timer = line.strip().split(" +")[5].split(":");
          return new String[] {timer[0], Long.toString(Long.parseLong(timer[1], 16) / 100)};
        }
      }
    }
    throw new IOException("no connection from " + local + " to " + remote);
  }

  /** The same when all that was sent is acknowledged: until then the timer is the one for that. */
  private static String[] silent(int local, int remote) throws IOException {
    String[] timer = timer(local, remote);
    for (long end = System.nanoTime() + 10_000_000_000L;
        timer[0].equals("01") && System.nanoTime() < end; ) {
      Thread.onSpinWait();
      timer = timer(local, remote);
    }
    return timer;
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "nio"})
  void bothSidesAreProbedWhenTheyAreSilent(String transport) throws Exception {
    try (TestServer server =
            TestServer.greeting("served", socket -> socket.getInputStream().readAllBytes());
        Bench bench =
            Bench.startWith(
                "net: { transport: " + transport + ", keepalive: { idle: 70s, interval: 9s } }",
                Bench.passThrough(),
                "",
                "",
                server.address());
        Socket client = bench.connect()) {
      client.getInputStream().readNBytes(7);
      String[] towardsClient = silent(bench.address().getPort(), client.getLocalPort());
      assertEquals(KEEPALIVE_TIMER, towardsClient[0]);
      long seconds = Long.parseLong(towardsClient[1]);
      assertTrue(seconds > 30 && seconds <= 71, "probes in " + seconds + " s");
      int backendPort = backendSide(server.address().getPort());
      String[] towardsBackend = silent(backendPort, server.address().getPort());
      assertEquals(KEEPALIVE_TIMER, towardsBackend[0]);
      long left = Long.parseLong(towardsBackend[1]);
      assertTrue(left > 30 && left <= 71, "probes in " + left + " s");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "nio"})
  void idleOfZeroSendsNoProbes(String transport) throws Exception {
    try (TestServer server =
            TestServer.greeting("served", socket -> socket.getInputStream().readAllBytes());
        Bench bench =
            Bench.startWith(
                "net: { transport: " + transport + ", keepalive: { idle: 0s } }",
                Bench.passThrough(),
                "",
                "",
                server.address());
        Socket client = bench.connect()) {
      client.getInputStream().readNBytes(7);
      assertEquals("00", silent(bench.address().getPort(), client.getLocalPort())[0]);
    }
  }

  /** The port that the gateway has dialled a server from. */
  private static int backendSide(int server) throws IOException {
    String remote = String.format(Locale.ROOT, ":%04X", server);
    for (String table : new String[] {"/proc/net/tcp", "/proc/net/tcp6"}) {
      for (String line : Files.readAllLines(Path.of(table))) {
        String[] columns = line.strip().split(" +");
        if (columns.length > 3 && columns[2].endsWith(remote) && columns[3].equals("01")) {
          return Integer.parseInt(columns[1].substring(columns[1].indexOf(':') + 1), 16);
        }
      }
    }
    throw new IOException("nobody is connected to " + server);
  }
}
