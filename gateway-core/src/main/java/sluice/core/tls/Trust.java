package sluice.core.tls;

import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import sluice.api.protocol.ClientTls;

/**
 * Whose certificates are believed. What is refused is refused with a message that says what was
 * shown and what was expected. Thread-safe.
 */
final class Trust extends X509ExtendedTrustManager {

  /** A refusal in our words. */
  static final class Refused extends CertificateException {
    private static final long serialVersionUID = 1;

    Refused(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The most CAs of a file that are named in a message. */
  private static final int SHOWN = 5;

  private static final HexFormat COLONS = HexFormat.ofDelimiter(":").withUpperCase();

  private final X509ExtendedTrustManager authorities;
  private final String expected;
  private final Set<String> pins;

  private Trust(X509ExtendedTrustManager authorities, String expected, Set<String> pins) {
    this.authorities = authorities;
    this.expected = expected;
    this.pins = pins;
  }

  /** Those that a file's CAs have signed, and those in the file itself. */
  static Trust in(Path file) throws TlsProblem {
    String known =
        Pem.certificates(file).stream()
            .map(certificate -> certificate.getSubjectX500Principal().getName())
            .limit(SHOWN)
            .collect(Collectors.joining("; "));
    return new Trust(
        authorities(Optional.of(file)),
        "one signed by a CA in " + file + " (" + known + ")",
        Set.of());
  }

  /** What a gateway that is the client believes. */
  static Trust of(ClientTls spec) throws TlsProblem {
    if (spec.ca().isPresent()) {
      return in(spec.ca().get());
    }
    if (spec.pin().isEmpty()) {
      return new Trust(
          authorities(Optional.empty()),
          "one signed by a CA that this system's Java trusts; name the CA of your servers by ca, or"
              + " their fingerprints by pin",
          Set.of());
    }
    return new Trust(
        null,
        "one of the pins " + String.join(", ", spec.pin()),
        spec.pin().stream().map(Trust::plainHex).collect(Collectors.toSet()));
  }

  private static String plainHex(String pin) {
    String text = pin.replace(":", "");
    return text.length() == 64
        ? text.toLowerCase(Locale.ROOT)
        : HexFormat.of().formatHex(Base64.getDecoder().decode(text.replace("sha256//", "")));
  }

  private static X509ExtendedTrustManager authorities(Optional<Path> file) throws TlsProblem {
    try {
      KeyStore store = null; // The system's.
      if (file.isPresent()) {
        store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        for (X509Certificate certificate : Pem.certificates(file.get())) {
          store.setCertificateEntry("ca" + number++, certificate);
        }
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager extended) {
          return extended;
        }
      }
      throw new TlsProblem("this Java cannot verify certificates");
    } catch (GeneralSecurityException | java.io.IOException e) {
      throw new TlsProblem("the CAs cannot be used: " + e.getMessage(), e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    if (authorities == null) {
      pinned(chain[0]);
      return;
    }
    try {
      authorities.checkServerTrusted(chain, authType, engine);
    } catch (CertificateException e) {
      throw refused(chain, authType, e, engine.getPeerHost());
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    if (authorities == null) {
      pinned(chain[0]);
      return;
    }
    try {
      authorities.checkServerTrusted(chain, authType, socket);
    } catch (CertificateException e) {
      throw refused(chain, authType, e, ((SSLSocket) socket).getHandshakeSession().getPeerHost());
    }
  }

  private Refused refused(
      X509Certificate[] chain, String authType, CertificateException why, String host) {
    try {
      authorities.checkServerTrusted(chain, authType);
    } catch (CertificateException e) {
      return new Refused(
          "it showed the certificate of "
              + text(chain[0])
              + ", expected "
              + expected
              + ": "
              + reason(e),
          e);
    }
    return new Refused(
        "it showed a certificate for "
            + names(chain[0])
            + ", expected one for "
            + host
            + "; set server-name to the name in the certificate, or verify-name to false",
        why);
  }

  private void pinned(X509Certificate shown) throws CertificateException {
    String certificate = fingerprint(shown.getEncoded());
    String key = fingerprint(shown.getPublicKey().getEncoded());
    if (!pins.contains(certificate) && !pins.contains(key)) {
      throw new Refused(
          "it showed the certificate of "
              + text(shown)
              + " with the public key SHA-256 "
              + COLONS.formatHex(HexFormat.of().parseHex(key))
              + ", expected "
              + expected,
          null);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    try {
      authorities.checkClientTrusted(chain, authType, engine);
    } catch (CertificateException e) {
      throw new Refused(
          "it showed the certificate of "
              + text(chain[0])
              + ", expected "
              + expected
              + ": "
              + reason(e),
          e);
    }
  }

  /** The innermost reason; the JDK wraps it in general words. */
  private static String reason(Throwable e) {
    Throwable inner = e;
    while (inner.getCause() != null && inner.getCause() != inner) {
      inner = inner.getCause();
    }
    return String.valueOf(inner.getMessage());
  }

  /** Subject, issuer and fingerprint. */
  static String text(X509Certificate certificate) {
    String print;
    try {
      print = COLONS.formatHex(HexFormat.of().parseHex(fingerprint(certificate.getEncoded())));
    } catch (CertificateException e) {
      print = "unknown";
    }
    return certificate.getSubjectX500Principal().getName()
        + " (issued by "
        + certificate.getIssuerX500Principal().getName()
        + ", SHA-256 "
        + print
        + ")";
  }

  private static String names(X509Certificate certificate) {
    List<String> names = new ArrayList<>();
    try {
      if (certificate.getSubjectAlternativeNames() != null) {
        certificate
            .getSubjectAlternativeNames()
            .forEach(name -> names.add(String.valueOf(name.get(1))));
      }
    } catch (CertificateParsingException e) {
      // Then it has none that could be shown.
    }
    return names.isEmpty()
        ? certificate.getSubjectX500Principal().getName() + " (without subjectAltName)"
        : String.join(", ", names);
  }

  private static String fingerprint(byte[] encoded) throws CertificateException {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(encoded));
    } catch (GeneralSecurityException e) {
      throw new CertificateException(e);
    }
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return authorities == null ? new X509Certificate[0] : authorities.getAcceptedIssuers();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw new CertificateException("only engines are used here");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("only engines are used here");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("only engines are used here");
  }
}
