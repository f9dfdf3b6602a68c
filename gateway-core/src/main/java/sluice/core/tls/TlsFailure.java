package sluice.core.tls;

import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.nio.channels.ClosedChannelException;
import javax.net.ssl.SSLException;

/** Failures of handshakes in words for people; they follow on "the handshake with it failed: ". */
final class TlsFailure {

  /** The JDK's sockets have no exception of its own for that. */
  private static final String NO_TLS = "Unsupported or unrecognized SSL message";

  private TlsFailure() {}

  static SSLException of(Throwable cause) {
    return new SSLException(text(cause), cause);
  }

  private static String text(Throwable failure) {
    Throwable root = failure;
    for (Throwable at = failure; at != null; at = at.getCause()) {
      root = at;
      if (at instanceof Trust.Refused) {
        return at.getMessage();
      }
      if (at instanceof NotSslRecordException || NO_TLS.equals(at.getMessage())) {
        return "what it sent is not TLS; it expected clear text, or TLS after a command";
      }
      if (at instanceof SslHandshakeTimeoutException) {
        return "it did not finish the TLS handshake in time";
      }
      if (at instanceof ClosedChannelException) {
        return "it closed the connection during the TLS handshake";
      }
    }
    String text = root.getMessage() == null ? root.toString() : root.getMessage();
    return text.startsWith("error:") ? text.substring(text.lastIndexOf(':') + 1) : text;
  }
}
