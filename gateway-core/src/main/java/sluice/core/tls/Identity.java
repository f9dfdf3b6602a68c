package sluice.core.tls;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import sluice.api.Secret;

/**
 * A certificate with its chain and its key.
 *
 * @param chain the certificate first
 */
record Identity(List<X509Certificate> chain, PrivateKey key) {

  /** Reads both and sees that they belong together. */
  static Identity read(Path certificate, Path key, Optional<Secret> passphrase) throws TlsProblem {
    List<X509Certificate> chain = Pem.certificates(certificate);
    PrivateKey secret = Pem.key(key, passphrase);
    if (!belongTogether(secret, chain.get(0).getPublicKey())) {
      throw new TlsProblem(
          "the key in "
              + key
              + " is not that of the first certificate in "
              + certificate
              + " ("
              + chain.get(0).getSubjectX500Principal().getName()
              + "); name the key that the certificate was made for");
    }
    return new Identity(chain, secret);
  }

  private static boolean belongTogether(PrivateKey key, PublicKey certified) {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> "Ed25519";
        };
    try {
      byte[] text = {1, 2, 3};
      Signature signer = Signature.getInstance(algorithm);
      signer.initSign(key);
      signer.update(text);
      byte[] signed = signer.sign();
      Signature verifier = Signature.getInstance(algorithm);
      verifier.initVerify(certified);
      verifier.update(text);
      return verifier.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
