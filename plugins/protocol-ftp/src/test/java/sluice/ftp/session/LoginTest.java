package sluice.ftp.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sluice.api.PoolRef;
import sluice.api.SessionKey;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.Refusal;
import sluice.api.protocol.ServerTls;
import sluice.ftp.login.Choose;
import sluice.ftp.login.ChooseAt;
import sluice.ftp.login.ChooseRule;
import sluice.ftp.login.LoginKeys;
import sluice.ftp.login.Otherwise;

/** Sessions that the gateway greets, because their backend is chosen later. */
class LoginTest {

  private static final ChooseRule GUESTS =
      new ChooseRule(
          List.of("guest-*"), List.of(), List.of(), List.of(), List.of(), false, pool("guests"));
  private static final ChooseRule EU =
      new ChooseRule(List.of(), List.of("eu"), List.of(), List.of(), List.of(), true, pool("eu"));
  private static final ChooseRule HOST =
      new ChooseRule(
          List.of(),
          List.of(),
          List.of(),
          List.of("*.example.com"),
          List.of(),
          false,
          pool("hosted"));

  private static PoolRef pool(String name) {
    return new PoolRef(name);
  }

  private static FtpOptions options(
      ChooseAt at, Otherwise otherwise, FtpTls tls, ChooseRule... rules) {
    return Scene.options(
        "auto",
        tls,
        new Choose(
            Optional.ofNullable(at),
            List.of(rules),
            otherwise,
            "Welcome.",
            Duration.ofSeconds(60)));
  }

  /** Greeted by the gateway. */
  private static Scene scene(Otherwise otherwise, ChooseRule... rules) {
    return scene(options(null, otherwise, FtpTls.NONE, rules));
  }

  private static Scene scene(FtpOptions options) {
    Scene scene = Scene.accepted(options, false, false);
    scene.clientGets("220 Welcome.");
    assertNull(scene.session.connector);
    return scene;
  }

  private static void says(Scene scene, String line, String... reply) {
    scene.client(line);
    scene.clientGets(reply);
  }

  /** A backend that offers nothing comes and is told the user. */
  private static void serve(Scene scene, String pool, String user) {
    assertEquals(pool, scene.session.asked.name());
    scene.attempt();
    scene.backend("220 a backend");
    scene.backendGets("FEAT");
    scene.backend("502 no");
    scene.backendGets("USER " + user);
    assertTrue(scene.link.answered);
  }

  @Test
  void thePoolIsThatOfTheUsersRuleAndTheBackendsGreetingIsNotShown() {
    try (Scene scene = scene(Otherwise.LISTENER_POOL, GUESTS, EU)) {
      scene.client("USER guest-7");
      assertEquals("guests", scene.session.asked.name());
      scene.attempt();
      scene.backendSends("220-hello\r\n220-this is\r\n220 backend\r\n");
      scene.backendGets("FEAT");
      scene.backendSends("211-Features\r\n MDTM\r\n211 End\r\n");
      scene.backendGets("USER guest-7");
      scene.clientGets();
      scene.backend("331 password for guest-7");
      scene.clientGets("331 password for guest-7");
      scene.client("PASS x");
      scene.backendGets("PASS x");
      scene.backend("230 in");
      scene.clientGets("230 in");
      assertEquals("guest-7", scene.session.facts.get("user"));
      scene.client("PWD");
      scene.backendGets("PWD");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "anna, files, anna",
    "anna@eu, eu, anna",
    "anna@EU, eu, anna",
    "anna@home@eu, eu, anna@home",
    "anna@eu@home, files, anna@eu@home",
    "guest-1@eu, guests, guest-1@eu",
    "@eu, eu, ''",
    "Guest-1, files, Guest-1",
  })
  void whatStandsBehindTheLastAtIsTheSite(String user, String pool, String told) {
    try (Scene scene = scene(Otherwise.LISTENER_POOL, GUESTS, EU)) {
      scene.client("USER " + user);
      serve(scene, pool, told);
      assertEquals(user, scene.session.facts.get("user"));
    }
  }

