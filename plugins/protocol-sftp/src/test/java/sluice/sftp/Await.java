package sluice.sftp;

import java.util.function.BooleanSupplier;

/** Waits for what comes in its own time, but not for ever. */
public final class Await {

  private static final long PATIENCE_MILLIS = 20_000;

  private Await() {}

  public static void until(String otherwise, BooleanSupplier condition)
      throws InterruptedException {
    long end = System.currentTimeMillis() + PATIENCE_MILLIS;
    while (!condition.getAsBoolean()) {
      if (System.currentTimeMillis() > end) {
        throw new AssertionError(otherwise);
      }
      Thread.sleep(20);
    }
  }
}
