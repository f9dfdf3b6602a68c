package sluice.core.launch;

import java.util.List;

/** The gateway did not start; nothing of it is left open. */
public final class LaunchException extends Exception {

  private static final long serialVersionUID = 1;

  private final List<String> problems;

  LaunchException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** All that was found, a line each: what was seen, what was expected, what to do. */
  public List<String> problems() {
    return problems;
  }
}
