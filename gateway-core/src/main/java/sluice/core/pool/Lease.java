package sluice.core.pool;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import sluice.api.Backend;

/**
 * A session's hold on a backend. The open leases are the in-flight count, so a count cannot leak as
 * long as every lease is closed. Thread-safe.
 */
public final class Lease implements Selection, AutoCloseable {

  private static final Logger LOG = LogManager.getLogger(Lease.class);

  private final Member member;
  private final AtomicBoolean closed = new AtomicBoolean();

  Lease(Member member) {
    this.member = member;
  }

  /** Who serves. */
  public Backend backend() {
    return member.backend();
  }

  /** The same as member of its pool. */
  public Member member() {
    return member;
  }

  /** The load of the backend's address, for the session to count on. */
  public Load load() {
    return member.load();
  }

  /**
   * The backend has answered.
   *
   * @param nanosSinceDial from the dial to the answer
   */
  public void answered(long nanosSinceDial) {
    member.load().answered(nanosSinceDial);
  }

  /**
   * The backend did not answer; the lease is closed apart from this.
   *
   * @param reason one line
   */
  public void failed(String reason) {
    member.load().failed();
    LOG.debug("backend {} did not answer: {}", member, reason);
  }

  /** Gives the place back. Calls after the first do nothing. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      member.release();
    }
  }

  /** {@code pool/name} of the backend. */
  @Override
  public String toString() {
    return member.toString();
  }
}
