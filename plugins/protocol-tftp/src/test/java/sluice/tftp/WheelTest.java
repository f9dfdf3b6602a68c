package sluice.tftp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sluice.tftp.storm.Wheel;

class WheelTest {

  private final MockTicker ticker = Ticker.newMockTicker();
  private final EmbeddedChannel clock = EmbeddedChannel.builder().ticker(ticker).build();
  private final Wheel wheel = new Wheel(clock.eventLoop(), ticker::nanoTime);
  private final List<String> happened = new ArrayList<>();

  @AfterEach
  void close() {
    clock.finishAndReleaseAll();
  }

  private void pass(long millis) {
    ticker.advance(millis, TimeUnit.MILLISECONDS);
    clock.runScheduledPendingTasks();
  }

  private static long millis(long count) {
    return TimeUnit.MILLISECONDS.toNanos(count);
  }

  @Test
  void everyTimerIsDueOnceAndNotBeforeItsTime() {
    for (long time : new long[] {0, 1, 20, 999, 10_240, 10_300, 60_000}) {
      wheel.timer(() -> happened.add(String.valueOf(time))).in(millis(time));
    }
    pass(998);
    assertEquals(List.of("0", "1", "20"), happened);
    pass(43);
    assertEquals(List.of("0", "1", "20", "999"), happened);
    for (int i = 0; i < 600; i++) {
      pass(100);
    }
    assertEquals(List.of("0", "1", "20", "999", "10240", "10300", "60000"), happened);
  }

  @Test
  void aTimeThatIsMovedIsTheLastOneSet() {
    Wheel.Timer timer = wheel.timer(() -> happened.add("now"));
    for (int i = 0; i < 50; i++) {
      timer.in(millis(1000));
      pass(500);
    }
    assertEquals(List.of(), happened);
    pass(600);
    assertEquals(List.of("now"), happened);
    pass(5000);
    timer.in(millis(100));
    pass(150);
    assertEquals(List.of("now", "now"), happened);
  }

  @Test
  void whatIsCancelledDoesNotHappenAndMayBeSetAgain() {
    Wheel.Timer timer = wheel.timer(() -> happened.add("now"));
    timer.in(millis(100));
    timer.cancel();
    pass(1000);
    assertEquals(List.of(), happened);
    timer.in(millis(100));
    pass(1000);
    assertEquals(List.of("now"), happened);
  }

  @Test
  void aTimerMaySetItselfAndOthers() {
    Wheel.Timer[] timer = new Wheel.Timer[1];
    timer[0] =
        wheel.timer(
            () -> {
              happened.add("x");
              if (happened.size() < 5) {
                timer[0].in(millis(50));
              }
            });
    timer[0].in(0);
    for (int i = 0; i < 50; i++) {
      pass(20);
    }
    assertEquals(5, happened.size());
  }
}
