package sluice.core.descriptor;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What came of loading a descriptor: the descriptor, or all its problems. Immutable.
 *
 * @param descriptor present if there are no problems
 * @param problems sorted by position; empty if there is a descriptor
 * @param warnings sorted by position; nothing that keeps the gateway from running
 * @param positions where each path stands, for problems that are found later
 */
public record Loaded(
    Optional<Descriptor> descriptor,
    List<Problem> problems,
    List<Problem> warnings,
    Map<String, Problem> positions) {

  /** Copies the lists. */
  public Loaded {
    problems = problems.stream().sorted().distinct().toList();
    warnings = warnings.stream().sorted().distinct().toList();
    positions = Map.copyOf(positions);
  }

  /** Whether there is a descriptor. */
  public boolean ok() {
    return descriptor.isPresent();
  }

  /**
   * The descriptor.
   *
   * @throws IllegalStateException with all problems if there is none
   */
  public Descriptor get() {
    return descriptor.orElseThrow(() -> new IllegalStateException("\n" + report()));
  }

  /** The problems, one a line, without a line end after the last. */
  public String report() {
    return problems.stream().map(Problem::toString).collect(Collectors.joining("\n"));
  }

  /**
   * A problem that was found after loading, for example by {@link
   * sluice.api.ExtensionFactory#create}, at its place in the file.
   *
   * @param path for example {@code listeners.ftp.options}; if the file does not have it, the place
   *     is that of the nearest key around it
   * @param message what was seen, what was expected, what to do
   */
  public Problem problem(String path, String message) {
    String around = path;
    while (!positions.containsKey(around)) {
      int dot = around.lastIndexOf('.');
      around = dot < 0 ? Problem.DOCUMENT : around.substring(0, dot);
    }
    Problem place = positions.get(around);
    // A problem is one line, whatever an extension's message has.
    String line = message.strip().replaceAll("\\s*[\\r\\n]\\s*", " ");
    return new Problem(place.file(), place.line(), place.column(), path, line);
  }
}
