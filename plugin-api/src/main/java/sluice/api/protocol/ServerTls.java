package sluice.api.protocol;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import sluice.api.Default;
import sluice.api.Doc;
import sluice.api.Secret;

/**
 * TLS of which the gateway is the server, as an option type: a protocol has it as a component of
 * its options, and the gateway checks the files at {@code check} and at start, and loads them again
 * when they change.
 *
 * @param certificate PEM: the certificate, followed by the chain up to its CA
 * @param key PEM: PKCS#8, PKCS#1 or SEC 1, unencrypted or encrypted PKCS#8
 * @param keyPassphrase of an encrypted key
 * @param protocols TLSv1.2 and TLSv1.3, or one of them
 * @param ciphers IANA names; empty for the provider's own choice
 * @param clientAuth whether clients show a certificate
 * @param clientCa PEM: who may have signed the certificates of clients
 * @param names other certificates by the server name (SNI) that the client asks for: exact, or
 *     {@code *.} for one label
 * @param dataReuse whether data connections resume the TLS session of the control connection
 * @param requireCloseNotify whether a stream that ends without close_notify is a broken one
 */
public record ServerTls(
    @Doc("The certificate and the chain up to its CA, PEM. Loaded again when the file changes.")
        Path certificate,
    @Doc("The private key of the certificate, PEM (PKCS#8, PKCS#1 or SEC 1).") Path key,
    @Doc("The passphrase of the key, if it is encrypted (PKCS#8).") Optional<Secret> keyPassphrase,
    @Doc("The versions of TLS.") @Default("[TLSv1.2, TLSv1.3]") List<String> protocols,
    @Doc("The cipher suites by their IANA names; if empty, those that the TLS provider prefers.")
        List<String> ciphers,
    @Doc("Whether clients are asked for a certificate, and whether they must have one.")
        @Default("none")
        ClientAuth clientAuth,
    @Doc("Certificates of the CAs that sign the certificates of clients, PEM.")
        Optional<Path> clientCa,
    @Doc(
            "Other certificates by the server name that a client asks for (SNI):"
                + " \"files.example.com\", or \"*.example.com\" for any one label.")
        Map<String, Named> names,
    @Doc(
            "Whether a data connection resumes the TLS session of its control connection: off never"
                + " does, allow leaves it to the client, require refuses a client that does not.")
        @Default("allow")
        DataReuse dataReuse,
    @Doc(
            "Whether data that ends without TLS close_notify counts as cut off. Turn it off for"
                + " clients that never send it; then a cut upload cannot be told from a whole one.")
        @Default("true")
        boolean requireCloseNotify) {

  /** What is asked of clients. */
  public enum ClientAuth {
    /** Nothing. */
    NONE,
    /** A certificate that they may leave out; one that is shown must be good. */
    REQUEST,
    /** A good certificate. */
    REQUIRE
  }

  /** What is asked of the data connections of clients. */
  public enum DataReuse {
    /** Each makes a TLS session of its own. */
    OFF,
    /** As the client likes. */
    ALLOW,
    /** They must resume a session with this gateway. */
    REQUIRE
  }

  /**
   * A certificate for a server name.
   *
   * @param certificate PEM, with its chain
   * @param key PEM
   * @param keyPassphrase of an encrypted key
   */
  public record Named(
      @Doc("The certificate and the chain up to its CA, PEM.") Path certificate,
      @Doc("The private key of the certificate, PEM.") Path key,
      @Doc("The passphrase of the key, if it is encrypted.") Optional<Secret> keyPassphrase) {}

  /**
   * @throws IllegalArgumentException if the values do not go together
   */
  public ServerTls {
    protocols = List.copyOf(protocols);
    ciphers = List.copyOf(ciphers);
    names = Collections.unmodifiableMap(new LinkedHashMap<>(names));
    requireVersions(protocols);
    if (clientAuth != ClientAuth.NONE && clientCa.isEmpty()) {
      throw new IllegalArgumentException(
          "client-auth is "
              + clientAuth.name().toLowerCase(Locale.ROOT)
              + ", but there is no client-ca that says whose certificates are good; add it");
    }
    if (clientAuth == ClientAuth.NONE && clientCa.isPresent()) {
      throw new IllegalArgumentException(
          "there is a client-ca, but client-auth is none; set it to request or require");
    }
    for (String name : names.keySet()) {
      if (!name.matches("(\\*\\.)?[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*")) {
        throw new IllegalArgumentException(
            "expected server names such as files.example.com or *.example.com, but one is \""
                + name
                + "\"");
      }
    }
  }

  static void requireVersions(List<String> protocols) {
    if (protocols.isEmpty() || !List.of("TLSv1.2", "TLSv1.3").containsAll(protocols)) {
      throw new IllegalArgumentException(
          "protocols may be TLSv1.2, TLSv1.3 or both, but are " + protocols);
    }
  }
}
