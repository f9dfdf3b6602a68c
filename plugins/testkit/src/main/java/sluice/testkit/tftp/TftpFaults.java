package sluice.testkit.tftp;

import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** What happens to packets on their way out. Called on any thread. */
@FunctionalInterface
public interface TftpFaults {

  /**
   * @param packet about to be sent
   * @return how often it is sent: 0 loses it, 2 sends it twice
   */
  int copies(TftpPacket packet);

  /** Nothing happens. */
  static TftpFaults none() {
    return packet -> 1;
  }

  /** The first {@code count} packets that match are lost. */
  static TftpFaults loseFirst(int count, Predicate<TftpPacket> which) {
    AtomicInteger left = new AtomicInteger(count);
    return packet -> which.test(packet) && left.getAndDecrement() > 0 ? 0 : 1;
  }

  /** Every packet that matches is sent {@code copies} times. */
  static TftpFaults repeat(int copies, Predicate<TftpPacket> which) {
    return packet -> which.test(packet) ? copies : 1;
  }

  /**
   * Packets are lost and doubled at random.
   *
   * @param seed makes a run repeatable
   * @param loss the share that is lost, 0 to 1
   * @param duplicates the share that is sent twice, 0 to 1
   */
  static TftpFaults random(long seed, double loss, double duplicates) {
    Random random = new Random(seed);
    return packet -> {
      double roll = random.nextDouble();
      return roll < loss ? 0 : roll < loss + duplicates ? 2 : 1;
    };
  }
}
