package sluice.tftp.storm;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Who may begin a transfer, and who waits for a place, in the order of arrival. A client that waits
 * repeats its request, which shows that it is still there. On one event loop.
 */
public final class Admission {

  private static final Duration SWEEP = Duration.ofMillis(250);

  private final BootStorm options;
  private final LongSupplier nanoClock;
  private final Wheel.Timer sweep;
  private final Deque<Ticket> waiting = new ArrayDeque<>();

  /** Those whose backends were all full; they are let in before the others. */
  private final Deque<Ticket> unplaced = new ArrayDeque<>();

  private final Map<InetAddress, Integer> clients = new HashMap<>();
  private int running;
  private boolean admitting;

  /**
   * @param wheel of the event loop
   */
  public Admission(BootStorm options, Wheel wheel, LongSupplier nanoClock) {
    this.options = options;
    this.nanoClock = nanoClock;
    this.sweep = wheel.timer(this::sweep);
  }

  /** A transfer's place, or its claim to one. */
  public final class Ticket {

    private final InetAddress client;
    private final Runnable begin;
    private final Runnable forget;
    private long heard = nanoClock.getAsLong();
    private boolean holds;
    private boolean over;

    private Ticket(InetAddress client, Runnable begin, Runnable forget) {
      this.client = client;
      this.begin = begin;
      this.forget = forget;
    }

    /** The client has repeated its request. */
    public void repeated() {
      heard = nanoClock.getAsLong();
    }

    /** Whether it waits for a place. */
    public boolean waits() {
      return !holds && !over;
    }

    /** Whether it has a place. */
    public boolean holds() {
      return holds;
    }

    /**
     * There is no room on any backend: waits for some.
     *
     * @return whether there is a place to wait; otherwise the ticket is over
     */
    public boolean waitForRoom() {
      if (!options.enabled() || queued() >= options.queue()) {
        return false;
      }
      release();
      unplaced.addLast(this);
      sweep.in(SWEEP.toNanos());
      return true;
    }

    /** The transfer is over, or will not be. Calls after the first do nothing. */
    public void leave() {
      if (!over) {
        over = true;
        release();
        admit();
      }
    }

    private void take() {
      holds = true;
      running++;
      clients.merge(client, 1, Integer::sum);
    }

    private void release() {
      if (holds) {
        holds = false;
        running--;
        clients.computeIfPresent(client, (address, count) -> count == 1 ? null : count - 1);
      }
    }

    private boolean fits() {
      return (options.maxTransfers() == 0 || running < options.maxTransfers())
          && (options.maxTransfersPerClient() == 0
              || clients.getOrDefault(client, 0) < options.maxTransfersPerClient());
    }
  }

  /**
   * Asks for a place.
   *
   * @param begin runs when there is one, if there is none now
   * @param forget runs if the client has gone while it waited
   * @return a ticket that holds a place, waits for one, or, if there is no room to wait, is over
   */
  public Ticket enter(InetAddress client, Runnable begin, Runnable forget) {
    Ticket ticket = new Ticket(client, begin, forget);
    // Those who wait do not fit, or they would not wait; so nobody is overtaken here who could go.
    if (ticket.fits()) {
      ticket.take();
    } else if (options.enabled() && queued() < options.queue()) {
      waiting.addLast(ticket);
      sweep.in(SWEEP.toNanos());
    } else {
      ticket.over = true;
    }
    return ticket;
  }

  /** A session has ended: its backend may have room. */
  public void room() {
    if (!unplaced.isEmpty()) {
      admit();
    }
  }

  /** How many wait. */
  public int queued() {
    return waiting.size() + unplaced.size();
  }

  /** How many run. */
  public int running() {
    return running;
  }

  private void admit() {
    if (admitting) {
      return; // What begins may end at once.
    }
    admitting = true;
    try {
      Ticket first = next(unplaced);
      if (first != null) {
        begin(first);
      }
      for (Ticket ticket = next(waiting); ticket != null; ticket = next(waiting)) {
        begin(ticket);
      }
    } finally {
      admitting = false;
    }
  }

  private void begin(Ticket ticket) {
    ticket.take();
    ticket.begin.run();
  }

  /** Takes out the first that there is a place for. */
  private Ticket next(Deque<Ticket> queue) {
    if (queue.isEmpty() || options.maxTransfers() > 0 && running >= options.maxTransfers()) {
      return null;
    }
    for (Iterator<Ticket> all = queue.iterator(); all.hasNext(); ) {
      Ticket ticket = all.next();
      if (ticket.over) {
        all.remove();
      } else if (ticket.fits()) {
        all.remove();
        return ticket;
      }
    }
    return null;
  }

  /** Forgets those who have gone, and tries whether backends have room. */
  private void sweep() {
    forget(waiting);
    forget(unplaced);
    admit();
    if (queued() > 0) {
      sweep.in(SWEEP.toNanos());
    }
  }

  private void forget(Deque<Ticket> queue) {
    long now = nanoClock.getAsLong();
    for (Ticket ticket : queue.toArray(new Ticket[0])) {
      if (!ticket.over && now - ticket.heard > options.patience().toNanos()) {
        ticket.over = true;
        ticket.forget.run();
      }
    }
    queue.removeIf(ticket -> ticket.over);
  }
}
