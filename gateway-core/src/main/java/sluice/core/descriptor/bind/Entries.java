package sluice.core.descriptor.bind;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import sluice.core.descriptor.notation.Scalar;

/** The keys and values of mapping nodes. */
final class Entries {

  private final Findings findings;

  Entries(Findings findings) {
    this.findings = findings;
  }

  /**
   * By key, in the order of the file; of a key that stands twice the first, with a problem.
   *
   * @return empty if it is no mapping, which is a problem too
   */
  Optional<Map<String, NodeTuple>> of(Place place, Node node) {
    if (absent(node)) {
      return Optional.of(Map.of());
    }
    if (!(node instanceof MappingNode mapping)) {
      findings.problem(place.at(node), "expected keys with values, but this is " + seen(node));
      return Optional.empty();
    }
    Map<String, NodeTuple> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        findings.problem(
            place.at(tuple.getKeyNode()),
            "expected a key, but this is " + seen(tuple.getKeyNode()));
        continue;
      }
      NodeTuple first = entries.putIfAbsent(key.getValue(), tuple);
      if (first != null) {
        findings.problem(
            place.child(key.getValue(), key),
            "the key \""
                + key.getValue()
                + "\" stands twice, first in line "
                + place.at(first.getKeyNode()).line()
                + "; remove one");
      }
    }
    return Optional.of(entries);
  }

  /** Whether there is nothing. */
  static boolean absent(Node node) {
    return node == null || node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.NULL);
  }

  /** For messages: what was seen. */
  static String seen(Node node) {
    if (node instanceof ScalarNode scalar) {
      return new Scalar(scalar.getValue(), scalar.getTag(), false).seen();
    }
    return node instanceof SequenceNode ? "a list" : "keys with values";
  }
}
