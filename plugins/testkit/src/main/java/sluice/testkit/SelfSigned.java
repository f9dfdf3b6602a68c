package sluice.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate of its own for 127.0.0.1 or other addresses, good for two days.
 *
 * @param certificate PEM
 * @param key PEM, PKCS#8, unencrypted
 * @param store PKCS12 with both, with the password {@value #PASSWORD}
 */
public record SelfSigned(Path certificate, Path key, Path store) {

  /** The password of the store. */
  public static final String PASSWORD = "changeit";

  /**
   * Makes one, by the JDK's own tool.
   *
   * @param folder an existing folder for its files
   * @param name starts their names, and is the certificate's common name
   * @throws IOException if that does not work
   */
  public static SelfSigned make(Path folder, String name) throws IOException {
    return make(folder, name, "127.0.0.1");
  }

  /**
   * Makes one for other addresses.
   *
   * @param folder an existing folder for its files
   * @param name starts their names, and is the certificate's common name
   * @param addresses the address literals that it is good for, one at least
   * @throws IOException if that does not work
   */
  public static SelfSigned make(Path folder, String name, String... addresses) throws IOException {
    if (addresses.length == 0) {
      throw new IllegalArgumentException("a certificate for no address");
    }
    Path store = folder.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=ip:" + String.join(",ip:", addresses),
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
        keytool.destroyForcibly();
        throw new IOException("keytool made no certificate in " + folder);
      }
      KeyStore keys = load(store);
      Path certificate = folder.resolve(name + ".pem");
      Path key = folder.resolve(name + ".key");
      write(certificate, "CERTIFICATE", keys.getCertificate("server").getEncoded());
      write(key, "PRIVATE KEY", keys.getKey("server", PASSWORD.toCharArray()).getEncoded());
      return new SelfSigned(certificate, key, store);
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /**
   * What trusts it and nothing else, for clients.
   *
   * @throws IOException if its files are gone
   */
  public SSLContext trusting() throws IOException {
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry("server", load(store).getCertificate("server"));
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private static KeyStore load(Path store) throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return keys;
  }

  private static void write(Path file, String what, byte[] der) throws IOException {
    String body =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der);
    Files.writeString(
        file, "-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n");
  }
}
