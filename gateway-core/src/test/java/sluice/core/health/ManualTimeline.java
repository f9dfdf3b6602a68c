package sluice.core.health;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Time that passes when a test says so. */
final class ManualTimeline implements Timeline {

  private record Task(long at, long order, Runnable action) {}

  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(Comparator.comparingLong(Task::at).thenComparingLong(Task::order));

  private long now;
  private long order;

  @Override
  public synchronized Instant instant() {
    return Instant.EPOCH.plusNanos(now);
  }

  @Override
  public synchronized long nanos() {
    return now;
  }

  @Override
  public synchronized Runnable after(Duration delay, Runnable action) {
    Task task = new Task(now + delay.toNanos(), order++, action);
    tasks.add(task);
    return () -> {
      synchronized (this) {
        tasks.remove(task);
      }
    };
  }

  /** Lets time pass, and runs what falls due at its time. */
  void pass(Duration time) {
    long end = nanos() + time.toNanos();
    for (Task next = due(end); next != null; next = due(end)) {
      next.action().run();
    }
    synchronized (this) {
      now = end;
    }
  }

  private synchronized Task due(long end) {
    Task next = tasks.peek();
    if (next == null || next.at() > end) {
      return null;
    }
    now = Math.max(now, next.at());
    return tasks.poll();
  }
}
