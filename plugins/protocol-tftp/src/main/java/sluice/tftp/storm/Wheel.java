package sluice.tftp.storm;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Many timers on one event loop: one task of the loop turns the wheel while any of them is set. A
 * timer that is set later again and again, as those for repetitions are with every packet, costs a
 * field's value.
 */
public final class Wheel {

  private static final long TICK = Duration.ofMillis(20).toNanos();
  private static final int SLOTS = 512;

  private final EventLoop loop;
  private final LongSupplier nanoClock;
  private final List<List<Timer>> slots = new ArrayList<>(SLOTS);
  private List<Timer> spare = new ArrayList<>();
  private long turned;
  private int timers;
  private boolean turning;

  /**
   * @param loop where everything happens
   */
  public Wheel(EventLoop loop, LongSupplier nanoClock) {
    this.loop = loop;
    this.nanoClock = nanoClock;
    for (int i = 0; i < SLOTS; i++) {
      slots.add(new ArrayList<>(0));
    }
  }

  /** Something that happens once at a time that may be moved. */
  public static final class Timer {

    private final Wheel wheel;
    private final Runnable action;
    private boolean set;
    private boolean inWheel;
    private long deadline;

    private Timer(Wheel wheel, Runnable action) {
      this.wheel = wheel;
      this.action = action;
    }

    /**
     * Sets the time anew. It is kept to the next 20 ms, and is never early; one that is moved to
     * sooner than it was set before may be late by the difference.
     */
    public void in(long nanos) {
      deadline = wheel.nanoClock.getAsLong() + Math.max(0, nanos);
      set = true;
      if (!inWheel) {
        wheel.put(this);
      }
    }

    /** It does not happen. */
    public void cancel() {
      set = false;
    }
  }

  /** A timer that is not set yet. */
  public Timer timer(Runnable action) {
    return new Timer(this, action);
  }

  private void put(Timer timer) {
    if (!turning) {
      turning = true;
      turned = nanoClock.getAsLong() / TICK;
      loop.schedule(this::turn, TICK, TimeUnit.NANOSECONDS);
    }
    long due = Math.max(turned + 1, timer.deadline / TICK + 1);
    // What is farther away than the wheel is round gets another round.
    long slot = Math.min(due, turned + SLOTS - 1);
    timer.inWheel = true;
    timers++;
    slots.get((int) Math.floorMod(slot, (long) SLOTS)).add(timer);
  }

  private void turn() {
    long now = nanoClock.getAsLong();
    long until = now / TICK;
    while (turned < until && timers > 0) {
      turned++;
      int slot = (int) Math.floorMod(turned, (long) SLOTS);
      List<Timer> due = slots.get(slot);
      if (!due.isEmpty()) {
        slots.set(slot, spare);
        due.forEach(timer -> visit(timer, now));
        due.clear();
        spare = due;
      }
    }
    turning = timers > 0;
    if (turning) {
      loop.schedule(this::turn, TICK, TimeUnit.NANOSECONDS);
    }
  }

  private void visit(Timer timer, long now) {
    timers--;
    timer.inWheel = false;
    if (!timer.set) {
      return;
    }
    if (timer.deadline - now > 0) {
      put(timer);
      return;
    }
    timer.set = false;
    timer.action.run();
  }
}
