package sluice.core.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static sluice.core.session.Bench.await;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxySSLTLV;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import io.netty.handler.ssl.OpenSsl;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.api.protocol.ServerTls;
import sluice.core.LogCapture;
import sluice.core.listener.FrontBalancers;

/** PROXY headers that tell of TLS, and that stand within it. */
class ProxyAndTlsTest {

  private static final Optional<ServerTls> SERVER = TlsBench.server(ServerTls.DataReuse.ALLOW);
  private static final String WITHIN =
      "proxy-protocol: { accept-from: [\"127.0.0.1\"], timeout: 2s, position: after-tls }";
  private static final String FROM = "PROXY TCP4 192.0.2.7 198.51.100.1 40123 990\r\n";

  private TlsBench tls;
  private LogCapture log;

  @BeforeEach
  void start() {
    assumeTrue(OpenSsl.isAvailable(), "the peers of these tests resume sessions with OpenSSL");
    log = new LogCapture(FrontBalancers.class);
  }

  @AfterEach
  void close() {
    log.close();
    if (tls != null) {
      tls.close();
    }
  }

  /** Everything told beside the addresses, by type; that of TLS flattened. */
  private static Map<Integer, String> told(byte[] header) {
    EmbeddedChannel channel = new EmbeddedChannel(new HAProxyMessageDecoder());
    channel.writeInbound(Unpooled.wrappedBuffer(header));
    HAProxyMessage message = channel.readInbound();
    channel.finishAndReleaseAll();
    Map<Integer, String> told = new TreeMap<>();
    for (HAProxyTLV each : message.tlvs()) {
      if (each instanceof HAProxySSLTLV ssl) {
        told.put(0x20, ssl.client() + " " + ssl.verify());
        ssl.encapsulatedTLVs().forEach(one -> put(told, one));
      } else {
        put(told, each);
      }
    }
    message.release();
    return told;
  }