  @Test
  void namesPassByteForByteAndRulesReadThemAsUtf8() {
    ChooseRule rule =
        new ChooseRule(
            List.of("jürgen"), List.of(), List.of(), List.of(), List.of(), false, pool("u"));
    try (Scene scene = scene(Otherwise.LISTENER_POOL, rule, EU)) {
      scene.clientSends("USER j\u00c3\u00bcrgen\r\n");
      serve(scene, "u", "j\u00c3\u00bcrgen");
    }
    try (Scene scene = scene(Otherwise.LISTENER_POOL, rule, EU)) {
      scene.clientSends("USER j\u00c3\u00bcrg@eu\r\n");
      serve(scene, "eu", "j\u00c3\u00bcrg");
    }
    try (Scene scene = scene(Otherwise.LISTENER_POOL, rule)) {
      String longest = "x".repeat(8000);
      scene.client("USER " + longest);
      serve(scene, "files", longest);
    }
  }

  @Test
  void aUserThatNoRuleNamesIsAskedForThePasswordAndReachesNoServer() {
    try (Scene scene = scene(Otherwise.REFUSE, GUESTS)) {
      says(scene, "USER anna", "331 Password required.");
      says(scene, "PASS x", "530 Login incorrect.");
      assertNull(scene.session.connector);
      assertEquals(
          List.of("unknown-user USER  no rule names the user anna"), scene.session.refusals);
      says(scene, "PASS x", "503 PASS comes after USER.");
      scene.client("USER guest-1");
      serve(scene, "guests", "guest-1");
    }
  }

  @Test
  void beforeLoginTheGatewayAnswersWhatMayBeAsked() {
    try (Scene scene = scene(Otherwise.LISTENER_POOL, GUESTS)) {
      says(scene, "SYST", "215 UNIX Type: L8");
      says(scene, "NOOP", "200 NOOP done.");
      says(scene, "noop", "200 NOOP done.");
      says(scene, "FEAT", "211-Features:\r\n EPRT\r\n EPSV\r\n211 End");
      says(scene, "OPTS UTF8 ON", "200 OPTS UTF8 ON done.");
      says(scene, "OPTS", "501 OPTS takes the name of a command.");
      says(scene, "OPTS MLST size", "530 Please log in with USER and PASS.");
      says(scene, "CLNT test", "200 Noted.");
      says(scene, "CLNT", "501 CLNT takes the name of a program.");
      says(scene, "USER", "501 USER takes a name.");
      says(scene, "USER  ", "501 USER takes a name.");
      says(scene, "PASS x", "503 PASS comes after USER.");
      says(scene, "ACCT x", "503 ACCT comes after USER and PASS.");
      says(scene, "HOST a.example.com", "502 HOST is not available here.");
      says(scene, "AUTH TLS", "534 TLS is not offered by this listener; log in without it.");
      says(scene, "PWD", "530 Please log in with USER and PASS.");
      says(scene, "RETR f", "530 Please log in with USER and PASS.");
      says(scene, "PASV", "530 Please log in with USER and PASS.");
      says(scene, "SITE HELP", "530 Please log in with USER and PASS.");
      says(scene, "FOO", "530 Please log in with USER and PASS.");
      says(scene, "REIN", "220 Welcome.");
      scene.client("HELP");
      String help =
          scene
              .session
              .client
              .<io.netty.buffer.ByteBuf>readOutbound()
              .toString(java.nio.charset.StandardCharsets.ISO_8859_1);
      assertTrue(help.startsWith("214 Before login: ACCT AUTH "), help);
      says(scene, "QUIT", "221 Goodbye.");
      assertNull(scene.session.connector);
      assertEquals(Outcome.Result.OK, scene.session.outcome.result());
      assertEquals("test", scene.session.facts.get("client-software"));
    }
  }

