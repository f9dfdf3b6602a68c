package sluice.ftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sluice.testkit.SelfSigned;
import sluice.testkit.TestGateway;

/** Pools chosen by what a client says, with real sockets and servers that say who they are. */
class ChosenAtLoginTest {

  @TempDir static Path certificates;

  /** Lets in who says the right password, and puts its name in every reply. */
  private static ScriptedServer server(String name) throws IOException {
    return new ScriptedServer(
        talk -> {
          talk.say("220-" + name);
          talk.say("220 " + name + " ready");
          String line = talk.hear();
          while (line != null) {
            String verb = line.split(" ")[0];
            switch (verb) {
              case "USER" -> talk.say("331 " + name + " wants a password");
              case "PASS" -> talk.say(line.equals("PASS right") ? "230 " + name : "530 " + name);
              case "FEAT" -> talk.raw("211-F\r\n SIZE\r\n " + name + "\r\n211 End\r\n");
              case "QUIT" -> talk.say("221 bye");
              default -> talk.say("200 " + name);
            }
            line = talk.hear();
          }
        });
  }

  private static TestGateway gateway(String options, String pools, Object... arguments) {
    return TestGateway.start(
        """
        listeners:
          ftp:
            protocol: ftp
            bind: "127.0.0.1:0"
            pool: own
            options:
              %s
        pools:
        %s
        """
            .formatted(options.strip().indent(6).strip(), pools.indent(2).formatted(arguments)),
        new FtpProtocolFactory());
  }

  private static final String TWO_POOLS =
      """
      own: { balance: { strategy: first }, backends: { a: { address: "127.0.0.1:%d" } } }
      guests: { balance: { strategy: first }, backends: { a: { address: "127.0.0.1:%d" } } }""";

  private static void logIn(RawClient client, String user, String server) throws IOException {
    assertEquals("331 " + server + " wants a password", client.ask("331", "USER " + user));
    assertEquals("230 " + server, client.ask("230", "PASS right"));
  }

  @Test
  void usersOfOneListenerAreServedByTheServersOfTheirPools() throws Exception {
    try (ScriptedServer own = server("own");
        ScriptedServer guests = server("guests");
        TestGateway gateway =
            gateway(
                """
                choose:
                  greeting: "Hello\\nthere"
                  rules: [ { users: ["guest-*"], pool: guests } ]
                """,
                TWO_POOLS,
                own.address().getPort(),
                guests.address().getPort())) {
      try (RawClient client = new RawClient(gateway.address("ftp"))) {
        assertEquals("220-Hello\n220 there", client.reply());
        client.ask("200", "NOOP");
        assertEquals(List.of(), own.heard);
        client.sendRaw("USER anna\r\nPASS right\r\nSYST\r\n");
        assertEquals("331 own wants a password", client.reply());
        assertEquals("230 own", client.reply());
        assertEquals("200 own", client.reply());
        client.ask("530", "USER guest-1");
        client.ask("221", "QUIT");
      }
      assertEquals(List.of(), guests.heard);
      try (RawClient client = new RawClient(gateway.address("ftp"))) {
        client.expect("220");
        client.ask("331", "USER anna");
        assertEquals("530 own", client.ask("530", "PASS wrong"));
        logIn(client, "guest-1", "guests");
        client.ask("200", "PWD");
        client.ask("221", "QUIT");
      }
      TestGateway.await("records", () -> gateway.records("session").size() == 2);
      Map<String, Object> second = gateway.records("session").get(1);
      assertEquals("guests/a", second.get("backend"));
      assertEquals("guest-1", second.get("user"));
      assertEquals(2, ((Number) second.get("attempts")).intValue());
      assertEquals("ok", second.get("outcome"));
      assertEquals(List.of(), own.problems);
    }
  }

  @Test
  void unknownUsersAndSilentClientsReachNoServer() throws Exception {
    try (ScriptedServer own = server("own");
        ScriptedServer guests = server("guests");
        TestGateway gateway =
            gateway(
                """
                choose:
                  login-timeout: 2s
                  rules: [ { users: ["guest-*"], pool: guests } ]
                  otherwise: refuse
                """,
                TWO_POOLS,
                own.address().getPort(),
                guests.address().getPort());
        RawClient silent = new RawClient(gateway.address("ftp"));
        RawClient client = new RawClient(gateway.address("ftp"))) {
      client.expect("220");
      client.ask("331", "USER anna");
      client.ask("530", "PASS right");
      client.ask("221", "QUIT");
      silent.expect("220");
      silent.expect("421");
      TestGateway.await("records", () -> gateway.records("session").size() == 2);
      assertEquals(List.of(), own.heard);
      assertEquals(List.of(), guests.heard);
      assertEquals("unknown-user", gateway.records("refusal").get(0).get("reason"));
      assertTrue(
          gateway.records("session").stream().allMatch(r -> "".equals(r.get("backend"))),
          () -> "" + gateway.records("session"));
    }
  }

