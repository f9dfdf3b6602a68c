package sluice.ftp.session;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import sluice.ftp.codec.Command;

/** The exchange that is under way, and what the client has sent behind it. */
final class CommandQueue {

  /** Commands that may wait before the client is not read any more. */
  private static final int MAX_WAITING = 64;

  private final Deque<Supplier<Exchange>> waiting = new ArrayDeque<>();
  private Exchange current;
  private boolean running;

  /** The exchange under way, or null. */
  Exchange current() {
    return current;
  }

  void add(Supplier<Exchange> exchange) {
    waiting.add(exchange);
  }

  /** Adds a NOOP that was sent during a transfer, to those just before it if there are some. */
  void addNoop(FtpSession ftp) {
    if (!(waiting.peekLast() instanceof NoopRun run && run.takesOneMore())) {
      waiting.add(new NoopRun(ftp));
    }
  }

  /** Whether the exchange under way has taken a command ahead of its turn. */
  boolean interrupted(Command command) {
    return current != null && current.interrupt(command);
  }

  /** Whether no command waits behind the current one. */
  boolean nothingWaits() {
    return waiting.isEmpty();
  }

  /** Whether the client has every reply it can expect. */
  boolean allAnswered() {
    return waiting.isEmpty() && (current == null || current.answered());
  }

  boolean hasRoom() {
    return waiting.size() < MAX_WAITING;
  }

  /** Whether a transfer is running. */
  boolean transferring() {
    return current != null && current.transferring();
  }

  /** Starts what waits, one after the other, as long as it may. */
  void run(BooleanSupplier may) {
    if (running) {
      return; // An exchange that is done at once: the loop below goes on.
    }
    running = true;
    while (current == null && !waiting.isEmpty() && may.getAsBoolean()) {
      current = waiting.remove().get();
      current.start();
    }
    running = false;
  }

  /** Another exchange takes over. */
  void replace(Exchange before, Exchange by) {
    if (current == before) {
      current = by;
    }
  }

  /** Whether this exchange was under way; now it is over. */
  boolean over(Exchange exchange) {
    if (current != exchange) {
      return false;
    }
    current = null;
    return true;
  }

  /** The answer that waits for nothing but the current exchange's own; null if there is none. */
  LaterAnswer nextAnswer() {
    if (current != null
        && current.answered()
        && waiting.peek() instanceof LaterAnswer answer
        && answer.reply() != null) {
      waiting.remove();
      return answer;
    }
    return null;
  }
}
