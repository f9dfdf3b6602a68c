package sluice.core.tls;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;
import sluice.api.Secret;
import sluice.api.protocol.ServerTls;

/** The contexts of one {@link ServerTls}: one for each certificate. Thread-safe. */
public final class ServerContexts {

  /** The number of sessions that may be resumed. */
  static final long SESSIONS = 20_480;

  /** As long as a control connection may live whose data connections resume its session. */
  static final long SESSION_SECONDS = 24 * 3600L;

  /**
   * For the connections of one session.
   *
   * @param control for the control connection
   * @param data for data connections: the same, or one that knows no session of the other
   */
  record Pair(SslContext control, SslContext data) {}

  private record All(Pair otherwise, Map<String, Pair> named) {}

  private final ServerTls spec;
  private final Provider provider;
  private final Reloaded<All> contexts;

  ServerContexts(ServerTls spec, Provider provider) throws TlsProblem {
    this.spec = spec;
    this.provider = provider;
    this.contexts = new Reloaded<>(files(spec), this::make);
  }

  static List<Path> files(ServerTls spec) {
    List<Path> files = new ArrayList<>(List.of(spec.certificate(), spec.key()));
    spec.clientCa().ifPresent(files::add);
    spec.names().values().forEach(named -> files.addAll(List.of(named.certificate(), named.key())));
    return files;
  }

  ServerTls spec() {
    return spec;
  }

  Provider provider() {
    return provider;
  }

  void look() {
    contexts.look();
  }

  /**
   * The contexts for a client.
   *
   * @param serverName that it asks for; null if it does not
   */
  Pair choose(String serverName) {
    All all = contexts.get();
    if (serverName == null) {
      return all.otherwise();
    }
    String name = serverName.toLowerCase(Locale.ROOT);
    Pair exact = all.named().get(name);
    if (exact != null) {
      return exact;
    }
    int dot = name.indexOf('.');
    return dot < 0
        ? all.otherwise()
        : all.named().getOrDefault("*" + name.substring(dot), all.otherwise());
  }

  private All make() throws TlsProblem {
    Pair otherwise = pair(spec.certificate(), spec.key(), spec.keyPassphrase());
    Map<String, Pair> named = new HashMap<>();
    for (Map.Entry<String, ServerTls.Named> entry : spec.names().entrySet()) {
      ServerTls.Named files = entry.getValue();
      named.put(
          entry.getKey().toLowerCase(Locale.ROOT),
          pair(files.certificate(), files.key(), files.keyPassphrase()));
    }
    return new All(otherwise, named);
  }

  private Pair pair(Path certificate, Path key, Optional<Secret> passphrase) throws TlsProblem {
    Identity identity = Identity.read(certificate, key, passphrase);
    SslContext control = context(identity);
    // A context of its own has keys of its own, and takes no session of another.
    boolean apart = spec.dataReuse() == ServerTls.DataReuse.OFF;
    return new Pair(control, apart ? context(identity) : control);
  }

  private SslContext context(Identity identity) throws TlsProblem {
    SslContextBuilder builder =
        SslContextBuilder.forServer(identity.key(), identity.chain())
            .sslProvider(provider.netty())
            .protocols(spec.protocols());
    if (provider == Provider.OPENSSL) {
      builder.sessionCacheSize(SESSIONS).sessionTimeout(SESSION_SECONDS);
    } // The JDK has the same, and if told would keep TLS 1.3 sessions that serve but once.
    if (!spec.ciphers().isEmpty()) {
      builder.ciphers(spec.ciphers());
    }
    if (spec.clientCa().isPresent()) {
      builder
          .trustManager(Trust.in(spec.clientCa().get()))
          .clientAuth(
              spec.clientAuth() == ServerTls.ClientAuth.REQUIRE
                  ? ClientAuth.REQUIRE
                  : ClientAuth.OPTIONAL);
    }
    try {
      return builder.build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new TlsProblem("TLS with " + provider + " does not work so: " + e.getMessage(), e);
    }
  }
}
