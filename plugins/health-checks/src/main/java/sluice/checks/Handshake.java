package sluice.checks;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import sluice.api.Backend;
import sluice.api.health.Health;
import sluice.api.health.HealthCheck;

/** Makes a TLS handshake with the backend. */
final class Handshake implements HealthCheck {

  private final TlsCheck.Options options;
  private final SSLContext context;

  Handshake(TlsCheck.Options options) {
    this.options = options;
    try {
      this.context = SSLContext.getInstance("TLS");
      // Null is the JVM's own trust.
      context.init(null, options.verify() ? null : new TrustManager[] {new TrustEverybody()}, null);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("TLS cannot be set up: " + e.getMessage(), e);
    }
    // Each handshake is to be a whole one; a resumed session would prove less.
    context.getClientSessionContext().setSessionCacheSize(1);
    context.getClientSessionContext().setSessionTimeout(1);
  }

  @Override
  public Health probe(Backend backend, Duration timeout) throws Exception {
    long started = System.nanoTime();
    String name = options.serverName().orElse(backend.host());
    try (Dial dial = Dial.to(backend, timeout);
        SSLSocket socket =
            (SSLSocket)
                context
                    .getSocketFactory()
                    .createSocket(dial.socket(), name, backend.port(), true)) {
      SSLParameters parameters = socket.getSSLParameters();
      options
          .serverName()
          .ifPresent(server -> parameters.setServerNames(List.of(new SNIHostName(server))));
      if (options.verify()) {
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
      }
      socket.setSSLParameters(parameters);
      socket.setSoTimeout(dial.millisLeft());
      socket.startHandshake();
      SSLSession session = socket.getSession();
      String detail = session.getProtocol() + " " + session.getCipherSuite();
      Duration latency = Duration.ofNanos(System.nanoTime() - started);
      session.invalidate();
      return Health.up(detail).withLatency(latency);
    }
  }

  /** Whether the server speaks TLS is asked, not who it is. */
  private static final class TrustEverybody extends X509ExtendedTrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
