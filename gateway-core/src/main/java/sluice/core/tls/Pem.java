package sluice.core.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import sluice.api.Secret;

/** Reads certificates and private keys from PEM files (RFC 7468). */
final class Pem {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);
  private static final byte[] VERSION_0 = {2, 1, 0};
  private static final byte[] RSA =
      HexFormat.of().parseHex("300d06092a864886f70d0101010500"); // rsaEncryption, NULL
  private static final byte[] EC_OID = HexFormat.of().parseHex("06072a8648ce3d0201");
  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 0x04;
  private static final int PARAMETERS = 0xa0;

  private Pem() {}

  private record Block(String label, String body) {

    byte[] der(Path file) throws TlsProblem {
      try {
        return Base64.getMimeDecoder().decode(body.strip());
      } catch (IllegalArgumentException e) {
        throw new TlsProblem("the PEM file " + file + " is damaged: " + e.getMessage(), e);
      }
    }
  }

  private static List<Block> blocks(Path file) throws TlsProblem {
    String text;
    try {
      text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      throw new TlsProblem("the file " + file + " does not exist", e);
    } catch (AccessDeniedException e) {
      throw new TlsProblem(
          "the file " + file + " cannot be read; let the user that runs the gateway read it", e);
    } catch (IOException e) {
      throw new TlsProblem("the file " + file + " cannot be read: " + e.getMessage(), e);
    }
    List<Block> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text);
    while (matcher.find()) {
      blocks.add(new Block(matcher.group(1), matcher.group(2)));
    }
    return blocks;
  }

  /** All certificates of a file, at least one. */
  static List<X509Certificate> certificates(Path file) throws TlsProblem {
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (Block block : blocks(file)) {
        if (block.label().endsWith("CERTIFICATE")) {
          certificates.add(
              (X509Certificate)
                  factory.generateCertificate(new ByteArrayInputStream(block.der(file))));
        }
      }
    } catch (GeneralSecurityException e) {
      throw new TlsProblem("a certificate in " + file + " is damaged: " + e.getMessage(), e);
    }
    if (certificates.isEmpty()) {
      throw new TlsProblem(
          "there is no certificate in "
              + file
              + "; expected PEM text with -----BEGIN CERTIFICATE-----");
    }
    return certificates;
  }

  /** The first private key of a file. */
  static PrivateKey key(Path file, Optional<Secret> passphrase) throws TlsProblem {
    for (Block block : blocks(file)) {
      if (block.label().endsWith("PRIVATE KEY")) {
        if (block.body().contains("Proc-Type:")) {
          throw new TlsProblem(
              "the key in "
                  + file
                  + " is encrypted in OpenSSL's old way; write it anew with: openssl pkcs8 -topk8");
        }
        try {
          return key(block.label(), block.der(file), file, passphrase);
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
          throw new TlsProblem(
              "the key in " + file + " cannot be used: " + reason(e, passphrase), e);
        }
      }
    }
    throw new TlsProblem(
        "there is no private key in " + file + "; expected PEM with -----BEGIN PRIVATE KEY-----");
  }

  private static String reason(Exception e, Optional<Secret> passphrase) {
    for (Throwable at = e; at != null && passphrase.isPresent(); at = at.getCause()) {
      if (at instanceof BadPaddingException) {
        return "the passphrase is wrong";
      }
    }
    return String.valueOf(e.getMessage());
  }

  private static PrivateKey key(String label, byte[] der, Path file, Optional<Secret> passphrase)
      throws GeneralSecurityException, IOException, TlsProblem {
    return switch (label) {
      case "PRIVATE KEY" -> pkcs8(new PKCS8EncodedKeySpec(der));
      case "RSA PRIVATE KEY" ->
          pkcs8(new PKCS8EncodedKeySpec(der(SEQUENCE, VERSION_0, RSA, der(OCTETS, der))));
      case "EC PRIVATE KEY" -> pkcs8(new PKCS8EncodedKeySpec(wrapped(der)));
      case "ENCRYPTED PRIVATE KEY" -> decrypted(der, file, passphrase);
      default -> throw new TlsProblem("keys of the kind \"" + label + "\" are not known");
    };
  }

  private static PrivateKey decrypted(byte[] der, Path file, Optional<Secret> passphrase)
      throws GeneralSecurityException, IOException, TlsProblem {
    if (passphrase.isEmpty()) {
      throw new TlsProblem("the key in " + file + " is encrypted; add its key-passphrase");
    }
    EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(der);
    // PBES2 calls itself so; what it is in detail stands in its parameters.
    String algorithm =
        info.getAlgParameters() == null ? info.getAlgName() : info.getAlgParameters().toString();
    var secret =
        SecretKeyFactory.getInstance(algorithm)
            .generateSecret(new PBEKeySpec(passphrase.get().reveal().toCharArray()));
    Cipher cipher = Cipher.getInstance(algorithm);
    cipher.init(Cipher.DECRYPT_MODE, secret, info.getAlgParameters());
    return pkcs8(info.getKeySpec(cipher));
  }

  private static PrivateKey pkcs8(PKCS8EncodedKeySpec spec) throws GeneralSecurityException {
    GeneralSecurityException last = null;
    for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
      } catch (GeneralSecurityException e) {
        last = e;
      }
    }
    throw new GeneralSecurityException("it is neither an RSA, an EC nor an Ed25519 key", last);
  }

  /**
   * PKCS#8 around a SEC 1 key (RFC 5915): SEQUENCE { 1, OCTETS, [0] curve, [1] public key }. The
   * curve moves out of it, to where PKCS#8 has it.
   */
  private static byte[] wrapped(byte[] sec1) throws IOException {
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    byte[] curve = null;
    int at = content(sec1, 0);
    while (at < sec1.length) {
      int content = content(sec1, at);
      int end = content + length(sec1, at);
      if ((sec1[at] & 0xff) == PARAMETERS) {
        curve = Arrays.copyOfRange(sec1, content, end);
      } else {
        rest.write(sec1, at, end - at);
      }
      at = end;
    }
    if (curve == null) {
      throw new IOException("it does not say its curve; write it anew with: openssl pkcs8 -topk8");
    }
    byte[] key = der(SEQUENCE, rest.toByteArray());
    return der(SEQUENCE, VERSION_0, der(SEQUENCE, EC_OID, curve), der(OCTETS, key));
  }

  private static int content(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
  }

  private static int length(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    if (first < 0x80) {
      return first;
    }
    int length = 0;
    for (int i = 0; i < (first & 0x7f); i++) {
      length = length << 8 | der[at + 2 + i] & 0xff;
    }
    return length;
  }

  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.write(tag);
    int size = content.size();
    if (size < 0x80) {
      whole.write(size);
    } else if (size < 0x100) {
      whole.write(0x81);
      whole.write(size);
    } else {
      whole.write(0x82);
      whole.write(size >> 8);
      whole.write(size);
    }
    whole.writeBytes(content.toByteArray());
    return whole.toByteArray();
  }
}
