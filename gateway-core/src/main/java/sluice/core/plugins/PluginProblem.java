package sluice.core.plugins;

import java.util.Objects;

/**
 * Why a plugin, or one of its extensions, cannot be used.
 *
 * @param jar the file name of the plugin, or the folder if that is the problem
 * @param message what was seen, what was expected and what to do
 */
public record PluginProblem(String jar, String message) {

  /**
   * @throws NullPointerException if a part is missing
   */
  public PluginProblem {
    Objects.requireNonNull(jar);
    Objects.requireNonNull(message);
  }

  /** One line for operators. */
  @Override
  public String toString() {
    return jar + ": " + message;
  }
}
