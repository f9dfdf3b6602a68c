package sluice.core.tls;

import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLSession;
import javax.net.ssl.SSLEngine;

/**
 * The TLS session that the last connection of an FTP session resumed, for when there is no other.
 *
 * <p>Under TLS 1.3 Netty resumes each session (ticket) once, as RFC 8446 advises against being
 * recognised. A server gives another for each resumption, but BoringSSL drops what comes behind our
 * close_notify, where that of an upload often comes. So an FTP session with many uploads would run
 * out of them, and a server that insists on resumption would refuse its data connections from then
 * on. One that was used is used again instead. Nobody learns anything by that: the connections are
 * of one FTP session and between the same addresses.
 *
 * <p>Native provider only. On the loop of the control connection.
 */
final class LastSession {

  private static final long NONE = -1;

  private long session = NONE;
  private boolean closed;

  /** Offers it to a connection that is not begun; the provider's own choice replaces it. */
  void offer(SSLEngine engine) {
    long ssl = pointer(engine);
    if (ssl != 0 && session != NONE) {
      SSL.setSession(ssl, session);
    }
  }

  /** Keeps what a connection resumes, that has begun its handshake and has no answer yet. */
  void keep(SSLEngine engine) {
    long ssl = pointer(engine);
    long resumed = ssl == 0 || closed ? NONE : SSL.getSession(ssl);
    if (resumed != NONE && resumed != session && SSLSession.upRef(resumed)) {
      free();
      session = resumed;
    }
  }

  /** Lets it go; nothing is kept any more. */
  void close() {
    closed = true;
    free();
  }

  private void free() {
    if (session != NONE) {
      SSLSession.free(session);
      session = NONE;
    }
  }

  private static long pointer(SSLEngine engine) {
    return ((ReferenceCountedOpenSslEngine) engine).sslPointer();
  }
}
