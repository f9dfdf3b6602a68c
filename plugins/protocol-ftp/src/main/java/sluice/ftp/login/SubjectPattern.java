package sluice.ftp.login;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.naming.InvalidNameException;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * Parts of the subject of a certificate, such as {@code O=Example, CN=host-*}: a subject fits if it
 * has all of them, whatever else it has and in whatever order. Compared part by part, because in
 * the subject as one text a comma inside of a name could pass for the one between two.
 */
final class SubjectPattern {

  private final String text;
  private final Map<String, Glob> parts = new HashMap<>();

  /**
   * @throws IllegalArgumentException if it is no such pattern
   */
  SubjectPattern(String text) {
    this.text = text;
    try {
      for (Rdn rdn : new LdapName(text).getRdns()) {
        for (Part part : parts(rdn)) {
          if (part.value().isEmpty()) {
            throw new IllegalArgumentException("the part " + part.type() + " is empty");
          }
          if (parts.put(part.type(), new Glob(part.value(), true)) != null) {
            throw new IllegalArgumentException("the part " + part.type() + " is there twice");
          }
        }
      }
    } catch (InvalidNameException e) {
      throw new IllegalArgumentException("it is no name of that form");
    }
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("it is empty");
    }
  }

  private record Part(String type, String value) {}

  /** Whether a subject has all the parts. */
  boolean matches(String subject) {
    List<Part> has = new ArrayList<>();
    try {
      for (Rdn rdn : new LdapName(subject).getRdns()) {
        has.addAll(parts(rdn));
      }
    } catch (InvalidNameException e) {
      return false;
    }
    return parts.entrySet().stream()
        .allMatch(
            wanted ->
                has.stream()
                    .anyMatch(
                        part ->
                            part.type().equals(wanted.getKey())
                                && wanted.getValue().matches(part.value())));
  }

  /** Whether every subject that fits the other fits this one. */
  boolean covers(SubjectPattern other) {
    return parts.entrySet().stream()
        .allMatch(
            wanted -> {
              Glob part = other.parts.get(wanted.getKey());
              return part != null && wanted.getValue().covers(part);
            });
  }

  private static List<Part> parts(Rdn rdn) {
    List<Part> parts = new ArrayList<>();
    try {
      NamingEnumeration<? extends Attribute> all = rdn.toAttributes().getAll();
      while (all.hasMore()) {
        Attribute attribute = all.next();
        for (int i = 0; i < attribute.size(); i++) {
          // What is no text (an unknown type in hexadecimal) is matched by nothing.
          if (attribute.get(i) instanceof String value) {
            parts.add(new Part(attribute.getID().toLowerCase(Locale.ROOT), value));
          }
        }
      }
    } catch (NamingException e) {
      throw new IllegalStateException("a name that was parsed cannot be read", e);
    }
    return parts;
  }

  @Override
  public String toString() {
    return text;
  }
}
