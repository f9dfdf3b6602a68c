package sluice.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sluice.api.health.Health;
import sluice.api.health.HealthCheck;
import sluice.testkit.FaultyPeer.Fault;
import sluice.testkit.HealthCheckContract;
import sluice.testkit.TestBackend;

@Timeout(60)
class TcpCheckTest implements HealthCheckContract {

  private ServerSocket server;

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Override
  public HealthCheck check() {
    return new TcpCheck().create(new TcpCheck.Options());
  }

  @Override
  public InetSocketAddress healthyPeer() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  /** It asks for a connection and no more. */
  @Override
  public Set<Fault> faults() {
    return EnumSet.of(Fault.REFUSES);
  }

  @Test
  void aServerThatGreetsSeesAnEndAndNoReset() throws Exception {
    CompletableFuture<Integer> seen = new CompletableFuture<>();
    Thread greeter =
        new Thread(
            () -> {
              try (Socket accepted = server.accept()) {
                accepted.getOutputStream().write("220 ready\r\n".getBytes());
                int read = accepted.getInputStream().read();
                // A reset would come now, if the greeting was left unread.
                accepted.getOutputStream().write("221 bye\r\n".getBytes());
                accepted.shutdownOutput();
                seen.complete(read);
              } catch (IOException e) {
                seen.completeExceptionally(e);
              }
            });
    greeter.start();
    Health found = check().probe(TestBackend.at(healthyPeer()), Duration.ofSeconds(5));
    assertEquals(Health.State.UP, found.state());
    assertEquals(-1, seen.get(5, TimeUnit.SECONDS));
    greeter.join();
  }

  @Test
  void probesLeaveFromTheSourceAddress() throws Exception {
    InetAddress source = InetAddress.getByName("127.0.0.77");
    Health found = check().probe(TestBackend.at(healthyPeer()).from(source), Duration.ofSeconds(5));
    assertEquals(Health.State.UP, found.state());
    try (Socket accepted = server.accept()) {
      assertEquals(source, accepted.getInetAddress());
      assertEquals(-1, accepted.getInputStream().read(), "it closes the connection");
    }
  }
}
