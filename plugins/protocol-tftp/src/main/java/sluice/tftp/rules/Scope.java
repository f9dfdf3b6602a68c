package sluice.tftp.rules;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Some files for some clients. Immutable.
 *
 * @param files empty for all
 * @param clients empty for all
 */
record Scope(List<FilePattern> files, List<Network> clients) {

  /**
   * Reads patterns and networks.
   *
   * @throws IllegalArgumentException if one is wrong, with a message for operators
   */
  static Scope of(List<String> files, List<String> clients) {
    return new Scope(
        files.stream().map(FilePattern::parse).toList(),
        clients.stream().map(Network::parse).toList());
  }

  /**
   * Whether a request is meant.
   *
   * @param file as {@link FilePattern#plain} makes it
   */
  boolean holds(String file, InetAddress client) {
    return (files.isEmpty() || files.stream().anyMatch(pattern -> pattern.matches(file)))
        && (clients.isEmpty() || clients.stream().anyMatch(network -> network.contains(client)));
  }

  /** For messages: {@code files *.img, clients 10.0.0.0/8}. */
  @Override
  public String toString() {
    String both =
        (files.isEmpty() ? "" : "files " + joined(files))
            + (files.isEmpty() || clients.isEmpty() ? "" : ", ")
            + (clients.isEmpty() ? "" : "clients " + joined(clients));
    return both.isEmpty() ? "all files, all clients" : both;
  }

  private static String joined(List<?> parts) {
    return parts.stream().map(Object::toString).collect(Collectors.joining(" "));
  }
}
