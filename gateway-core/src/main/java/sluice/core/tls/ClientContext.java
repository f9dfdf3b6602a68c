package sluice.core.tls;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.util.List;
import javax.net.ssl.SSLException;
import sluice.api.protocol.ClientTls;

/** The context of one {@link ClientTls}. Thread-safe. */
public final class ClientContext {

  private final ClientTls spec;
  private final Provider provider;
  private final Reloaded<SslContext> context;

  ClientContext(ClientTls spec, Provider provider) throws TlsProblem {
    this.spec = spec;
    this.provider = provider;
    this.context = new Reloaded<>(spec.ca().map(List::of).orElse(List.of()), this::make);
  }

  ClientTls spec() {
    return spec;
  }

  Provider provider() {
    return provider;
  }

  void look() {
    context.look();
  }

  SslContext get() {
    return context.get();
  }

  private SslContext make() throws TlsProblem {
    try {
      return SslContextBuilder.forClient()
          .sslProvider(provider.netty())
          .protocols(spec.protocols())
          .trustManager(Trust.of(spec))
          .endpointIdentificationAlgorithm(
              spec.verifyName() && spec.pin().isEmpty() ? "HTTPS" : null)
          .sessionCacheSize(ServerContexts.SESSIONS)
          .sessionTimeout(ServerContexts.SESSION_SECONDS)
          .build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new TlsProblem("TLS with " + provider + " does not work so: " + e.getMessage(), e);
    }
  }
}
