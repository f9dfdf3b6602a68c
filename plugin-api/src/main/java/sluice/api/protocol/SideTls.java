package sluice.api.protocol;

import io.netty.util.concurrent.Future;
import sluice.api.DoNotImplement;

/**
 * TLS on one side of a session: on its control connection, and on data connections whose leg has it
 * by {@link DataLeg#withTls}. It is what makes them belong together: towards a backend the data
 * connections resume the session of this control connection and of no other; from a client it is
 * seen whether they do.
 *
 * <p>Used on the session's event loop; futures are completed there. Nothing needs to be closed.
 */
@DoNotImplement
public interface SideTls {

  /**
   * Begins TLS on the control connection. What was written before (such as {@code 234}) leaves in
   * clear text; what is written from now on is encrypted, and waits for the handshake. Handlers in
   * the pipeline go on to see plain bytes. The protocol throws away whatever clear text it has read
   * and not yet used before it calls this, or a stranger's words would pass as the client's (RFC
   * 4217, section 15).
   *
   * <p>Facts for records, and for the client's side {@link sluice.api.SessionKey#SERVER_NAME} and
   * {@link sluice.api.SessionKey#CERTIFICATE_SUBJECT}, are set before the future is completed. The
   * end of TLS by the peer closes the connection.
   *
   * @return fails with a message for people that says what was seen and what was expected, and then
   *     the connection is being closed
   * @throws IllegalStateException if it was begun before
   */
  Future<TlsFacts> start();

  /**
   * Ends TLS on the control connection (CCC): exchanges close_notify, after which both speak clear
   * text. What was written before this is still encrypted. Data connections keep their TLS.
   *
   * @return fails if the peer does not end TLS within some seconds, and then the connection is
   *     being closed
   */
  Future<Void> stop();
}
