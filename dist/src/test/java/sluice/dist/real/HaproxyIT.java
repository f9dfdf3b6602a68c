package sluice.dist.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sluice.dist.peers.Await;
import sluice.dist.peers.ClientRun;
import sluice.dist.peers.Loopback;
import sluice.dist.peers.PackagedGateway;
import sluice.dist.peers.ProcessGroup;
import sluice.dist.peers.Programs;
import sluice.dist.peers.Samples;
import sluice.dist.peers.Scratch;
import sluice.dist.peers.servers.FtpServers;
import sluice.dist.peers.servers.RealServer;
import sluice.testkit.SelfSigned;

/**
 * HAProxy on both sides of the gateway: in front it sends a PROXY header, behind it accepts nothing
 * without one and logs whom the header names.
 */
class HaproxyIT {

  private static final String CLIENT = "127.0.0.42";

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v2"})
  void aFileGoesThroughHaproxyTheGatewayAndHaproxyToTheServer(String version) throws Exception {
    Programs.require(Programs.HAPROXY, Programs.CURL);
    FtpServers.VSFTPD.require();
    // Clients open their data connections to the address that they have dialled: HAProxy's, which
    // is the gateway's too. The gateway opens them to HAProxy's, which is the server's.
    InetAddress here = Loopback.v4();
    InetSocketAddress front = free(here);
    InetSocketAddress middle = free(here);
    try (Scratch scratch = Scratch.create("haproxy");
        RealServer server = FtpServers.VSFTPD.start(Loopback.v4())) {
      InetSocketAddress behind = free(server.address().getAddress());
      try (ProcessGroup haproxy =
              haproxy(
                  scratch,
                  Loopback.hostPort(front),
                  version.equals("v1") ? "send-proxy" : "send-proxy-v2",
                  front,
                  middle,
                  behind,
                  server);
          PackagedGateway gateway =
              PackagedGateway.start(
                  """
                listeners:
                  ftp:
                    protocol: ftp
                    bind: "%s"
                    pool: files
                    proxy-protocol: { accept-from: [127.0.0.8] }
                pools:
                  files:
                    proxy-protocol: { send: %s }
                    backends: { one: { address: "%s" } }
                """
                      .formatted(Loopback.hostPort(middle), version, Loopback.hostPort(behind)))) {
        Path sample = Samples.random(scratch.path().resolve("sample"), 300_000, 7);
        Path back = scratch.path().resolve("back");
        String login = server.login().user() + ":" + server.login().password();
        String url = "ftp://" + Loopback.hostPort(front) + "/files/sent";
        ClientRun up = curl(scratch, "-u", login, "-T", sample.toString(), url);
        assertEquals(0, up.exit(), () -> up.story() + gateway.log() + haproxy.output());
        assertEquals(Samples.hash(sample), Samples.hash(server.root().resolve("sent")));
        ClientRun down = curl(scratch, "-u", login, "-o", back.toString(), url);
        assertEquals(0, down.exit(), () -> down.story() + gateway.log() + haproxy.output());
        assertEquals(Samples.hash(sample), Samples.hash(back));

        var record = gateway.awaitRecords(2, r -> r.path("type").asText().equals("session")).get(0);
        assertTrue(record.path("client").asText().startsWith(CLIENT + ":"), record::toString);
        assertEquals(Loopback.hostPort(front), record.path("dialled").asText());
        Await.until(
            Duration.ofSeconds(10),
            () -> "the server's side logs the client: " + haproxy.output(),
            () -> haproxy.output().contains("told of " + CLIENT));

        // Past the balancer nobody comes in.
        ClientRun past =
            curl(scratch, "-u", login, "ftp://" + Loopback.hostPort(middle) + "/files/sent");
        assertNotEquals(0, past.exit(), past::story);
        assertEquals(1L, gateway.status().listeners().get(0).refused().get("proxy-source"));
      }
    }
  }

