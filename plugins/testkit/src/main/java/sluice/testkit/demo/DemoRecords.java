package sluice.testkit.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import sluice.core.session.Records;

/** The access records of the demo's gateway, for those who wait for one. Thread-safe. */
final class DemoRecords implements Records {

  private final List<Map<String, Object>> records = new ArrayList<>();

  @Override
  public synchronized void write(Map<String, Object> entry) {
    records.add(entry);
    notifyAll();
  }

  synchronized int count() {
    return records.size();
  }

  /** The first record from a position on that is looked for; empty if it does not come in time. */
  synchronized Optional<Map<String, Object>> await(
      int from, Predicate<Map<String, Object>> wanted, Duration most) throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    while (true) {
      Optional<Map<String, Object>> found =
          records.subList(from, records.size()).stream().filter(wanted).findFirst();
      long left = (end - System.nanoTime()) / 1_000_000;
      if (found.isPresent() || left <= 0) {
        return found;
      }
      wait(left);
    }
  }
}
