package sluice.core.session;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sluice.api.protocol.ClientTls;
import sluice.api.protocol.ServerTls;

/** A gateway between a client and a backend, all with TLS. */
final class TlsBench implements AutoCloseable {

  static final List<String> BOTH = List.of("TLSv1.2", "TLSv1.3");

  /** By which the client's connections resume each other's sessions. */
  private static final int CLIENT_PORT = 1;

  /** That clients ask for; a name of one label would not be sent. */
  static final String NAME = "gate.test.example";

  final TlsPeer peers = new TlsPeer();
  final TlsPeer dataPeers = new TlsPeer();
  final TlsGate.Log log = new TlsGate.Log();
  final Bench bench;
  final SslContext clientContext;
  private final InetSocketAddress dataAddress;
  TlsPeer.Connection control;
  TlsPeer.Connection backendControl;

  /**
   * Starts everything.
   *
   * @param provider of the gateway: openssl, jdk
   * @param version of TLS that the peers speak
   */
  TlsBench(String provider, String version, Optional<ServerTls> server, Optional<ClientTls> client)
      throws Exception {
    this(provider, version, server, client, "", "");
  }

  /**
   * Starts everything.
   *
   * @param listener further keys of the listener
   * @param pool further keys of the pool
   */
  TlsBench(
      String provider,
      String version,
      Optional<ServerTls> server,
      Optional<ClientTls> client,
      String listener,
      String pool)
      throws Exception {
    SslContext backend =
        client.isEmpty()
            ? null
            : SslContextBuilder.forServer(file("backend.pem"), file("backend.key"))
                .sslProvider(TlsPeer.PROVIDER)
                .protocols(version)
                .trustManager(file("ca.pem"))
                .clientAuth(
                    client.get().certificate().isPresent() ? ClientAuth.REQUIRE : ClientAuth.NONE)
                .build();
    dataAddress = dataPeers.listen(backend);
    clientContext =
        SslContextBuilder.forClient()
            .sslProvider(TlsPeer.PROVIDER)
            .protocols(version)
            .trustManager(file("ca.pem"))
            .keyManager(file("client.pem"), file("client.key"))
            .endpointIdentificationAlgorithm(null)
            .build();
    bench =
        Bench.startWith(
            "tls: { provider: " + provider + " }",
            new TlsGate(server, client, log),
            listener,
            pool,
            peers.listen(backend));
  }

  static File file(String name) {
    try {
      return new File(TlsBench.class.getResource("/sluice/core/tls/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static Path path(String name) {
    return file(name).toPath();
  }

  static ServerTls server(
      ServerTls.ClientAuth auth, Map<String, ServerTls.Named> names, ServerTls.DataReuse reuse) {
    return new ServerTls(
        path("server.pem"),
        path("server.key"),
        Optional.empty(),
        BOTH,
        List.of(),
        auth,
        auth == ServerTls.ClientAuth.NONE ? Optional.empty() : Optional.of(path("ca.pem")),
        names,
        reuse,
        true);
  }

  static Optional<ServerTls> server(ServerTls.DataReuse reuse) {
    return Optional.of(server(ServerTls.ClientAuth.NONE, Map.of(), reuse));
  }

  static Optional<ClientTls> client() {
    return Optional.of(
        client(Optional.of(path("ca.pem")), List.of(), Optional.empty(), Optional.empty()));
  }

  /**
   * TLS towards the backend.
   *
   * @param own the name of the files of the gateway's certificate and key
   */
  static ClientTls client(
      Optional<Path> ca, List<String> pins, Optional<String> serverName, Optional<String> own) {
    return new ClientTls(
        ca,
        pins,
        true,
        serverName,
        own.map(name -> path(name + ".pem")),
        own.map(name -> path(name + ".key")),
        Optional.empty(),
        BOTH,
        true);
  }

  /** Connects a client whose session reaches the backend. */
  TlsBench connected() throws Exception {
    boolean tls = log != null && clientContext != null;
    control = connect(NAME, tls ? clientContext : null);
    backendControl = peers.accept();
    backendControl.write("hello\n");
    if (!control.line().equals("hello")) {
      throw new AssertionError("the greeting did not come");
    }
    return this;
  }

  TlsPeer.Connection connect(String name, SslContext context) throws Exception {
    return peers.connect(bench.address(), context, name, CLIENT_PORT);
  }

  /** Both ends of a data connection. */
  record Data(TlsPeer.Connection client, TlsPeer.Connection backend) {}

  Data data() throws Exception {
    return data(CLIENT_PORT);
  }

  /**
   * Opens a data connection.
   *
   * @param session of the client; another than that of the control connection resumes nothing
   */
  Data data(int session) throws Exception {
    TlsPeer.Connection client = dataPeers.connect(gate(), clientContext, NAME, session);
    return new Data(client, dataPeers.accept());
  }

  /** Asks for a data connection; where it is expected. */
  InetSocketAddress gate() throws Exception {
    control.write("DATA " + dataAddress.getPort() + "\n");
    String port = control.line();
    if (!port.startsWith("PORT ")) {
      throw new AssertionError("expected PORT, but: " + port);
    }
    return new InetSocketAddress(
        InetAddress.getLoopbackAddress(), Integer.parseInt(port.substring(5)));
  }

  @Override
  public void close() {
    bench.close();
    peers.close();
    dataPeers.close();
  }
}