  @Test
  void whatWasSaidBeforeIsToldToABackendThatKnowsIt() {
    try (Scene scene = scene(Otherwise.LISTENER_POOL, GUESTS, HOST)) {
      says(scene, "OPTS utf8 on", "200 OPTS UTF8 ON done.");
      says(scene, "CLNT test 1", "200 Noted.");
      says(scene, "HOST ftp.example.com", "220 Host accepted.");
      scene.client("USER anna");
      assertEquals("hosted", scene.session.asked.name());
      scene.attempt();
      scene.backend("220 a");
      scene.backendGets("FEAT");
      scene.backendSends("211-x\r\n UTF8\r\n CLNT\r\n HOST\r\n211 End\r\n");
      scene.backendGets("HOST ftp.example.com");
      scene.backend("504 never heard of it");
      scene.backendGets("CLNT test 1");
      scene.backend("200 ok");
      scene.backendGets("OPTS utf8 on");
      scene.backend("200 ok");
      scene.backendGets("USER anna");
      scene.clientGets();
      assertEquals("ftp.example.com", scene.session.facts.get("host"));
    }
  }

  @Test
  void pipelinedUserAndPassAreAnsweredInOrder() {
    try (Scene scene = scene(Otherwise.LISTENER_POOL, GUESTS)) {
      scene.clientSends("USER guest-1\r\nPASS x\r\nSYST\r\n");
      scene.clientGets();
      serve(scene, "guests", "guest-1");
      scene.backend("331 go on");
      scene.backendGets("PASS x");
      scene.backend("230 in");
      scene.backendGets("SYST");
      scene.backend("215 VMS");
      scene.clientGets("331 go on", "230 in", "215 VMS");
    }
  }

  @Test
  void backendsThatDoNotGreetWellAreReplacedUnseen() {
    try (Scene scene = scene(Otherwise.LISTENER_POOL, GUESTS)) {
      scene.client("USER guest-1");
      scene.attempt();
      scene.backend("421 full");
      assertEquals("it greeted with \"421 full\" instead of 220", scene.link.rejected);
      scene.attempt();
      scene.backend("120 wait");
      scene.backend("220 now");
      scene.backendGets("FEAT");
      scene.backend("421 changed my mind");
      assertEquals("it answered FEAT with \"421 changed my mind\"", scene.link.rejected);
      assertFalse(scene.link.answered);
      scene.clientGets();
      scene.session.connector.refused(
          new Refusal(Refusal.Reason.NO_ANSWER, "No server answered, please try again later."));
      scene.clientGets("421 No server answered, please try again later.");
      assertEquals(Outcome.Result.REFUSED, scene.session.outcome.result());
    }
  }

  @Test
  void afterAFailedLoginAnotherUserMayHaveAnotherServer() {
    try (Scene scene = scene(Otherwise.LISTENER_POOL, GUESTS, EU)) {
      scene.client("USER guest-1");
      serve(scene, "guests", "guest-1");
      scene.backend("331 go on");
      scene.client("PASS wrong");
      scene.backendGets("PASS wrong");
      scene.backend("530 no");
      scene.clientGets("331 go on", "530 no");
      // The same one may know it better now.
      scene.client("USER guest-1");
      scene.backendGets("USER guest-1");
      scene.backend("331 again");
      scene.clientGets("331 again");

      scene.client("USER anna@eu");
      scene.backendGets("QUIT");
      assertEquals(1, scene.session.disconnected);
      FakeSession.Link old = scene.link;
      serve(scene, "eu", "anna");
      old.channel.writeInbound(io.netty.buffer.Unpooled.copiedBuffer("221 bye\r\n".getBytes()));
      old.channel.close();
      scene.settle();
      scene.clientGets();
      scene.backend("230 in");
      scene.clientGets("230 in");
      assertNull(scene.session.outcome);
    }
  }

