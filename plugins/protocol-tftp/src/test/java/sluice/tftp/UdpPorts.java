package sluice.tftp;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The UDP sockets of this process, as the kernel counts them. */
final class UdpPorts {

  private UdpPorts() {}

  /** How many are open now. */
  static long open() {
    assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "there is no /proc to look into");
    try {
      Set<String> mine = new HashSet<>();
      try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
        descriptors.forEach(descriptor -> mine.add(target(descriptor)));
      }
      long open = 0;
      for (String table : List.of("/proc/self/net/udp", "/proc/self/net/udp6")) {
        for (String line : Files.readAllLines(Path.of(table))) {
          String[] columns = line.strip().split("\\s+");
          if (columns.length > 9 && mine.contains("socket:[" + columns[9] + "]")) {
            open++;
          }
        }
      }
      return open;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return ""; // Closed in the meantime.
    }
  }
}
