package sluice.ftp.session;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import sluice.api.Backend;

/**
 * Which of PASV, EPSV, PORT and EPRT backends were seen to refuse while another did the same, so
 * that they are not asked in vain at each transfer. Forgotten after a time, as servers change. As
 * large as there are backends. Thread-safe.
 */
final class RefusedWords {

  private static final long KEPT_NANOS = Duration.ofMinutes(10).toNanos();

  private record Word(Backend backend, String verb) {}

  private final Map<Word, Long> refusedAt = new ConcurrentHashMap<>();
  private final LongSupplier nanos;

  RefusedWords(LongSupplier nanos) {
    this.nanos = nanos;
  }

  void add(Backend backend, String verb) {
    refusedAt.put(new Word(backend, verb), nanos.getAsLong());
  }

  boolean has(Backend backend, String verb) {
    Long at = refusedAt.get(new Word(backend, verb));
    return at != null && nanos.getAsLong() - at < KEPT_NANOS;
  }
}