  @Test
  void aUserOfAnotherPoolIsRefusedAfterALoginAndOneOfTheSameIsPassedOn() {
    try (Scene scene = scene(Otherwise.LISTENER_POOL, GUESTS, EU)) {
      scene.client("USER guest-1");
      serve(scene, "guests", "guest-1");
      scene.backend("230 in");
      scene.clientGets("230 in");
      says(
          scene,
          "USER anna@eu",
          "530 That user is not served in this session; please connect again.");
      assertEquals("guest-1", scene.session.facts.get("user"));
      scene.client("USER guest-2");
      scene.backendGets("USER guest-2");
      assertEquals("guest-2", scene.session.facts.get("user"));
      scene.backend("331 go on");
      scene.clientGets("331 go on");
    }
  }

  @Test
  void usersThatAreTriedOneAfterTheOtherEndTheSession() {
    try (Scene scene = scene(Otherwise.LISTENER_POOL, GUESTS)) {
      for (int i = 0; i <= 10; i++) {
        scene.client("USER guest-" + i);
        if (i > 0) {
          scene.backendGets("QUIT");
          scene.attempt();
          scene.backend("220 again");
        } else {
          scene.attempt();
          scene.backend("220 a");
          scene.backendGets("FEAT");
          scene.backend("502 no");
        }
        scene.backendGets("USER guest-" + i);
        scene.backend("530 no");
        scene.clientGets("530 no");
      }
      says(scene, "USER guest-99", "421 Too many users were tried; closing control connection.");
      assertEquals(Outcome.Result.ABORTED, scene.session.outcome.result());
    }
  }

  @Test
  void reinBeginsAnewWithoutABackend() {
    try (Scene scene = scene(Otherwise.LISTENER_POOL, GUESTS, EU)) {
      scene.client("USER guest-1");
      serve(scene, "guests", "guest-1");
      scene.backend("230 in");
      scene.clientGets("230 in");
      FakeData data = scene.passive();
      scene.client("REIN");
      scene.backendGets("QUIT");
      scene.clientGets("220 Welcome.");
      assertTrue(data.closed);
      says(scene, "PWD", "530 Please log in with USER and PASS.");
      scene.client("USER anna@eu");
      serve(scene, "eu", "anna");
    }
  }

  @Test
  void aClientThatDoesNotLogInIsClosedInTimeWhateverElseItSays() {
    try (Scene scene = scene(Otherwise.LISTENER_POOL, GUESTS)) {
      for (int i = 0; i < 5; i++) {
        scene.pass(Duration.ofSeconds(11));
        says(scene, "NOOP", "200 NOOP done.");
      }
      assertNull(scene.session.outcome);
      scene.pass(Duration.ofSeconds(6));
      scene.clientGets("421 Login took too long; closing control connection.");
      assertEquals(Outcome.Result.TIMED_OUT, scene.session.outcome.result());
    }
    try (Scene scene = scene(Otherwise.LISTENER_POOL, GUESTS)) {
      scene.client("USER guest-1");
      serve(scene, "guests", "guest-1");
      scene.backend("230 in");
      scene.clientGets("230 in");
      scene.pass(Duration.ofSeconds(61));
      assertNull(scene.session.outcome);
    }
  }

  @Test
  void aSessionOverALimitIsNotGreetedByTheGateway() {
    FtpOptions options = options(null, Otherwise.LISTENER_POOL, FtpTls.NONE, GUESTS);
    FakeSession session =
        new FakeSession(
            new java.net.InetSocketAddress("192.0.2.7", 5555),
            new java.net.InetSocketAddress("192.0.2.1", 2121));
    session.refused = true;
    try (FtpProtocol protocol = new FtpProtocol(options)) {
      protocol.accept(session);
      assertEquals("files", session.asked.name());
      assertNull(session.client.readOutbound());
    }
    session.client.finishAndReleaseAll();
  }

  @Test
  void aClientThatLeavesBeforeItNamesAUserWasServedByNobody() {
    try (Scene scene = scene(Otherwise.LISTENER_POOL, GUESTS)) {
      scene.session.client.close();
      scene.settle();
      assertEquals("left without a log-in", scene.session.outcome.cause());
    }
  }

