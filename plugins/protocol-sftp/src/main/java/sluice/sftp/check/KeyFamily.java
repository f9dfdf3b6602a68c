package sluice.sftp.check;

import java.security.PublicKey;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.signature.Signature;

/**
 * The kinds of host keys, in the order in which OpenSSH clients prefer them. A server has at most
 * one key of each, and a key exchange shows one of them.
 */
enum KeyFamily {
  ED25519("ssh-ed25519"),
  ECDSA("ecdsa-sha2-"),
  RSA("ssh-rsa", "rsa-sha2-");

  private final List<String> prefixes;

  KeyFamily(String... prefixes) {
    this.prefixes = List.of(prefixes);
  }

  /** Whether an algorithm of RFC 4253, section 7.1, signs with such a key; not by a certificate. */
  private boolean signs(String algorithm) {
    return !algorithm.contains("-cert-") && prefixes.stream().anyMatch(algorithm::startsWith);
  }

  /** Whether a server's list of algorithms has one for such keys. */
  boolean offeredIn(String algorithms) {
    return Stream.of(algorithms.split(",")).anyMatch(this::signs);
  }

  static Optional<KeyFamily> of(PublicKey key) {
    String type = KeyUtils.getKeyType(key);
    return Stream.of(values())
        .filter(each -> type != null && each.signs(type.toLowerCase(Locale.ROOT)))
        .findFirst();
  }

  /**
   * What to offer for keys of these families. Certificates are left out, because their fingerprints
   * are not those of the host keys. No constant, because to name them makes SSHD choose its
   * providers. Within {@link OwnLoader}.
   */
  static List<NamedFactory<Signature>> signatures(List<KeyFamily> families) {
    Stream<NamedFactory<Signature>> all =
        Stream.of(
            BuiltinSignatures.ed25519,
            BuiltinSignatures.nistp256,
            BuiltinSignatures.nistp384,
            BuiltinSignatures.nistp521,
            BuiltinSignatures.rsaSHA512,
            BuiltinSignatures.rsaSHA256,
            BuiltinSignatures.rsa);
    return all.filter(each -> families.stream().anyMatch(family -> family.signs(each.getName())))
        .toList();
  }
}
