package sluice.api.health;

import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import sluice.api.DoNotImplement;
import sluice.api.protocol.ClientTls;

/**
 * TLS for checks. {@link ClientTls} is an option type of theirs as it is of protocols: its files
 * are checked with the descriptor and read again when they have changed. Thread-safe.
 */
@DoNotImplement
public interface ProbeTls {

  /**
   * TLS over a connection that the check has made; its read timeout limits each step of the
   * handshake. Every handshake is a whole one, so what the server shows today is what is seen.
   *
   * @param over connected
   * @param spec whom to believe, which versions, and what to show
   * @param host of the backend as configured, which is verified unless the spec says otherwise
   * @return the handshake is done; closing it ends TLS politely, and closes the connection
   * @throws java.net.SocketTimeoutException if the read timeout was too short
   * @throws IOException if there is no TLS, or the certificate is not to be believed; the message
   *     says of the server what was seen and what was expected
   * @throws IllegalArgumentException if the spec's files cannot be used
   */
  SSLSocket secure(Socket over, ClientTls spec, String host) throws IOException;
}
