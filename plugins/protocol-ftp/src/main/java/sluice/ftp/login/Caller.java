package sluice.ftp.login;

import java.util.Optional;

/**
 * What is known of a client so far.
 *
 * @param user as it was sent
 * @param serverName that its TLS has asked for
 * @param host that it has sent in HOST
 * @param subject of its verified certificate
 */
public record Caller(
    Optional<String> user,
    Optional<String> serverName,
    Optional<String> host,
    Optional<String> subject) {

  /** The part of the user before its last {@code @}; all of it if there is none. */
  String name() {
    String all = user.orElse("");
    int at = all.lastIndexOf('@');
    return at < 0 ? all : all.substring(0, at);
  }

  /** The part of the user behind its last {@code @}. */
  Optional<String> site() {
    return user.filter(all -> all.indexOf('@') >= 0)
        .map(all -> all.substring(all.lastIndexOf('@') + 1));
  }
}
