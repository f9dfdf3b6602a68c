package sluice.core;

import java.util.List;

/** The gateway could not start; nothing of it is left running. */
public final class StartException extends Exception {

  private static final long serialVersionUID = 1;

  /**
   * One thing that is wrong.
   *
   * @param path of the descriptor's node, for example {@code listeners.ftp.bind}
   * @param message what was seen and what to do
   */
  public record Problem(String path, String message) implements java.io.Serializable {}

  private final List<Problem> problems;

  /**
   * @param problems all that was found; not empty
   */
  public StartException(List<Problem> problems) {
    super(String.join("; ", problems.stream().map(p -> p.path() + "  " + p.message()).toList()));
    this.problems = List.copyOf(problems);
  }

  /** All that was found. */
  public List<Problem> problems() {
    return problems;
  }
}