  /** HAProxy ends the client's TLS: what it tells of that reaches the server's side. */
  @Test
  void whatHaproxyTellsOfTlsIsTheSessionsAndIsPassedOn() throws Exception {
    Programs.require(Programs.HAPROXY);
    FtpServers.VSFTPD.require();
    InetAddress here = Loopback.v4();
    InetSocketAddress front = free(here);
    InetSocketAddress middle = free(here);
    try (Scratch scratch = Scratch.create("haproxy-tls");
        RealServer server = FtpServers.VSFTPD.start(Loopback.v4())) {
      SelfSigned own = SelfSigned.make(scratch.path(), "front");
      SelfSigned anna = SelfSigned.make(scratch.path(), "anna");
      Path bundle =
          scratch.write(
              "bundle.pem", Files.readString(own.certificate()) + Files.readString(own.key()));
      InetSocketAddress behind = free(server.address().getAddress());
      try (ProcessGroup haproxy =
              haproxy(
                  scratch,
                  Loopback.hostPort(front)
                      + " ssl crt "
                      + bundle
                      + " verify optional ca-file "
                      + anna.certificate()
                      + "\n  unique-id-format front-%pid-%rt",
                  "send-proxy-v2-ssl-cn"
                      + " proxy-v2-options ssl,cert-cn,ssl-cipher,authority,unique-id,crc32c",
                  front,
                  middle,
                  behind,
                  server);
          PackagedGateway gateway =
              PackagedGateway.start(
                  """
                listeners:
                  ftp:
                    protocol: ftp
                    bind: "%s"
                    pool: files
                    proxy-protocol: { accept-from: [127.0.0.8] }
                pools:
                  files:
                    proxy-protocol: { send: v2 }
                    backends: { one: { address: "%s" } }
                """
                      .formatted(Loopback.hostPort(middle), Loopback.hostPort(behind)))) {
        try (SSLSocket client = dial(front, anna)) {
          assertTrue(line(client).startsWith("220"), gateway::log);
          say(client, "USER " + server.login().user());
          assertTrue(line(client).startsWith("331"));
          say(client, "PASS " + server.login().password());
          assertTrue(line(client).startsWith("230"));
          say(client, "QUIT");
          assertTrue(line(client).startsWith("221"));
        }
        var record = gateway.awaitRecords(1, r -> r.path("type").asText().equals("session")).get(0);
        assertTrue(record.path("client").asText().startsWith(CLIENT + ":"), record::toString);
        assertEquals("ftp.example.com", record.path("server-name").asText(), record::toString);
        assertEquals("CN=anna", record.path("certificate-subject").asText(), record::toString);
        assertTrue(record.path("tls").asText().startsWith("TLSv1."), record::toString);
        assertTrue(record.path("front-id").asText().startsWith("front-"), record::toString);
        String told =
            "told of "
                + CLIENT
                + " asking for ftp.example.com as "
                + record.path("session").asText();
        Await.until(
            Duration.ofSeconds(10),
            () -> "the server's side logs \"" + told + "\": " + haproxy.output(),
            () -> haproxy.output().contains(told));
      }
    }
  }

  /** By TLS at once, with a certificate, asking for a name. */
  private static SSLSocket dial(InetSocketAddress front, SelfSigned own) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(own.store())) {
      keys.load(in, SelfSigned.PASSWORD.toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, SelfSigned.PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        managers.getKeyManagers(), InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName("ftp.example.com")));
    socket.setSSLParameters(parameters);
    socket.bind(new InetSocketAddress(CLIENT, 0));
    socket.connect(front, 10_000);
    socket.setSoTimeout(30_000);
    return socket;
  }

  private static void say(SSLSocket client, String line) throws IOException {
    client.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
  }

  private static String line(SSLSocket client) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = client.getInputStream().read(); b >= 0; b = client.getInputStream().read()) {
      line.append((char) b);
      if (b == '\n') {
        break;
      }
    }
    return line.toString();
  }

  private static InetSocketAddress free(InetAddress address) {
    return new InetSocketAddress(address, Loopback.freePort(address));
  }

  private static ClientRun curl(Scratch scratch, String... arguments) {
    List<String> command =
        new java.util.ArrayList<>(
            List.of(Programs.CURL.path(), "-sS", "-m", "30", "--interface", CLIENT));
    command.addAll(List.of(arguments));
    return ClientRun.of(scratch.path(), "", command);
  }

  private static ProcessGroup haproxy(
      Scratch scratch,
      String bind,
      String send,
      InetSocketAddress front,
      InetSocketAddress middle,
      InetSocketAddress behind,
      RealServer server) {
    Path config =
        scratch.write(
            "haproxy.cfg",
            """
            global
              log stdout format raw local0
            defaults
              mode tcp
              timeout connect 5s
              timeout client 60s
              timeout server 60s
            listen front
              bind %s
              server gateway %s source 127.0.0.8 %s
            listen behind
              bind %s accept-proxy
              log global
              log-format "told of %%ci asking for %%[fc_pp_authority] as %%[fc_pp_unique_id]"
              server ftp %s
            """
                .formatted(
                    bind,
                    Loopback.hostPort(middle),
                    send,
                    Loopback.hostPort(behind),
                    Loopback.hostPort(server.address())));
    ProcessGroup haproxy =
        ProcessGroup.start(
            List.of(Programs.HAPROXY.path(), "-db", "-f", config.toString()),
            Map.of(),
            scratch.path(),
            scratch.path().resolve("haproxy.log"));
    Await.until(
        Duration.ofSeconds(10),
        () -> "haproxy listens: " + haproxy.output(),
        () -> {
          try (var probe = new java.net.Socket()) {
            probe.connect(front, 1000);
            return true;
          } catch (java.io.IOException e) {
            return false;
          }
        });
    return haproxy;
  }
}
