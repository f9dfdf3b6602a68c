package sluice.core.descriptor.bind;

import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;
import sluice.core.descriptor.Problem;

/**
 * A place in the descriptor.
 *
 * @param path the keys that lead here
 * @param line from 1
 * @param column from 1
 */
public record Place(String path, int line, int column) {

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]+");

  /** The whole descriptor. */
  public static final Place DOCUMENT = new Place(Problem.DOCUMENT, 1, 1);

  /** The place of a key. */
  Place child(String key, Node at) {
    return child(key).at(at);
  }

  /** The path of a key, at the line of what has the key. */
  public Place child(String key) {
    String step = PLAIN.matcher(key).matches() ? key : "\"" + key + "\"";
    return new Place(path.equals(Problem.DOCUMENT) ? step : path + "." + step, line, column);
  }

  /** The place of an element of a list. */
  Place element(int index, Node at) {
    return new Place(path + "[" + index + "]", line, column).at(at);
  }

  /** The same path where the node begins. */
  Place at(Node node) {
    if (node == null || node.getStartMark().isEmpty()) {
      return this;
    }
    Mark mark = node.getStartMark().get();
    return new Place(path, mark.getLine() + 1, mark.getColumn() + 1);
  }
}