  private static void put(Map<Integer, String> told, HAProxyTLV one) {
    told.put((int) one.typeByteValue(), one.content().toString(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource({"openssl, TLSv1.2", "openssl, TLSv1.3", "jdk, TLSv1.2", "jdk, TLSv1.3"})
  void aBackendIsToldOfTheClientsTls(String provider, String version) throws Exception {
    BlockingQueue<byte[]> first = new LinkedBlockingQueue<>();
    ServerTls server =
        TlsBench.server(ServerTls.ClientAuth.REQUIRE, Map.of(), ServerTls.DataReuse.ALLOW);
    tls = new TlsBench("auto", version, SERVER, TlsBench.client());
    try (TestServer backend =
            new TestServer(
                socket -> {
                  byte[] buffer = new byte[1000];
                  int read = socket.getInputStream().read(buffer);
                  first.add(Arrays.copyOf(buffer, read));
                  socket.getOutputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
                  socket.getInputStream().read();
                });
        Bench bench =
            Bench.startWith(
                "tls: { provider: " + provider + " }",
                new TlsGate(Optional.of(server), Optional.empty(), new TlsGate.Log()),
                "",
                "proxy-protocol: { send: v2 }",
                backend.address())) {
      TlsPeer.Connection client =
          tls.peers.connect(bench.address(), tls.clientContext, TlsBench.NAME, 1);
      assertEquals("hello", client.line());
      Map<Integer, String> told = told(first.poll(10, TimeUnit.SECONDS));
      assertEquals(TlsBench.NAME, told.get(0x02));
      assertEquals(bench.gateway().sessions().get(0).id(), told.get(0x05));
      assertEquals("7 0", told.get(0x20), "TLS with a certificate of this connection, verified");
      assertEquals(version, told.get(0x21));
      assertEquals("alice", told.get(0x22));
      assertTrue(told.get(0x23).startsWith("TLS_"), told::toString);
      client.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"openssl, TLSv1.2", "openssl, TLSv1.3", "jdk, TLSv1.2", "jdk, TLSv1.3"})
  void theHeaderMayBeTheFirstWithinTlsTowardsABackendAndItsData(String provider, String version)
      throws Exception {
    tls =
        new TlsBench(
            provider,
            version,
            SERVER,
            TlsBench.client(),
            "",
            "proxy-protocol: { send: v1, data: true, position: after-tls }");
    tls.control = tls.connect(TlsBench.NAME, tls.clientContext);
    tls.backendControl = tls.peers.accept();
    // It says nothing before it knows who is there.
    String header = tls.backendControl.line();
    int port = ((InetSocketAddress) tls.control.channel().localAddress()).getPort();
    assertEquals(
        "PROXY TCP4 127.0.0.1 127.0.0.1 " + port + " " + tls.bench.address().getPort() + "\r",
        header);
    tls.backendControl.write("hello\n");
    assertEquals("hello", tls.control.line());

    TlsBench.Data data = tls.data();
    data.client().write("content");
    data.client().end();
    assertEquals(header, data.backend().line());
    assertEquals("content", new String(data.backend().all().bytes()));
    data.backend().end();
    assertEquals("END 7 0 ok", tls.control.line());
  }

  @ParameterizedTest
  @ValueSource(strings = {"openssl", "jdk"})
  void aBackendInClearIsToldAtOnceWhereverTheHeaderWouldStandInTls(String provider)
      throws Exception {
    tls =
        new TlsBench(
            provider,
            "TLSv1.3",
            SERVER,
            Optional.empty(),
            "",
            "proxy-protocol: { send: v1, data: true, position: after-tls }");
    tls.control = tls.connect(TlsBench.NAME, tls.clientContext);
    tls.backendControl = tls.peers.accept();
    assertTrue(tls.backendControl.line().startsWith("PROXY TCP4 "));
    tls.backendControl.write("hello\n");
    assertEquals("hello", tls.control.line());
    assertTrue(tls.data().backend().line().startsWith("PROXY TCP4 "));
  }

  @ParameterizedTest
  @CsvSource({"openssl, true", "openssl, false", "jdk, true"})
  void aBalancerMayTellWithinTlsWhoTheClientIs(String provider, boolean atOnce) throws Exception {
    tls = new TlsBench(provider, "TLSv1.3", SERVER, TlsBench.client(), WITHIN, "");
    TlsPeer.Connection client = tls.connect(TlsBench.NAME, tls.clientContext);
    if (atOnce) {
      client.write(FROM + "hi\n");
    } else {
      for (char c : FROM.toCharArray()) {
        client.write(String.valueOf(c));
      }
      client.write("hi\n");
    }
    TlsPeer.Connection backend = tls.peers.accept();
    backend.write("hello\n");
    assertEquals("hello", client.line());
    client.write("ho\n");
    String next = client.line();
    // The protocol of this test takes lines after the greeting only.
    assertTrue(next.equals("echo hi") || next.equals("echo ho"), next);
    client.close();
    Map<String, Object> record = tls.bench.onlyRecord("session");
    assertEquals("192.0.2.7:40123", record.get("client"));
    assertEquals("198.51.100.1:990", record.get("dialled"));
    assertEquals(Map.of(), tls.bench.listener().refused());
  }

  @ParameterizedTest
  @ValueSource(strings = {"USER anna\r\nPASS anna\r\n", "PROXY TCP4 192.0.2.7", ""})
  void withoutItsHeaderWithinTlsNoBackendIsDialled(String said) throws Exception {
    tls = new TlsBench("auto", "TLSv1.3", SERVER, TlsBench.client(), WITHIN, "");
    TlsPeer.Connection client = tls.connect(TlsBench.NAME, tls.clientContext);
    client.secured();
    client.write(said);
    client.ending();
    await("it is counted", () -> tls.bench.listener().refused().equals(Map.of("proxy-header", 1L)));
    assertEquals(0, tls.bench.onlyRecord("session").get("attempts"));
    await("it is logged", () -> log.lines().size() == 1);
  }

  @Test
  void aStrangerIsClosedBeforeAnyTls() throws Exception {
    tls = new TlsBench("auto", "TLSv1.3", SERVER, TlsBench.client(), WITHIN, "");
    try (Socket stranger = new Socket()) {
      stranger.bind(new InetSocketAddress("127.0.0.9", 0));
      stranger.connect(tls.bench.address(), 5000);
      stranger.setSoTimeout(10_000);
      assertEquals(-1, stranger.getInputStream().read());
    }
    await("it is counted", () -> tls.bench.listener().refused().equals(Map.of("proxy-source", 1L)));
  }

  /** The setting cannot be seen to be wrong before: protocols alone know how clients begin. */
  @Test
  void aListenerWithoutTlsAtItsBeginningServesNobodyAndSaysWhy() throws Exception {
    tls = new TlsBench("auto", "TLSv1.3", Optional.empty(), TlsBench.client(), WITHIN, "");
    try (LogCapture errors = new LogCapture(LiveSession.class);
        Socket client = tls.bench.connect()) {
      OutputStream out = client.getOutputStream();
      out.write(FROM.getBytes(StandardCharsets.US_ASCII));
      assertTrue(ended(client));
      assertTrue(errors.lines().get(0).startsWith("ERROR test-1 cannot be served"));
    }
    String cause = tls.bench.onlyRecord("session").get("cause").toString();
    assertTrue(cause.contains("use position: before-tls"), cause);
  }

  private static boolean ended(Socket client) {
    try {
      return client.getInputStream().read() == -1;
    } catch (java.io.IOException e) {
      return true;
    }
  }
}
