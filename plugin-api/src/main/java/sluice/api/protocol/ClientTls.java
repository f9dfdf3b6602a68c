package sluice.api.protocol;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import sluice.api.Default;
import sluice.api.Doc;
import sluice.api.Secret;

/**
 * TLS of which the gateway is the client, towards backends, as an option type like {@link
 * ServerTls}. A backend is believed by a CA, by its pin, or, if neither is given, by the CAs that
 * the system's Java trusts.
 *
 * @param ca PEM: the CAs, or the backend's self-signed certificate
 * @param pin SHA-256 of the backend's certificate, or of its public key (SubjectPublicKeyInfo), in
 *     hex with or without colons or in Base64 with or without {@code sha256//}; with a pin nothing
 *     else is looked at, neither names nor dates
 * @param verifyName whether the certificate must be for the backend's name
 * @param serverName the name that is asked for (SNI) and verified instead of the host of the
 *     backend's address
 * @param certificate PEM: the certificate that the gateway shows to backends that ask for one,
 *     followed by the chain up to its CA
 * @param key of that certificate, PEM: PKCS#8, PKCS#1 or SEC 1, unencrypted or encrypted PKCS#8
 * @param keyPassphrase of an encrypted key
 * @param protocols TLSv1.2 and TLSv1.3, or one of them
 * @param requireCloseNotify whether a stream that ends without close_notify is a broken one
 */
public record ClientTls(
    @Doc(
            "Certificates of the CAs that sign those of the backends, PEM; without it and without a"
                + " pin, the CAs that this system's Java trusts.")
        Optional<Path> ca,
    @Doc(
            "SHA-256 fingerprints of the backends' certificates or of their public keys, in hex or"
                + " Base64; instead of a CA.")
        List<String> pin,
    @Doc("Whether the certificate must be for the name or address of the backend.") @Default("true")
        boolean verifyName,
    @Doc("The name to ask for (SNI) and to verify, if it is not the host of the backend's address.")
        Optional<String> serverName,
    @Doc(
            "The gateway's own certificate, for backends that ask for one, and the chain up to its"
                + " CA, PEM.")
        Optional<Path> certificate,
    @Doc("The private key of the certificate, PEM (PKCS#8, PKCS#1 or SEC 1).") Optional<Path> key,
    @Doc("The passphrase of the key, if it is encrypted (PKCS#8).") Optional<Secret> keyPassphrase,
    @Doc("The versions of TLS.") @Default("[TLSv1.2, TLSv1.3]") List<String> protocols,
    @Doc(
            "Whether data that ends without TLS close_notify counts as cut off. Turn it off for"
                + " servers that never send it.")
        @Default("true")
        boolean requireCloseNotify) {

  private static final Pattern HEX = Pattern.compile("[0-9A-Fa-f]{2}(:?[0-9A-Fa-f]{2}){31}");
  private static final Pattern BASE64 = Pattern.compile("(sha256//)?[A-Za-z0-9+/]{43}=");

  /**
   * @throws IllegalArgumentException if the values do not go together
   */
  public ClientTls {
    pin = List.copyOf(pin);
    protocols = List.copyOf(protocols);
    ServerTls.requireVersions(protocols);
    if (ca.isPresent() && !pin.isEmpty()) {
      throw new IllegalArgumentException(
          "there are a ca and a pin, but a backend is believed by one of them; remove the other");
    }
    if (certificate.isPresent() != key.isPresent()) {
      throw new IllegalArgumentException(
          certificate.isPresent()
              ? "there is a certificate without its key; add the key"
              : "there is a key without its certificate; add the certificate");
    }
    if (key.isEmpty() && keyPassphrase.isPresent()) {
      throw new IllegalArgumentException(
          "there is a key-passphrase, but no key that it opens; add key and certificate");
    }
    for (String one : pin) {
      if (!HEX.matcher(one).matches() && !BASE64.matcher(one).matches()) {
        throw new IllegalArgumentException(
            "expected a pin of 64 hex digits (openssl x509 -fingerprint -sha256), or Base64 of"
                + " a SHA-256, but one is \""
                + one
                + "\"");
      }
    }
  }
}