  @Test
  void underAtHostTheServerIsThatOfTheHostAndAnswersItself() {
    try (Scene scene = scene(options(ChooseAt.HOST, Otherwise.LISTENER_POOL, FtpTls.NONE, HOST))) {
      says(scene, "FEAT", "211-Features:\r\n EPRT\r\n EPSV\r\n HOST\r\n211 End");
      says(scene, "HOST", "501 HOST takes a host name, or an address in brackets.");
      scene.client("HOST ftp.example.com");
      assertEquals("hosted", scene.session.asked.name());
      scene.attempt();
      scene.backend("220 a");
      scene.backendGets("FEAT");
      scene.backendSends("211-x\r\n HOST\r\n211 End\r\n");
      scene.backendGets("HOST ftp.example.com");
      scene.backend("220 it is me");
      scene.clientGets("220 it is me");
      scene.client("FEAT");
      scene.backendGets("FEAT");
      scene.backend("502 no");
      scene.clientGets("502 no");
      // Another host before a user: another server.
      scene.client("HOST elsewhere.example.org");
      scene.backendGets("QUIT");
      assertEquals("files", scene.session.asked.name());
      scene.attempt();
      scene.link.name = "b";
      scene.backend("220 b");
      scene.backendGets("FEAT");
      scene.backendSends("211-x\r\n HOST\r\n211 End\r\n");
      scene.backendGets("HOST elsewhere.example.org");
      scene.backend("504 unknown");
      scene.clientGets("504 unknown");
      scene.client("USER anna");
      scene.backendGets("USER anna");
      scene.backend("331 go on");
      scene.clientGets("331 go on");
      says(scene, "HOST ftp.example.com", "503 HOST comes before USER.");
    }
  }

  @Test
  void aHostThatNoRuleNamesIsRefusedWhereNobodyElseServes() {
    try (Scene scene = scene(options(null, Otherwise.REFUSE, FtpTls.NONE, HOST))) {
      says(scene, "HOST www.example.org", "504 There is no such host here.");
      says(scene, "USER anna", "331 Password required.");
      says(scene, "PASS x", "530 Login incorrect.");
      assertNull(scene.session.connector);
    }
  }

  @Test
  void theServersNameInTlsChoosesThePoolAndTheGreetingUnderImplicitTlsIsTheServers() {
    try (Scene scene = secured(true)) {
      assertEquals("named", scene.session.asked.name());
      scene.attempt();
      scene.backend("220 backend");
      scene.clientGets("220 backend");
      scene.client("USER anna");
      scene.backendGets("USER anna");
    }
  }

  @Test
  void underExplicitTlsTheServerIsThereWhenTheHandshakeIsDone() {
    try (Scene scene = secured(false)) {
      assertEquals("named", scene.session.asked.name());
      scene.client("FEAT");
      scene.attempt();
      scene.backend("220 backend");
      scene.backendGets("FEAT");
      scene.backend("502 no");
      scene.backendGets("FEAT");
      scene.backend("502 no");
      scene.clientGets("502 no");
      scene.client("USER anna");
      scene.backendGets("USER anna");
    }
  }

  @Test
  void aUserMayHaveToShowACertificate() {
    ChooseRule machines =
        new ChooseRule(
            List.of("robot"),
            List.of(),
            List.of(),
            List.of(),
            List.of("O=Example, CN=host-*"),
            false,
            pool("machines"));
    FtpOptions options = options(null, Otherwise.REFUSE, asking(), machines);
    for (String subject : List.of("CN=host-1,O=Example,C=DE", "CN=anna,O=Example,C=DE", "")) {
      try (Scene scene = scene(options)) {
        says(scene, "AUTH TLS", "234 TLS it is; begin.");
        if (!subject.isEmpty()) {
          scene.session.set(SessionKey.CERTIFICATE_SUBJECT, subject);
        }
        scene.session.clientTls.done();
        scene.settle();
        scene.client("USER robot");
        if (subject.contains("host-1")) {
          serve(scene, "machines", "robot");
        } else {
          scene.clientGets("331 Password required.");
          assertNull(scene.session.connector);
        }
      }
    }
  }

