package sluice.tftp;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The time limits of one transfer, on its session's event loop. */
final class Deadlines {

  private final EventLoop loop;
  private final TftpOptions options;
  private ScheduledFuture<?> next;
  private ScheduledFuture<?> longest;

  Deadlines(EventLoop loop, TftpOptions options) {
    this.loop = loop;
    this.options = options;
  }

  /**
   * Watches a conversation from now on.
   *
   * @param over told once, in words, when one of the limits is reached
   */
  void watch(Conversation conversation, Consumer<String> over) {
    checkIdle(conversation, over);
    if (!options.maxDuration().isZero()) {
      longest =
          after(
              options.maxDuration().toNanos(),
              () -> over.accept("it took longer than " + text(options.maxDuration())));
    }
  }

  private void checkIdle(Conversation conversation, Consumer<String> over) {
    long left = options.idleTimeout().toNanos() - conversation.idle();
    if (left > 0) {
      next = after(left, () -> checkIdle(conversation, over));
    } else {
      over.accept("nothing came for " + text(options.idleTimeout()));
    }
  }

  /** Watches no longer, and runs the action when the dally is over. */
  void dally(Runnable action) {
    cancel();
    if (options.dally().isZero()) {
      action.run();
    } else {
      next = after(options.dally().toNanos(), action);
    }
  }

  void cancel() {
    if (next != null) {
      next.cancel(false);
    }
    if (longest != null) {
      longest.cancel(false);
    }
  }

  private ScheduledFuture<?> after(long nanos, Runnable action) {
    return loop.schedule(action, nanos, TimeUnit.NANOSECONDS);
  }

  private static String text(Duration duration) {
    return duration.toMillis() + " ms";
  }
}
