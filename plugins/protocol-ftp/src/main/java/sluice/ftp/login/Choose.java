package sluice.ftp.login;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import sluice.api.Default;
import sluice.api.Doc;

/** When the backend of a session is chosen, and of which pool. */
public record Choose(
    @Doc(
            "When the backend is chosen: accept, when the client arrives; server-name, when its TLS"
                + " handshake is done; host, at HOST; user, at USER. Later ones wait for USER at the"
                + " most. Without it: as late as the rules need, or accept if there are none.")
        Optional<ChooseAt> at,
    @Doc("Which pool serves whom; the first rule that a client fits counts.")
        List<ChooseRule> rules,
    @Doc(
            "What becomes of clients that no rule names: listener-pool serves them, or refuse turns"
                + " them away before any server hears of them.")
        @Default("listener-pool")
        Otherwise otherwise,
    @Doc("What the gateway greets with when it is the one that greets; may have several lines.")
        @Default("FTP service ready.")
        String greeting,
    @Doc(
            "How long a client may take from its arrival until it is logged in, when the gateway"
                + " greets; then 421.")
        @Default("2m")
        Duration loginTimeout) {

  /** At the arrival, as without rules. */
  public static final Choose DEFAULT =
      new Choose(
          Optional.empty(),
          List.of(),
          Otherwise.LISTENER_POOL,
          "FTP service ready.",
          Duration.ofMinutes(2));

  /**
   * @throws IllegalArgumentException if the values do not go together
   */
  public Choose {
    rules = List.copyOf(rules);
    for (int i = 0; i < rules.size() && at.isPresent(); i++) {
      for (ChooseRule.Key key : rules.get(i).keys()) {
        if (key.known.compareTo(at.get()) > 0) {
          throw new IllegalArgumentException(
              "rules["
                  + i
                  + "] goes by "
                  + key.text
                  + ", which is not known before "
                  + key.known
                  + ", but at is "
                  + at.get()
                  + "; set at to "
                  + key.known
                  + ", or remove it");
        }
      }
    }
    if (rules.isEmpty() && otherwise == Otherwise.REFUSE) {
      throw new IllegalArgumentException(
          "otherwise is refuse, but there are no rules, so that every client would be refused; add"
              + " rules, or remove otherwise");
    }
    unreachable(rules).ifPresent(Choose::refuse);
    if (greeting.isBlank()
        || greeting.length() > 2000
        || greeting.chars().anyMatch(c -> Character.isISOControl(c) && c != '\n')) {
      throw new IllegalArgumentException(
          "greeting is a text of one or several lines, of 2000 characters at the most and without"
              + " control characters, but is \""
              + greeting.replaceAll("\\p{Cntrl}", "?")
              + "\"");
    }
    if (loginTimeout.isZero() || loginTimeout.isNegative()) {
      throw new IllegalArgumentException(
          "login-timeout is more than 0, but is " + loginTimeout.toMillis() + "ms");
    }
  }

  private static void refuse(String problem) {
    throw new IllegalArgumentException(problem);
  }

  private static Optional<String> unreachable(List<ChooseRule> rules) {
    List<ChooseRule.Compiled> all = rules.stream().map(ChooseRule::compiled).toList();
    for (int later = 1; later < all.size(); later++) {
      for (ChooseRule.Key key : rules.get(later).keys()) {
        for (int value = 0; value < rules.get(later).values(key).size(); value++) {
          for (int earlier = 0; earlier < later; earlier++) {
            if (all.get(earlier).covers(all.get(later), key, value)) {
              return Optional.of(
                  "rules["
                      + later
                      + "] is never reached with "
                      + key.text
                      + " \""
                      + rules.get(later).values(key).get(value)
                      + "\", because rules["
                      + earlier
                      + "] before it takes the same clients; put it before that one, or remove it");
            }
          }
        }
      }
    }
    return Optional.empty();
  }

  /** When the backend is chosen, said or following from the rules. */
  public ChooseAt moment() {
    return at.orElseGet(
        () ->
            rules.stream()
                .flatMap(rule -> rule.keys().stream())
                .map(key -> key.known)
                .max(Comparator.naturalOrder())
                .orElse(ChooseAt.ACCEPT));
  }

  /** Whether clients may choose by HOST. */
  public boolean byHost() {
    return moment() == ChooseAt.HOST || rules.stream().anyMatch(rule -> !rule.hosts().isEmpty());
  }

  /** What of this only TLS has, for messages. */
  public Optional<String> needsTls() {
    return Stream.concat(
            at.filter(ChooseAt.SERVER_NAME::equals).map(when -> "at is server-name").stream(),
            named(ChooseRule.Key.SERVER_NAMES, ChooseRule.Key.CERTIFICATE_SUBJECTS))
        .findFirst();
  }

  /** What of this only certificates of clients have, for messages. */
  public Optional<String> needsCertificates() {
    return named(ChooseRule.Key.CERTIFICATE_SUBJECTS).findFirst();
  }

  private Stream<String> named(ChooseRule.Key... keys) {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < rules.size(); i++) {
      for (ChooseRule.Key key : keys) {
        if (rules.get(i).keys().contains(key)) {
          found.add("rules[" + i + "] goes by " + key.text);
        }
      }
    }
    return found.stream();
  }
}
