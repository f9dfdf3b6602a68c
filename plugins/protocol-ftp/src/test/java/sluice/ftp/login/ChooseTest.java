package sluice.ftp.login;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sluice.api.PoolRef;

class ChooseTest {

  private static final PoolRef OWN = new PoolRef("own");

  private static ChooseRule users(String... names) {
    return rule(List.of(names), List.of(), List.of(), List.of(), List.of());
  }

  private static ChooseRule rule(
      List<String> users,
      List<String> sites,
      List<String> serverNames,
      List<String> hosts,
      List<String> subjects) {
    return new ChooseRule(users, sites, serverNames, hosts, subjects, false, new PoolRef("p"));
  }

  private static ChooseRule subject(String pattern) {
    return rule(List.of(), List.of(), List.of(), List.of(), List.of(pattern));
  }

  private static Choose choose(Optional<ChooseAt> at, Otherwise otherwise, ChooseRule... rules) {
    return new Choose(at, List.of(rules), otherwise, "Hello.", Duration.ofSeconds(10));
  }

  private static Choose choose(ChooseRule... rules) {
    return choose(Optional.empty(), Otherwise.LISTENER_POOL, rules);
  }

  private static String problem(org.junit.jupiter.api.function.Executable wrong) {
    return assertThrows(IllegalArgumentException.class, wrong).getMessage();
  }

