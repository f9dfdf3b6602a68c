package sluice.api.health;

import java.time.Duration;
import sluice.api.Backend;

/**
 * Probes backends, once a call. Scheduling, rise and fall, jitter and sharing are the gateway's.
 *
 * <p><b>Threads.</b> Called on the gateway's probe threads, for different backends at the same
 * time, and may block. A probe that is still running when its time is over is interrupted and
 * counts as down. If it is {@link AutoCloseable}, the gateway closes it on the main thread.
 *
 * <p>A check ends politely: it says good-bye in the protocol's words and leaves no error line in
 * the server's log.
 */
@FunctionalInterface
public interface HealthCheck {

  /**
   * Probes once.
   *
   * @param backend whom to probe; connections leave from {@link Backend#source()} if that is set
   * @param timeout how long the whole probe may take; positive
   * @return what was found
   * @throws Exception counts as down, with the exception's message as the reason
   */
  Health probe(Backend backend, Duration timeout) throws Exception;

  /**
   * Probes once; this is what the gateway calls. A check that speaks TLS implements this one.
   *
   * @param tls for {@link sluice.api.protocol.ClientTls} in its options
   */
  default Health probe(Backend backend, Duration timeout, ProbeTls tls) throws Exception {
    return probe(backend, timeout);
  }
}
