package sluice.tftp.hot;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sluice.api.PoolRef;
import sluice.api.protocol.DatagramListener;
import sluice.tftp.rules.FileSet;
import sluice.tftp.storm.BootStorm;
import sluice.tftp.storm.HotFiles;
import sluice.tftp.storm.Wheel;

/** The hot files of one listening socket. On its event loop. */
public final class HotCache {

  private static final Logger log = LoggerFactory.getLogger(HotCache.class);

  /** For how long a file is not asked for again that found no room. */
  private static final Duration NO_ROOM = Duration.ofSeconds(5);

  private static final int MOST_NAMES = 10_000;

  private record Group(FileSet files, HotFiles options) {}

  private final DatagramListener listener;
  private final BootStorm options;
  private final FillLimits limits;
  private final Wheel wheel;
  private final LongSupplier nanoClock;
  private final Memory memory;
  private final List<Group> groups;

  /** The one that was used longest ago first. */
  private final Map<HotFile.Key, HotFile> files = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * What reads of backends ask for.
   *
   * @param blksize bytes
   * @param windowsize blocks
   */
  public record FillLimits(int blksize, int windowsize) {}

  /**
   * @param wheel of the event loop
   */
  public HotCache(
      DatagramListener listener,
      BootStorm options,
      FillLimits limits,
      Wheel wheel,
      LongSupplier nanoClock) {
    this.listener = listener;
    this.options = options;
    this.limits = limits;
    this.wheel = wheel;
    this.nanoClock = nanoClock;
    this.groups =
        options.hotFiles().stream().map(hot -> new Group(new FileSet(hot.files()), hot)).toList();
    long most = Math.min(options.memory().bytes(), Runtime.getRuntime().maxMemory() / 2);
    if (most < options.memory().bytes() && !groups.isEmpty()) {
      log.warn(
          "listener {}: hot files get {} MiB of memory, half of what Java has, instead of {}; give"
              + " Java more (SLUICE_JAVA_OPTS=-Xmx...) or set boot-storm.memory lower",
          listener.name(),
          most >> 20,
          options.memory());
    }
    this.memory = new Memory(most);
  }

  /** Whether a file is served from memory if it can be. */
  public boolean hot(String file) {
    return group(file).isPresent();
  }

  private Optional<HotFiles> group(String file) {
    for (Group group : groups) {
      if (group.files().contains(file)) {
        return Optional.of(group.options());
      }
    }
    return Optional.empty();
  }

  /** How many bytes are in memory, or have room there. */
  public long bytes() {
    return memory.used();
  }

  BootStorm options() {
    return options;
  }

  FillLimits limits() {
    return limits;
  }

  Wheel wheel() {
    return wheel;
  }

  long now() {
    return nanoClock.getAsLong();
  }

  /**
   * Begins to follow a file; a backend is asked for it unless that has been done.
   *
   * @return the file, or null if it cannot be had from memory, which the follower has been told
   */
  HotFile follow(Follower follower, HotRead.Origin origin, PoolRef pool, String name) {
    HotFile.Key key = new HotFile.Key(pool, name);
    HotFile known = files.get(key);
    boolean fresh = known != null && known.freshAt(now());
    if (known != null && known.state() == HotFile.State.UNFIT && fresh) {
      follower.unfit();
      return null;
    }
    boolean coming =
        known != null
            && (known.state() == HotFile.State.ASKING || known.state() == HotFile.State.FILLING);
    if (coming || known != null && known.complete() && fresh) {
      known.follow(follower);
      return known;
    }
    HotFiles group = group(name).orElseThrow();
    HotFile file = new HotFile(key);
    HotFile before = known != null && known.complete() ? known : null;
    files.put(key, file);
    file.follow(follower);
    boolean ask = before != null && group.revalidate() == HotFiles.Revalidate.TSIZE;
    if (ask) {
      before.held(true);
    } else if (before != null) {
      dropped(before);
    }
    new Fill(this, listener, file, ask ? before : null, origin).start();
    return file;
  }

  /** One follower less; what nobody needs any more makes room. */
  void left(HotFile file, Follower follower) {
    file.leave(follower);
    if (files.get(file.key()) != file) {
      dropped(file);
    }
  }

  /** A file is no longer found here: its room is free when its last reader has gone. */
  private void dropped(HotFile file) {
    if (!file.inUse() && file.complete()) {
      memory.release(file.content().size());
      file.failed(0, "");
    }
  }

  /** Makes room for a file. */
  boolean reserve(long size) {
    if (size > memory.most()) {
      return false;
    }
    Iterator<HotFile> oldest = files.values().iterator();
    while (!memory.reserve(size)) {
      HotFile victim = null;
      while (victim == null && oldest.hasNext()) {
        HotFile candidate = oldest.next();
        victim = candidate.complete() && !candidate.inUse() ? candidate : null;
      }
      if (victim == null) {
        return false;
      }
      oldest.remove();
      dropped(victim);
    }
    return true;
  }

  void sized(HotFile file, long size) {
    file.sized(new Content(size));
  }

  void completed(HotFile file) {
    file.completed(now() + maxAge(file));
    if (files.get(file.key()) != file) {
      dropped(file);
    }
  }

  private long maxAge(HotFile file) {
    return group(file.key().name()).orElseThrow().maxAge().toNanos();
  }

  /** The size is as it was: the file that was there is served on. */
  void confirmed(HotFile asked, HotFile before) {
    before.held(false);
    before.confirmed(now() + maxAge(before));
    files.put(before.key(), before);
    asked.replacedBy(before);
  }

  /** The size has changed, or is not known: what was there is of no use. */
  void outdated(HotFile before) {
    before.held(false);
    dropped(before);
  }

  /**
   * It is relayed, for some time.
   *
   * @param lasting whether that lies in the file or the backends, and not in the moment
   */
  void unfit(HotFile file, boolean lasting, String why) {
    log.info(
        "listener {}: {} is not served from memory: {}", listener.name(), file.key().name(), why);
    release(file);
    if (files.size() > MOST_NAMES) {
      files.remove(file.key(), file);
    }
    file.unfit(now() + (lasting ? maxAge(file) : Math.min(NO_ROOM.toNanos(), maxAge(file))));
  }

  void failed(HotFile file, int code, String message) {
    files.remove(file.key(), file);
    release(file);
    file.failed(code, message);
  }

  private void release(HotFile file) {
    if (file.state() == HotFile.State.FILLING) {
      memory.release(file.content().size());
    }
  }
}
