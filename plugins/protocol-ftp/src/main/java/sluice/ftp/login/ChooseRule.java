package sluice.ftp.login;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sluice.api.Default;
import sluice.api.Doc;
import sluice.api.PoolRef;

/** Which clients a pool serves: those that fit one value of every key that is there. */
public record ChooseRule(
    @Doc(
            "Names of users, * for any characters and ? for one; with sites, the part before the"
                + " last @.")
        List<String> users,
    @Doc("What stands behind the last @ of the user, as in anna@site; * and ? as in users.")
        List<String> sites,
    @Doc("Server names that clients ask for in TLS (SNI); * and ? as in users.")
        List<String> serverNames,
    @Doc("Names that clients send in HOST (RFC 7151); * and ? as in users.") List<String> hosts,
    @Doc(
            "Parts that the subject of the client's verified certificate has, such as \"O=Example,"
                + " CN=host-*\".")
        List<String> certificateSubjects,
    @Doc("Whether the server is told the user without the last @ and what stands behind it.")
        @Default("false")
        boolean stripSite,
    @Doc("The pool that serves them.") PoolRef pool) {

  /** The keys in the order of the record. */
  enum Key {
    USERS("users", ChooseAt.USER),
    SITES("sites", ChooseAt.USER),
    SERVER_NAMES("server-names", ChooseAt.SERVER_NAME),
    HOSTS("hosts", ChooseAt.HOST),
    CERTIFICATE_SUBJECTS("certificate-subjects", ChooseAt.SERVER_NAME);

    final String text;
    final ChooseAt known;

    Key(String text, ChooseAt known) {
      this.text = text;
      this.known = known;
    }
  }

  /**
   * @throws IllegalArgumentException if it names nobody or a value cannot work
   */
  public ChooseRule {
    users = List.copyOf(users);
    sites = List.copyOf(sites);
    serverNames = List.copyOf(serverNames);
    hosts = List.copyOf(hosts);
    certificateSubjects = List.copyOf(certificateSubjects);
    if (users.isEmpty()
        && sites.isEmpty()
        && serverNames.isEmpty()
        && hosts.isEmpty()
        && certificateSubjects.isEmpty()) {
      throw new IllegalArgumentException(
          "the rule names nobody; give it users, sites, server-names, hosts or"
              + " certificate-subjects (whom no rule names, the listener's pool serves)");
    }
    if (stripSite && sites.isEmpty()) {
      throw new IllegalArgumentException(
          "strip-site takes away what sites has chosen by, but there are no sites; add them, or"
              + " remove strip-site");
    }
    users.forEach(user -> text(Key.USERS, user, "anna or guest-*"));
    sites.forEach(
        site -> {
          text(Key.SITES, site, "eu or *.example.com");
          if (site.contains("@")) {
            throw wrong(Key.SITES, site, "what stands behind the last @, without it");
          }
        });
    serverNames.forEach(name -> name(Key.SERVER_NAMES, name));
    hosts.forEach(name -> name(Key.HOSTS, name));
    for (String subject : certificateSubjects) {
      try {
        new SubjectPattern(subject);
      } catch (IllegalArgumentException e) {
        throw wrong(
            Key.CERTIFICATE_SUBJECTS,
            subject,
            "parts of a subject such as \"O=Example, CN=host-*\" (" + e.getMessage() + ")");
      }
    }
  }

  private static void text(Key key, String value, String example) {
    if (value.isEmpty()
        || !value.equals(value.strip())
        || value.chars().anyMatch(Character::isISOControl)) {
      throw wrong(
          key, value, "names such as " + example + ", without space around them or controls");
    }
  }

  private static void name(Key key, String value) {
    if (!value.matches("[A-Za-z0-9_*?-]+(\\.[A-Za-z0-9_*?-]+)*|\\[[0-9A-Fa-f:.*?]+\\]")) {
      throw wrong(key, value, "names such as files.example.com or *.example.com");
    }
  }

  private static IllegalArgumentException wrong(Key key, String value, String expected) {
    return new IllegalArgumentException(
        key.text + " are " + expected + ", but one is \"" + value + "\"");
  }

  List<String> values(Key key) {
    return switch (key) {
      case USERS -> users;
      case SITES -> sites;
      case SERVER_NAMES -> serverNames;
      case HOSTS -> hosts;
      case CERTIFICATE_SUBJECTS -> certificateSubjects;
    };
  }

  /** The keys that have values. */
  List<Key> keys() {
    List<Key> keys = new ArrayList<>();
    for (Key key : Key.values()) {
      if (!values(key).isEmpty()) {
        keys.add(key);
      }
    }
    return keys;
  }

  /** What makes the values of the rule fit to be asked often. */
  Compiled compiled() {
    return new Compiled(this);
  }

  /** The rule with its patterns read. */
  static final class Compiled {

    final ChooseRule rule;
    private final Map<Key, List<Glob>> globs = new LinkedHashMap<>();
    private final List<SubjectPattern> subjects;

    private Compiled(ChooseRule rule) {
      this.rule = rule;
      for (Key key : rule.keys()) {
        if (key != Key.CERTIFICATE_SUBJECTS) {
          boolean anyCase = key != Key.USERS;
          globs.put(key, rule.values(key).stream().map(each -> new Glob(each, anyCase)).toList());
        }
      }
      subjects = rule.certificateSubjects.stream().map(SubjectPattern::new).toList();
    }

    /** Whether the client fits. What is not known of it fits nothing. */
    boolean matches(Caller caller) {
      return rule.keys().stream().allMatch(key -> fits(key, caller));
    }

    /** Whether the client may yet fit, with a user still to come. */
    boolean mayMatch(Caller caller) {
      return rule.keys().stream()
          .allMatch(key -> value(key, caller).isEmpty() || fits(key, caller));
    }

    boolean fits(Key key, Caller caller) {
      return value(key, caller)
          .filter(
              value ->
                  key == Key.CERTIFICATE_SUBJECTS
                      ? subjects.stream().anyMatch(each -> each.matches(value))
                      : globs.getOrDefault(key, List.of()).stream()
                          .anyMatch(each -> each.matches(value)))
          .isPresent();
    }

    private Optional<String> value(Key key, Caller caller) {
      return switch (key) {
        case USERS ->
            rule.sites.isEmpty() ? caller.user() : caller.user().map(user -> caller.name());
        case SITES -> caller.site();
        case SERVER_NAMES -> caller.serverName();
        case HOSTS -> caller.host();
        case CERTIFICATE_SUBJECTS -> caller.subject();
      };
    }

    /** Whether every client that fits a value of the other's key, and the rest of it, fits here. */
    boolean covers(Compiled other, Key ofOther, int index) {
      for (Key key : rule.keys()) {
        boolean everybody = key == Key.USERS && globs.get(key).stream().anyMatch(Glob::all);
        if (everybody) {
          continue;
        }
        if (!other.rule.keys().contains(key)
            || key == Key.USERS && rule.sites.isEmpty() != other.rule.sites.isEmpty()) {
          return false;
        }
        for (int i = 0; i < other.rule.values(key).size(); i++) {
          if ((key != ofOther || i == index) && !covers(key, other, i)) {
            return false;
          }
        }
      }
      return true;
    }

    private boolean covers(Key key, Compiled other, int index) {
      return key == Key.CERTIFICATE_SUBJECTS
          ? subjects.stream().anyMatch(each -> each.covers(other.subjects.get(index)))
          : globs.get(key).stream().anyMatch(each -> each.covers(other.globs.get(key).get(index)));
    }
  }
}
