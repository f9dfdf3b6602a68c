package sluice.core.tls;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
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
    this.context = new Reloaded<>(files(spec), this::make);
  }

  static List<Path> files(ClientTls spec) {
    return Stream.of(spec.ca(), spec.certificate(), spec.key()).flatMap(Optional::stream).toList();
  }

  /** What is shown to servers that ask for it. */
  static Optional<Identity> identity(ClientTls spec) throws TlsProblem {
    return spec.certificate().isEmpty()
        ? Optional.empty()
        : Optional.of(
            Identity.read(
                spec.certificate().get(), spec.key().orElseThrow(), spec.keyPassphrase()));
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
    SslContextBuilder builder = SslContextBuilder.forClient();
    Optional<Identity> own = identity(spec);
    if (own.isPresent()) {
      builder.keyManager(own.get().key(), own.get().chain());
    }
    try {
      return builder
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
