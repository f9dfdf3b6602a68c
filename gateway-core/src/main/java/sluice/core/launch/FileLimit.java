package sluice.core.launch;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sluice.api.PortRanges;
import sluice.core.descriptor.Descriptor;
import sluice.core.descriptor.PoolDescriptor;

/** Whether the process may open as many files, sockets included, as its sessions may need. */
final class FileLimit {

  /** A session's two sides, and the two of a data connection. */
  private static final long FOR_A_SESSION = 4;

  /** Jars, logs, event loops, listeners, probes. */
  private static final long BESIDES = 200;

  private static final Pattern SOFT = Pattern.compile("(?m)^Max open files\\s+(\\S+)");

  private FileLimit() {}

  /** What the system says; empty where it does not, or where there is no limit. */
  static OptionalLong ofSystem() {
    try {
      return read(Files.readString(Path.of("/proc/self/limits")));
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  static OptionalLong read(String limits) {
    Matcher soft = SOFT.matcher(limits);
    return soft.find() && soft.group(1).chars().allMatch(Character::isDigit)
        ? OptionalLong.of(Long.parseLong(soft.group(1)))
        : OptionalLong.empty();
  }

  /** Sockets for the static data ports, if every listener opens those of its pool. */
  static long dataPorts(Descriptor descriptor) {
    return descriptor.listeners().values().stream()
        .mapToLong(
            listener ->
                listener.bind().addresses().stream()
                        .map(InetSocketAddress::getAddress)
                        .distinct()
                        .count()
                    * dataPorts(descriptor.pools().get(listener.pool().name())))
        .sum();
  }

  private static long dataPorts(PoolDescriptor pool) {
    return pool.backends().values().stream()
        .mapToLong(backend -> backend.dataPorts().map(PortRanges::size).orElse(0))
        .sum();
  }

  /** The warning, if the limit is too low for the descriptor. */
  static Optional<String> warning(Descriptor descriptor, OptionalLong limit) {
    long sessions = descriptor.listeners().values().stream().mapToLong(l -> l.maxSessions()).sum();
    long ports = dataPorts(descriptor);
    long besides = BESIDES + ports;
    long needed = sessions * FOR_A_SESSION + besides;
    if (limit.isEmpty() || limit.getAsLong() >= needed) {
      return Optional.empty();
    }
    return Optional.of(
        "this process may open "
            + limit.getAsLong()
            + " files, but the "
            + sessions
            + " sessions of the listeners' max-sessions may need "
            + needed
            + " (4 a session"
            + (ports == 0 ? "" : ", and " + ports + " for the backends' data-ports")
            + "). Raise the limit (ulimit -n "
            + needed
            + ", or LimitNOFILE="
            + needed
            + " in the systemd unit), or lower max-sessions to "
            + Math.max(0, (limit.getAsLong() - besides) / FOR_A_SESSION)
            + " in all");
  }
}
