package sluice.core.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslProvider;
import io.netty.internal.tcnative.SSL;
import java.util.Optional;
import javax.net.ssl.SSLEngine;

/** What does the TLS. */
enum Provider {
  OPENSSL("openssl"),
  JDK("jdk");

  private final String shown;

  Provider(String shown) {
    this.shown = shown;
  }

  /** Chooses; loads native code unless the JDK's is wanted. */
  static Provider of(Choice choice) throws TlsProblem {
    if (choice != Choice.JDK && OpenSsl.isAvailable()) {
      return OPENSSL;
    }
    if (choice == Choice.OPENSSL) {
      throw new TlsProblem(
          "openssl is not to be had here ("
              + OpenSsl.unavailabilityCause().getMessage()
              + "); use auto or jdk");
    }
    prepareJdk();
    return JDK;
  }

  /**
   * The JDK reads these once, when TLS is first used in the process. What the user has set stays.
   */
  private static void prepareJdk() {
    // Else its client does not answer a server's close_notify under TLS 1.3, for which some wait.
    orElse("jdk.tls.acknowledgeCloseNotify", "true");
    // FTP servers compare session ids, which tickets leave empty under TLS 1.2. Not to be set with
    // OpenSSL, as Netty reads it too and would then not resume under TLS 1.3.
    orElse("jdk.tls.client.enableSessionTicketExtension", "false");
    orElse("jdk.tls.rejectClientInitiatedRenegotiation", "true");
  }

  private static void orElse(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  SslProvider netty() {
    return this == OPENSSL ? SslProvider.OPENSSL : SslProvider.JDK;
  }

  /** Whether a handshake resumed a session, if the provider says so by itself. */
  Optional<Boolean> resumed(SSLEngine engine) {
    return this == OPENSSL ? Optional.of(Native.reused(engine)) : Optional.empty();
  }

  @Override
  public String toString() {
    return shown;
  }

  /** Apart, so that the JDK's provider works without tcnative. */
  private static final class Native {
    private static boolean reused(SSLEngine engine) {
      long pointer = ((ReferenceCountedOpenSslEngine) engine).sslPointer();
      return pointer != 0 && SSL.isSessionReused(pointer);
    }
  }
}