  private static Caller user(String name) {
    return new Caller(Optional.of(name), Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static Caller subjectOf(String name) {
    return new Caller(Optional.of("u"), Optional.empty(), Optional.empty(), Optional.of(name));
  }

  private static boolean fits(ChooseRule rule, Caller caller) {
    return new PoolChoice(choose(Optional.empty(), Otherwise.REFUSE, rule))
        .of(caller, OWN)
        .isPresent();
  }

  @ParameterizedTest
  @CsvSource({
    "anna, anna, true",
    "anna, Anna, false",
    "an*, anna, true",
    "*, anna, true",
    "a?na, anna, true",
    "a?na, ana, false",
    "*n*a, anna, true",
    "*nn, anna, false",
    "a*b*c, aXbXbXc, true",
    "a*b*c, aXcXb, false",
    "*a*a*a*a*a*a*a*a*b, aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, false",
  })
  void starsAndQuestionMarksStandForOthers(String pattern, String name, boolean fits) {
    assertEquals(fits, fits(users(pattern), user(name)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "O=Example | CN=anna,O=Example,C=DE | true",
        "C=de, o=example | CN=anna,O=Example,C=DE | true",
        "O=Example, CN=host-* | CN=host-7,O=Example | true",
        "O=Example, CN=host-* | CN=anna,O=Example | false",
        "O=Example | CN=x\\,O=Example,C=DE | false",
        "CN=* | O=Example | false",
        "O=Example | OU=a+O=Example,C=DE | true",
      })
  void subjectsAreComparedPartByPart(String pattern, String subject, boolean fits) {
    assertEquals(fits, fits(subject(pattern), subjectOf(subject)));
  }

  @Test
  void theMomentIsAsLateAsTheRulesNeed() {
    assertEquals(ChooseAt.ACCEPT, choose().moment());
    assertEquals(ChooseAt.USER, choose(users("a")).moment());
    assertEquals(ChooseAt.SERVER_NAME, choose(subject("CN=a")).moment());
    ChooseRule host = rule(List.of(), List.of(), List.of(), List.of("a.b"), List.of());
    assertEquals(ChooseAt.HOST, choose(subject("CN=a"), host).moment());
    assertEquals(
        ChooseAt.USER, choose(Optional.of(ChooseAt.USER), Otherwise.LISTENER_POOL, host).moment());
    assertTrue(
        problem(() -> choose(Optional.of(ChooseAt.HOST), Otherwise.REFUSE, host, users("a")))
            .startsWith(
                "rules[1] goes by users, which is not known before user, but at is host; set at to"
                    + " user"));
  }

  @Test
  void rulesThatAreNeverReachedAreNamed() {
    assertEquals(
        "rules[1] is never reached with users \"guest-1\", because rules[0] before it takes the"
            + " same clients; put it before that one, or remove it",
        problem(() -> choose(users("guest-*"), users("anna", "guest-1"))));
    assertTrue(
        problem(
                () ->
                    choose(
                        users("*"),
                        rule(List.of("x"), List.of("eu"), List.of(), List.of(), List.of())))
            .contains("rules[1] is never reached"));
    assertTrue(
        problem(() -> choose(subject("O=A"), subject("O=a, CN=x"))).contains("never reached"));
    // The first wants more than the second, or other things.
    choose(users("guest-1"), users("guest-*"));
    choose(users("a?"), users("a*"));
    choose(subject("O=A, CN=x"), subject("O=A"));
    choose(
        rule(List.of("*"), List.of("eu"), List.of(), List.of(), List.of()),
        users("anna"),
        rule(List.of(), List.of("us"), List.of(), List.of(), List.of()));
    choose(rule(List.of("anna"), List.of(), List.of("*"), List.of(), List.of()), users("anna"));
  }

  @Test
  void whatCannotWorkIsRefused() {
    assertTrue(problem(() -> users()).startsWith("the rule names nobody; give it users"));
    assertTrue(problem(() -> users("")).startsWith("users are names such as anna or guest-*"));
    assertTrue(problem(() -> users(" a")).contains("without space around them"));
    assertTrue(
        problem(() -> rule(List.of(), List.of("a@b"), List.of(), List.of(), List.of()))
            .startsWith("sites are what stands behind the last @, without it, but one is"));
    assertTrue(
        problem(() -> rule(List.of(), List.of(), List.of("a/b"), List.of(), List.of()))
            .startsWith("server-names are names such as files.example.com"));
    assertTrue(problem(() -> subject("anna")).contains("it is no name of that form"));
    assertTrue(
        problem(
                () ->
                    new ChooseRule(
                        List.of("a"), List.of(), List.of(), List.of(), List.of(), true, OWN))
            .startsWith("strip-site takes away what sites has chosen by"));
    assertTrue(
        problem(() -> choose(Optional.empty(), Otherwise.REFUSE))
            .startsWith("otherwise is refuse, but there are no rules"));
    assertTrue(
        problem(
                () ->
                    new Choose(
                        Optional.empty(),
                        List.of(),
                        Otherwise.LISTENER_POOL,
                        "a\u0000b",
                        Duration.ofSeconds(1)))
            .startsWith("greeting is a text of one or several lines"));
    assertTrue(
        problem(
                () ->
                    new Choose(
                        Optional.empty(), List.of(), Otherwise.LISTENER_POOL, "a", Duration.ZERO))
            .startsWith("login-timeout is more than 0"));
  }

  @Test
  void poolsThatMayYetServeAreThoseThatNothingKnownExcludes() {
    ChooseRule byHost =
        new ChooseRule(
            List.of(), List.of(), List.of(), List.of("a.b"), List.of(), false, new PoolRef("h"));
    PoolChoice choice = new PoolChoice(choose(byHost, users("anna")));
    Caller nobody =
        new Caller(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    assertEquals(Set.of(new PoolRef("h"), new PoolRef("p"), OWN), choice.possible(nobody, OWN));
    Caller hosted =
        new Caller(Optional.empty(), Optional.empty(), Optional.of("A.B"), Optional.empty());
    assertEquals(Set.of(new PoolRef("h")), choice.possible(hosted, OWN));
    Caller elsewhere =
        new Caller(Optional.empty(), Optional.empty(), Optional.of("c.d"), Optional.empty());
    assertEquals(Set.of(new PoolRef("p"), OWN), choice.possible(elsewhere, OWN));
    assertFalse(choice.namesHost(elsewhere));
  }
}
