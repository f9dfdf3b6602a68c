package sluice.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sluice.api.health.Health;
import sluice.api.health.HealthCheck;
import sluice.testkit.HealthCheckContract;
import sluice.testkit.TestBackend;

@Timeout(60)
class TlsCheckTest implements HealthCheckContract {

  @TempDir private static Path folder;

  private static SSLContext context;

  private SSLServerSocket server;

  /** What each client asked for, and how its connection ended. */
  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

  @BeforeAll
  static void makeCertificate() throws Exception {
    Path store = folder.resolve("server.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=files.example",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-storepass",
                "changeit",
                "-keystore",
                store.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertTrue(keytool.waitFor(30, TimeUnit.SECONDS));
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, "changeit".toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, "changeit".toCharArray());
    context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
  }

  @BeforeEach
  void start() throws IOException {
    server =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    Thread thread = new Thread(this::serve, "testkit-tls");
    thread.setDaemon(true);
    thread.start();
  }

  private void serve() {
    while (!server.isClosed()) {
      try (SSLSocket client = (SSLSocket) server.accept()) {
        try {
          client.startHandshake();
          String names =
              ((ExtendedSSLSession) client.getSession()).getRequestedServerNames().toString();
          // A connection that is cut off, without TLS's own good-bye, throws here.
          seen.add(names + " " + client.getInputStream().read());
        } catch (IOException e) {
          seen.add(e.toString());
        }
      } catch (IOException e) {
        // Closed.
      }
    }
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private static HealthCheck check(Optional<String> name, boolean verify) {
    return new TlsCheck().create(new TlsCheck.Options(name, verify));
  }

  @Override
  public HealthCheck check() {
    return check(Optional.empty(), false);
  }

  @Override
  public InetSocketAddress healthyPeer() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  @Test
  void theGivenNameIsAskedForAndTheEndIsPolite() throws Exception {
    Health found =
        check(Optional.of("files.example"), false)
            .probe(TestBackend.at(healthyPeer()), Duration.ofSeconds(10));
    assertEquals(Health.State.UP, found.state());
    assertTrue(found.detail().startsWith("TLSv1."), found.detail());
    String client = seen.poll(10, TimeUnit.SECONDS);
    assertTrue(client.contains("files.example") && client.endsWith(" -1"), client);
  }

  @Test
  void aCertificateOfNobodyIsRefusedOnlyWhenVerified() throws Exception {
    TestBackend backend = TestBackend.at(healthyPeer());
    assertEquals(Health.State.UP, check().probe(backend, Duration.ofSeconds(10)).state());
    assertThrows(
        javax.net.ssl.SSLException.class,
        () -> check(Optional.of("files.example"), true).probe(backend, Duration.ofSeconds(10)));
  }

  @Test
  void aServerNameThatIsNoneIsRefused() {
    for (String name : List.of("", "files example", "a..b")) {
      assertThrows(
          IllegalArgumentException.class, () -> new TlsCheck.Options(Optional.of(name), false));
    }
  }
}