  private static FtpTls asking() {
    return new FtpTls(
        FtpTls.Mode.TERMINATE,
        false,
        FtpTls.Policy.REQUIRED,
        FtpTls.Policy.OPTIONAL,
        Optional.of(
            new ServerTls(
                Path.of("cert.pem"),
                Path.of("key.pem"),
                Optional.empty(),
                List.of("TLSv1.3"),
                List.of(),
                ServerTls.ClientAuth.REQUEST,
                Optional.of(Path.of("ca.pem")),
                Map.of(),
                ServerTls.DataReuse.ALLOW,
                true)),
        false,
        Optional.empty(),
        List.of());
  }

  @Test
  void rulesThatCannotBeFollowedAreRefused() {
    ChooseRule named =
        new ChooseRule(
            List.of(), List.of(), List.of("a.b"), List.of(), List.of(), false, pool("p"));
    ChooseRule subject =
        new ChooseRule(
            List.of(), List.of(), List.of(), List.of(), List.of("CN=a"), false, pool("p"));
    FtpTls plain = FtpTls.NONE;
    FtpTls tls =
        SecurityTest.options(
                FtpTls.Mode.TERMINATE, false, FtpTls.Policy.REQUIRED, FtpTls.Policy.OPTIONAL)
            .tls();
    assertEquals(
        "choose: rules[1] goes by server-names, which only TLS has, but tls.mode is none; set it to"
            + " terminate or re-encrypt, or remove that",
        problem(() -> options(null, Otherwise.REFUSE, plain, GUESTS, named)));
    assertEquals(
        "choose: at is server-name, which only TLS has, but tls.mode is none; set it to terminate"
            + " or re-encrypt, or remove that",
        problem(() -> options(ChooseAt.SERVER_NAME, Otherwise.LISTENER_POOL, plain)));
    assertEquals(
        "choose: rules[0] goes by certificate-subjects, but clients are not asked for certificates;"
            + " set tls.server.client-auth to request or require, with a client-ca, or remove that",
        problem(() -> options(null, Otherwise.REFUSE, tls, subject)));
    FtpOptions byUser = options(null, Otherwise.REFUSE, plain, GUESTS);
    assertEquals(
        "control is passthrough, which reads nothing that choose could go by; remove choose, or set"
            + " control to rewrite",
        problem(() -> Options.of(byUser, "control", ControlMode.PASSTHROUGH)));
  }

  private static String problem(Executable wrong) {
    return assertThrows(IllegalArgumentException.class, wrong).getMessage();
  }

  @Test
  void strategiesMayGoByWhatIsKnownWhenTheBackendIsChosen() {
    assertTrue(Scene.options("auto").keysAtChoice().isEmpty());
    assertTrue(
        options(ChooseAt.USER, Otherwise.LISTENER_POOL, FtpTls.NONE)
            .keysAtChoice()
            .contains(SessionKey.USER));
    assertTrue(
        options(null, Otherwise.LISTENER_POOL, asking(), HOST)
            .keysAtChoice()
            .containsAll(List.of(SessionKey.SERVER_NAME, LoginKeys.HOST)));
  }

  private static Scene secured(boolean implicit) {
    ChooseRule named =
        new ChooseRule(
            List.of(), List.of(), List.of("b.*"), List.of(), List.of(), false, pool("named"));
    FtpTls tls =
        SecurityTest.options(
                FtpTls.Mode.TERMINATE, implicit, FtpTls.Policy.REQUIRED, FtpTls.Policy.OPTIONAL)
            .tls();
    Scene scene = Scene.accepted(options(null, Otherwise.REFUSE, tls, named), false, false);
    if (!implicit) {
      scene.clientGets("220 Welcome.");
      says(scene, "USER anna", "530 TLS is required here; send AUTH TLS before USER.");
      says(scene, "AUTH TLS", "234 TLS it is; begin.");
    }
    assertNull(scene.session.connector);
    scene.session.set(SessionKey.SERVER_NAME, "b.example.com");
    scene.session.clientTls.done();
    scene.settle();
    return scene;
  }
}
