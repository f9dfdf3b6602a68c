package sluice.core.descriptor.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import sluice.api.protocol.ClientTls;
import sluice.api.protocol.Protocol;
import sluice.api.protocol.ProtocolFactory;
import sluice.api.protocol.ServerTls;
import sluice.api.protocol.StreamProtocol;
import sluice.core.descriptor.Loaded;
import sluice.core.plugins.Extensions;

/** TLS in the options of a protocol: its files are looked at with the descriptor. */
class TlsOptionsTest {

  record Options(Optional<ServerTls> tls, Optional<ClientTls> backendTls) {}

  private static final class Factory implements ProtocolFactory<Options> {
    @Override
    public String name() {
      return "secret";
    }

    @Override
    public Class<Options> optionsType() {
      return Options.class;
    }

    @Override
    public Protocol create(Options options) {
      return (StreamProtocol) session -> {};
    }

    @Override
    public Transport transport() {
      return Transport.STREAM;
    }
  }

  private static final class First
      implements sluice.api.balance.BalancerFactory<FakeExtensions.NoOptions> {
    @Override
    public String name() {
      return "first";
    }

    @Override
    public Class<FakeExtensions.NoOptions> optionsType() {
      return FakeExtensions.NoOptions.class;
    }

    @Override
    public sluice.api.balance.Balancer create(FakeExtensions.NoOptions options) {
      return (session, candidates) -> candidates.get(0);
    }
  }

  private static Path file(String name) throws Exception {
    return Path.of(TlsOptionsTest.class.getResource("/sluice/core/tls/" + name).toURI());
  }

  private static Loaded load(String options) {
    return load(options, Path.of(""));
  }

  private static Loaded load(String options, Path home) {
    return new DescriptorLoader(Extensions.of(new Factory(), new First()))
        .withHome(home)
        .load(
            "g.yaml",
            """
            listeners:
              l:
                protocol: secret
                bind: "127.0.0.1:2121"
                pool: p
                options:
            %s
            pools:
              p:
                balance: { strategy: first }
                backends: { a: { address: "127.0.0.1:21" } }
            """
                .formatted(options.indent(6).stripTrailing()));
  }

  @Test
  void filesThatGoTogetherAreNoProblem() throws Exception {
    Loaded loaded =
        load(
            """
            tls:
              certificate: %s
              key: %s
              client-auth: require
              client-ca: %s
              names:
                "*.example.com": { certificate: %s, key: %s }
            backend-tls: { pin: [ "%s" ] }
            """
                .formatted(
                    file("server.pem"),
                    file("server.key"),
                    file("ca.pem"),
                    file("files.pem"),
                    file("files.key"),
                    "0A:".repeat(31) + "0A"));

    assertEquals("", loaded.report());
    assertEquals(0, loaded.warnings().size());
  }

  @Test
  void wrongFilesAreProblemsAtTheirLines() throws Exception {
    Loaded loaded =
        load(
            """
            tls:
              certificate: %s
              key: %s
              names:
                "*.example.com":
                  certificate: %s
                  key: %s
            backend-tls:
              ca: /nowhere/ca.pem
            """
                .formatted(
                    file("server.pem"),
                    file("backend.key"),
                    file("files.pem"),
                    file("server.key")));

    String[] lines = loaded.report().split("\n");
    assertEquals(3, lines.length, loaded.report());
    assertTrue(lines[0].startsWith("g.yaml:9:14  listeners.l.options.tls.key  the key in "));
    assertTrue(
        lines[1].startsWith(
            "g.yaml:13:18  listeners.l.options.tls.names.\"*.example.com\".key  the key in "),
        lines[1]);
    assertEquals(
        "g.yaml:15:13  listeners.l.options.backend-tls.ca  the file /nowhere/ca.pem does not exist",
        lines[2]);
  }

  @Test
  void relativePathsAreTakenFromTheHomeAndNotFromWhereTheGatewayWasStarted() throws Exception {
    String options =
        """
        tls: { certificate: server.pem, key: server.key }
        backend-tls: { ca: tls/ca.pem, certificate: client.pem, key: client.key }
        """;
    Loaded loaded = load(options, file("server.pem").getParent());

    assertEquals(
        "g.yaml:8:26  listeners.l.options.backend-tls.ca  the file "
            + file("server.pem").resolveSibling("tls/ca.pem")
            + " does not exist",
        loaded.report());
    assertEquals("", load(options.replace("tls/ca", "ca"), file("ca.pem").getParent()).report());
  }

  @Test
  void valuesThatDoNotGoTogetherAreAProblemOfTheirRecord() throws Exception {
    String start = "tls: { certificate: %s, key: %s, ".formatted(file("ca.pem"), file("ca.pem"));

    assertTrue(load(start + "client-auth: require }").report().contains("no client-ca"));
    assertTrue(
        load(start + "protocols: [ SSLv3 ] }").report().contains("TLSv1.2, TLSv1.3 or both"));
    assertTrue(load("backend-tls: { key: k.pem }").report().contains("a key without its"));
    assertTrue(load("backend-tls: { certificate: c.pem }").report().contains("without its key"));
    assertTrue(
        load("backend-tls: { key-passphrase: x }").report().contains("no key that it opens"));
    assertTrue(load("backend-tls: { pin: [ abc ] }").report().contains("but one is \"abc\""));
  }
}
