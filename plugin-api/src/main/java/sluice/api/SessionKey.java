package sluice.api;

import java.util.Objects;

/**
 * A named fact of a session that a protocol finds out and declares, for strategies, stickiness,
 * routing rules and records to use by its name.
 *
 * @param name kebab-case, as the descriptor writes it
 * @param type of the value; its {@code toString} is what hashes, rules and records use
 * @param <T> the type
 */
public record SessionKey<T>(String name, Class<T> type) {

  /** The name a client logged in with. */
  public static final SessionKey<String> USER = new SessionKey<>("user", String.class);

  /** The file of a session that moves just one, as in TFTP. */
  public static final SessionKey<String> FILE = new SessionKey<>("file", String.class);

  /** The server name that a client asked for (TLS SNI, or FTP HOST, RFC 7151). */
  public static final SessionKey<String> SERVER_NAME =
      new SessionKey<>("server-name", String.class);

  /** The subject of a client's verified certificate, RFC 2253 form. */
  public static final SessionKey<String> CERTIFICATE_SUBJECT =
      new SessionKey<>("certificate-subject", String.class);

  /** TLS towards the client: protocol and cipher suite. */
  public static final SessionKey<String> TLS = new SessionKey<>("tls", String.class);

  /** TLS towards the backend: protocol and cipher suite. */
  public static final SessionKey<String> BACKEND_TLS =
      new SessionKey<>("backend-tls", String.class);

  /** The software that a client says it is, for example an SSH identification. */
  public static final SessionKey<String> CLIENT_SOFTWARE =
      new SessionKey<>("client-software", String.class);

  /**
   * @throws NullPointerException if a part is missing
   */
  public SessionKey {
    Objects.requireNonNull(name);
    Objects.requireNonNull(type);
  }
}
