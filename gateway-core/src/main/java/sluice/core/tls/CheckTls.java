package sluice.core.tls;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import sluice.api.health.ProbeTls;
import sluice.api.protocol.ClientTls;

/**
 * TLS for checks, which block: always the JDK's, which brings sockets that do. Files are looked at
 * with each probe.
 */
public final class CheckTls implements ProbeTls {

  private static final char[] NO_PASSWORD = {};

  private record Parts(Trust trust, KeyManager[] keys) {}

  private final Map<ClientTls, Reloaded<Parts>> known = new ConcurrentHashMap<>();

  @Override
  public SSLSocket secure(Socket over, ClientTls spec, String host) throws IOException {
    String name = spec.serverName().orElse(host);
    SSLSocket socket =
        (SSLSocket)
            context(parts(spec)).getSocketFactory().createSocket(over, name, over.getPort(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setProtocols(spec.protocols().toArray(String[]::new));
    if (spec.verifyName() && spec.pin().isEmpty()) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    socket.setSSLParameters(parameters);
    try {
      socket.startHandshake();
      return socket;
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      throw TlsFailure.of(e);
    }
  }

  private Parts parts(ClientTls spec) {
    try {
      Reloaded<Parts> parts = known.get(spec);
      if (parts == null) {
        parts = new Reloaded<>(ClientContext.files(spec), () -> make(spec));
        known.put(spec, parts);
      }
      synchronized (parts) {
        parts.look();
      }
      return parts.get();
    } catch (TlsProblem e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static Parts make(ClientTls spec) throws TlsProblem {
    Trust trust = Trust.of(spec);
    Optional<Identity> own = ClientContext.identity(spec);
    if (own.isEmpty()) {
      return new Parts(trust, null);
    }
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setKeyEntry(
          "own", own.get().key(), NO_PASSWORD, own.get().chain().toArray(X509Certificate[]::new));
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, NO_PASSWORD);
      return new Parts(trust, keys.getKeyManagers());
    } catch (GeneralSecurityException | IOException e) {
      throw new TlsProblem("the key in " + spec.key() + " cannot be used: " + e.getMessage(), e);
    }
  }

  /** One for each probe, so that no session is resumed and every handshake shows a certificate. */
  private static SSLContext context(Parts parts) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(parts.keys(), new TrustManager[] {parts.trust()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("this Java cannot do TLS: " + e.getMessage(), e);
    }
  }
}
