package sluice.core;

import java.util.Locale;
import sluice.core.control.Status;
import sluice.core.pool.Member;
import sluice.core.pool.Pool;

/** A pool's part of the status. */
final class PoolRows {

  private PoolRows() {}

  static Status.Pool of(Pool pool) {
    return new Status.Pool(
        pool.name(),
        pool.descriptor().balance().strategy(),
        pool.descriptor().health().map(health -> health.check()).orElse("none"),
        pool.members().stream().map(PoolRows::of).toList());
  }

  private static Status.Backend of(Member member) {
    return new Status.Backend(
        member.backend().name(),
        member.configured().address().toString(),
        member.health().drain() ? "drain" : member.health().state().toString(),
        member.will().toString().toLowerCase(Locale.ROOT),
        member.configured().weight(),
        member.configured().backup(),
        member.poolSessions(),
        member.transfers(),
        member.bytesInFlight(),
        member.totalPoolSessions(),
        member.load().totalBytes(),
        member.health().since().toString(),
        member.health().lastCheck(),
        member.health().lastCheckTime().toNanos() / 1e6);
  }
}