  @Test
  void serversThatAreDownAreReplacedUnseenAndIfNoneIsLeftThatIsSaid() throws Exception {
    InetSocketAddress nobody;
    try (ServerSocket gone = new ServerSocket(0)) {
      nobody = new InetSocketAddress("127.0.0.1", gone.getLocalPort());
    }
    String pools =
        """
        own: { balance: { strategy: first }, backends: { a: { address: "127.0.0.1:%d" } } }
        two:
          balance: { strategy: first }
          backends:
            a: { address: "127.0.0.1:%d" }
            b: { address: "127.0.0.1:%d" }
            c: { address: "127.0.0.1:%d" }""";
    try (ScriptedServer busy = new ScriptedServer(talk -> talk.say("421 busy"));
        ScriptedServer good = server("good");
        TestGateway gateway =
            gateway(
                "choose: { rules: [ { users: [anna], pool: two } ] }",
                pools,
                nobody.getPort(),
                nobody.getPort(),
                busy.address().getPort(),
                good.address().getPort())) {
      try (RawClient client = new RawClient(gateway.address("ftp"))) {
        client.expect("220");
        logIn(client, "anna", "good");
      }
      try (RawClient client = new RawClient(gateway.address("ftp"))) {
        client.expect("220");
        assertEquals(
            "421 No server answered, please try again later.", client.ask("421", "USER other"));
      }
      TestGateway.await("records", () -> gateway.records("session").size() == 2);
      assertEquals("refused", gateway.records("session").get(1).get("outcome"));
    }
  }

  @Test
  void featShowsWhatTheServersOfBothPoolsHaveWhenTheyHaveBeenSeen() throws Exception {
    try (ScriptedServer own = server("own");
        ScriptedServer guests = server("guests");
        TestGateway gateway =
            gateway(
                "choose: { rules: [ { users: [guest], pool: guests } ] }",
                TWO_POOLS,
                own.address().getPort(),
                guests.address().getPort())) {
      for (String[] each : new String[][] {{"anna", "own"}, {"guest", "guests"}}) {
        try (RawClient client = new RawClient(gateway.address("ftp"))) {
          client.expect("220");
          logIn(client, each[0], each[1]);
        }
      }
      try (RawClient client = new RawClient(gateway.address("ftp"))) {
        client.expect("220");
        assertEquals("211-Features:\n SIZE\n EPRT\n EPSV\n211 End", client.ask("211", "FEAT"));
        logIn(client, "anna", "own");
        assertEquals("211-F\n SIZE\n own\n EPRT\n EPSV\n211 End", client.ask("211", "FEAT"));
      }
    }
  }

  @Test
  void theNameThatTlsAsksForChoosesThePool() throws Exception {
    SelfSigned shown = SelfSigned.make(certificates, "gateway");
    try (ScriptedServer own = server("own");
        ScriptedServer guests = server("guests");
        TestGateway gateway =
            gateway(
                """
                tls: { mode: terminate, server: { certificate: "%s", key: "%s" } }
                choose:
                  rules:
                    - { server-names: ["*.guests.example"], pool: guests }
                """
                    .formatted(shown.certificate(), shown.key()),
                TWO_POOLS,
                own.address().getPort(),
                guests.address().getPort())) {
      for (String[] each : new String[][] {{"a.guests.example", "guests"}, {"b.example", "own"}}) {
        try (RawClient client = new RawClient(gateway.address("ftp"))) {
          client.expect("220");
          client.ask("530", "USER anna");
          client.ask("234", "AUTH TLS");
          SSLSocket secured =
              (SSLSocket)
                  shown
                      .trusting()
                      .getSocketFactory()
                      .createSocket(client.control, "127.0.0.1", client.control.getPort(), true);
          SSLParameters parameters = secured.getSSLParameters();
          parameters.setServerNames(List.of(new SNIHostName(each[0])));
          secured.setSSLParameters(parameters);
          secured.startHandshake();
          client.control = secured;
          client.ask("200", "PBSZ 0");
          client.ask("200", "PROT P");
          logIn(client, "anna", each[1]);
          client.ask("221", "QUIT");
        }
      }
      TestGateway.await("records", () -> gateway.records("session").size() == 2);
      assertEquals("a.guests.example", gateway.records("session").get(0).get("server-name"));
      assertEquals("guests/a", gateway.records("session").get(0).get("backend"));
    }
  }
}
