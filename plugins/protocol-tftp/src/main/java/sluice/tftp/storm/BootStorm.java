package sluice.tftp.storm;

import java.time.Duration;
import java.util.List;
import sluice.api.ByteSize;
import sluice.api.Default;
import sluice.api.Doc;
import sluice.api.Range;

/** What the descriptor says of boot storms. */
public record BootStorm(
    @Doc(
            "Whether requests beyond the limits wait for their turn instead of being refused, and"
                + " whether hot files come from memory.")
        @Default("false")
        boolean enabled,
    @Doc("How many transfers run at a time; further requests wait. 0 for no limit.")
        @Default("0")
        @Range(min = 0)
        int maxTransfers,
    @Doc(
            "How many transfers of one client's address run at a time; its further requests wait. 0"
                + " for no limit.")
        @Default("0")
        @Range(min = 0)
        int maxTransfersPerClient,
    @Doc("How many requests wait at the most; what comes then is not answered, and comes again.")
        @Default("10000")
        @Range(min = 1, max = 1_000_000)
        int queue,
    @Doc(
            "A request that waits is forgotten when its client has not repeated it for this long;"
                + " longer than clients wait before they repeat a request.")
        @Default("15s")
        Duration patience,
    @Doc(
            "Files that are read from a backend once, and served to all clients from memory; for"
                + " pools whose backends give every client the same.")
        List<HotFiles> hotFiles,
    @Doc("How much memory hot files may take, for each address of the listener.") @Default("64MiB")
        ByteSize memory,
    @Doc(
            "How long the gateway waits before it sends again what a client or a backend does not"
                + " acknowledge, where hot files are read and served; a client's option timeout"
                + " comes first.")
        @Default("1s")
        Duration retransmit,
    @Doc("How often that is done before the other side counts as gone.")
        @Default("8")
        @Range(min = 1, max = 100)
        int retries) {

  /** What a listener without these options has. */
  public static final BootStorm OFF =
      new BootStorm(
          false,
          0,
          0,
          10_000,
          Duration.ofSeconds(15),
          List.of(),
          new ByteSize(64 << 20),
          Duration.ofSeconds(1),
          8);

  /**
   * @throws IllegalArgumentException if the options do not fit together
   */
  public BootStorm {
    if (!enabled && (maxTransfers > 0 || maxTransfersPerClient > 0 || !hotFiles.isEmpty())) {
      throw new IllegalArgumentException(
          "boot-storm has options but is not enabled; add enabled: true, or remove them");
    }
    if (patience.compareTo(Duration.ofSeconds(1)) < 0
        || patience.compareTo(Duration.ofMinutes(10)) > 0) {
      throw new IllegalArgumentException(
          "patience is 1s to 10m, but is " + patience.toMillis() + "ms");
    }
    if (retransmit.compareTo(Duration.ofMillis(100)) < 0
        || retransmit.compareTo(Duration.ofSeconds(60)) > 0) {
      throw new IllegalArgumentException(
          "retransmit is 100ms to 60s, but is " + retransmit.toMillis() + "ms");
    }
    if (memory.bytes() < 1 << 16) {
      throw new IllegalArgumentException("memory is 64KiB or more, but is " + memory);
    }
  }
}
