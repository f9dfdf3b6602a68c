package sluice.testkit;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Fails when threads that were started meanwhile are still there some seconds after. */
final class Threads {

  private static final long PATIENCE_MILLIS = 10_000;

  private final Set<Thread> before;

  private Threads(Set<Thread> before) {
    this.before = before;
  }

  static Threads watch() {
    return new Threads(new HashSet<>(Thread.getAllStackTraces().keySet()));
  }

  void assertNoneLeft() throws InterruptedException {
    long end = System.currentTimeMillis() + PATIENCE_MILLIS;
    List<String> left = left();
    while (!left.isEmpty()) {
      if (System.currentTimeMillis() > end) {
        throw new AssertionError("threads left behind: " + left);
      }
      Thread.sleep(20);
      left = left();
    }
  }

  private List<String> left() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !before.contains(thread))
        .map(Thread::getName)
        // The JVM's own.
        .filter(name -> !name.startsWith("process reaper") && !name.startsWith("Keep-Alive"))
        .toList();
  }
}
