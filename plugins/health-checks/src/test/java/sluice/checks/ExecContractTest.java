package sluice.checks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import sluice.api.health.HealthCheck;
import sluice.testkit.HealthCheckContract;

/** The exec check with a program that expects a greeting. */
@Timeout(60)
class ExecContractTest implements HealthCheckContract {

  private static final String PROGRAM =
      "exec 3<>\"/dev/tcp/$1/$2\" || exit 2;"
          + " IFS= read -r -u 3 line; echo \"${line:0:20}\" | tr -dc ' -~';"
          + " case $line in 220*) exit 0 ;; *) exit 2 ;; esac";

  private ServerSocket server;

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    Thread thread = new Thread(this::greet, "testkit-greeter");
    thread.setDaemon(true);
    thread.start();
  }

  private void greet() {
    while (!server.isClosed()) {
      try (Socket client = server.accept()) {
        client.getOutputStream().write("220 ready\r\n".getBytes(StandardCharsets.US_ASCII));
      } catch (IOException e) {
        // Closed.
      }
    }
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Override
  public HealthCheck check() {
    return new ExecCheck()
        .create(
            new ExecCheck.Options(
                List.of("bash", "-c", PROGRAM, "greeting", "HOST", "PORT"), false, Map.of()));
  }

  @Override
  public InetSocketAddress healthyPeer() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }
}
