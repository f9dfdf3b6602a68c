package sluice.core.descriptor.bind;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import sluice.core.descriptor.BindAddresses;
import sluice.core.descriptor.notation.Scalar;

/** Reads where a listener listens: one entry or a list of them, each with its own problems. */
final class ListenerAddresses {

  private final Scalars scalars;
  private final boolean anyPort;
  private final Findings findings;

  ListenerAddresses(Scalars scalars, boolean anyPort, Findings findings) {
    this.scalars = scalars;
    this.anyPort = anyPort;
    this.findings = findings;
  }

  Optional<BindAddresses> read(Place place, Node node) {
    List<InetSocketAddress> all = new ArrayList<>();
    boolean whole = true;
    List<Node> entries = node instanceof SequenceNode list ? list.getValue() : List.of(node);
    for (int i = 0; i < entries.size(); i++) {
      Node entry = entries.get(i);
      Place here = node instanceof SequenceNode ? place.element(i, entry) : place.at(entry);
      try {
        Scalar text = entry instanceof ScalarNode scalar ? scalars.read(scalar) : null;
        if (text == null || !text.isText() && !text.substituted()) {
          throw new IllegalArgumentException(
              "expected "
                  + BindAddresses.EXPECTED
                  + ", but this is "
                  + (text == null ? Entries.seen(entry) : text.seen()));
        }
        all.addAll(BindAddresses.parse(text.text(), anyPort));
      } catch (IllegalArgumentException e) {
        findings.problem(here, e.getMessage());
        whole = false;
      }
    }
    if (!whole) {
      return Optional.empty();
    }
    try {
      BindAddresses value = new BindAddresses(all);
      findings.bound(place.at(node), value, true);
      return Optional.of(value);
    } catch (IllegalArgumentException e) {
      findings.problem(place.at(node), e.getMessage());
      return Optional.empty();
    }
  }
}
